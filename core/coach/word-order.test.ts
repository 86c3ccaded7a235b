import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { BlindAnswers } from '../../bench/labelled-pairs.ts';
import { shuffled } from '../../bench/shuffled-words.ts';
import { testCoach } from '../../testing/coach.ts';
import { PROJECT } from '../../testing/engine.ts';
import { replicaRubric } from '../../testing/example-rubrics.ts';
import { shippedQuestions } from '../../testing/model-answers.ts';
import type { Rubric } from './rubric.ts';

const coach = testCoach();
const questions = shippedQuestions();
const stuffing = (rubric: Rubric, text: string) => coach.grade(rubric, [{ text }]).findings.filter(({ kind }) => kind === 'keyword-stuffing');

describe('the words of an answer in random order', () => {
  it('earn next to nothing, whichever shipped model answer they come from', () => {
    const scores = [...questions.values()].map((question, i) => coach.grade(question, [{ text: shuffled(question.model_answer, i + 7) }]).score ?? 0).sort((a, b) => a - b);
    expect(scores[Math.floor(scores.length / 2)]).toBeLessThanOrEqual(0.05);
    expect(scores[Math.floor(scores.length * 0.95)]).toBeLessThanOrEqual(0.2);
  }, 30_000);

  it('are set aside where they follow a real sentence, which still counts', () => {
    const real = 'After a write I send the next reads of that customer to the primary for a few seconds.';
    const mixed = coach.grade(replicaRubric, [{ text: real }, { text: shuffled(replicaRubric.model_answer, 3) }]);
    expect(mixed.findings.map(({ kind }) => kind)).toContain('keyword-stuffing');
    expect(mixed.points.filter(({ verdict }) => verdict !== 'missing').map(({ pointId }) => pointId)).toEqual(['route']);
  });
});

describe('prose is not taken for shuffled words', () => {
  it('in any shipped model, strong, partial or weak answer', () => {
    const alarms = [...questions.values()].flatMap((question) => [question.model_answer, ...Object.values(question.answers ?? {})].flatMap((text) => stuffing(question, text).map(({ span }) => `${question.id}: ${span?.text}`)));
    expect(alarms).toEqual([]);
  }, 30_000);

  it('in any blind answer', () => {
    const blind = parse(readFileSync(join(PROJECT, 'bench/data/blind-answers-a.yaml'), 'utf8')) as BlindAnswers[];
    expect(blind.length).toBeGreaterThanOrEqual(25);
    const alarms = blind.flatMap(({ id, strong, partial, weak, wrong_but_fluent }) => [strong, partial, weak, wrong_but_fluent].flatMap((text) => stuffing(questions.get(id)!, text).map(({ span }) => `${id}: ${span?.text}`)));
    expect(alarms).toEqual([]);
  });

  it.each([
    ['broken English', 'Yesterday server is go down because memory full. I restart him, look in log, find leak in cache, and I fix with limit. Customer was angry but after we explain he accept.'],
    ['broken English with articles', 'I am make the test for check if index is using by database, and after I am put index on column, it become more fast, then I measuring again with the colleague of me.'],
    ['wrong prepositions', 'Today I fix the endpoint. After that look in the logs who has seen what, and tell to the privacy people, because can be a deadline of 72 hours for report it.'],
    ['notes', 'Check index first, then query plan. Slow query -> add index. Cache hot rows, TTL 60s. Monitor p95.'],
    ['notes with commands', 'First: reproduce. Then bisect - which commit? Look at p95 + error rate; if DB is slow: explain, index. If not: trace one request end to end. Roll back first if customers hurt. Write test.'],
  ])('in %s', (_, text) => {
    expect(stuffing(replicaRubric, text)).toEqual([]);
  });
});
