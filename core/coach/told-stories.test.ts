import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { orderLabelledAnswers, withAnswers, type BlindAnswers } from '../../bench/labelled-pairs.ts';
import { testCoach } from '../../testing/coach.ts';
import { PROJECT } from '../../testing/engine.ts';
import { conflictRubric, replicaRubric } from '../../testing/example-rubrics.ts';
import { shippedQuestions } from '../../testing/model-answers.ts';

const coach = testCoach();
const grade = (text: string) => coach.grade(conflictRubric, [{ text }]);
const TOLD = 'In March our plan was to move the whole archive over one weekend, with eleven clinics waiting. I timed the copy on a sample and counted the files: it came to 52 hours. I told my lead the same day, showed her the figures and suggested moving clinic by clinic instead. She agreed. We moved in four weekends, nobody lost an hour of work, and since then I time every move before I name a date.';

describe('a told story', () => {
  it('earns credit by what it does, in words the rubric does not list', () => {
    expect(grade(TOLD).score).toBeGreaterThan(0.7);
    expect(grade(TOLD).points.find(({ pointId }) => pointId === 'situation')!.verdict).toBe('partly');
  });

  it('earns little when it tells what somebody would do', () => {
    const supposed = 'I would look at the plan to move the whole archive over one weekend. I would time the copy on a sample and count the files. I would tell my lead the same day, I would show her the figures and suggest moving clinic by clinic instead. We would move in four weekends, and I would time every move before I name a date.';
    expect(grade(supposed).score).toBeLessThan(0.1);
  });

  it('earns little when it tells the opposite', () => {
    const opposite = 'In March our plan was to move the whole archive over one weekend. I had no numbers, and I never checked how long the copy takes, it was obvious to me that it would not work. I kept quiet about the plan, because it was not my job, and waited. It failed, which was their own fault. I told nobody, and we haven\'t changed anything since.';
    expect(grade(opposite).score).toBeLessThan(0.3 * grade(TOLD).score!);
  });

  it('without anything concrete earns little', () => {
    expect(grade('Once a plan of our team was not good. I measured it and told my lead, and in the end it worked and I learned a lot.').score).toBeLessThan(0.35);
  });
});

describe('evidence', () => {
  it('of one short clause does not meet two points with the same words', () => {
    const twice = { ...replicaRubric, points: [...replicaRubric.points.filter(({ id }) => id === 'order').map((point) => ({ ...point, weight: 0.5 })),
      { id: 'events', weight: 0.5, shows: 'Publishes the event only after the transaction commits.', said_as: ['commit the transaction, then publish the event', 'events go out after the commit'], follow_up: 'And the event?' }] };
    const points = coach.grade(twice, [{ text: 'I delete the cache entry after the transaction commits, because otherwise an old value is cached again.' }]).points;
    expect(points.find(({ pointId }) => pointId === 'order')!.verdict).toBe('met');
    expect(points.find(({ pointId }) => pointId === 'events')!.verdict).toBe('missing');
  });
});

describe('the likely range', () => {
  it('holds the score and is never a single figure, whatever is met', () => {
    for (const question of [...shippedQuestions().values()].filter((_, i) => i % 6 === 0)) {
      for (const text of [question.model_answer, question.points[0]!.said_as.join('. '), 'I would ask what people need, and then I would look at it again with the team.']) {
        const { score, range } = coach.grade(question, [{ text }]);
        if (score === null || range === null) continue;
        expect(range.low).toBeLessThanOrEqual(score);
        expect(range.high).toBeGreaterThanOrEqual(score);
        expect(range.high - range.low).toBeGreaterThanOrEqual(0.0599);
      }
    }
  }, 30_000);

  it('is wider for a short answer', () => {
    const width = (text: string) => { const { low, high } = coach.grade(replicaRubric, [{ text }]).range!; return high - low; };
    expect(width(replicaRubric.model_answer.split('. ')[0]!)).toBeGreaterThan(width(replicaRubric.model_answer));
  });
});

describe('answers by somebody who saw only the questions', () => {
  it('are ordered rightly in at least 90 % of the pairs', () => {
    const blind = parse(readFileSync(join(PROJECT, 'bench/data/blind-answers-a.yaml'), 'utf8')) as BlindAnswers[];
    const result = orderLabelledAnswers(coach, withAnswers([...shippedQuestions().values()], blind));
    expect(result.right / result.all, result.wrong.join('\n')).toBeGreaterThanOrEqual(0.9);
  });
});
