import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { PROJECT } from '../../testing/engine.ts';
import { parsePack } from './pack-file.ts';
import { createSpeechGuard, type SpokenKind } from './speech-guard.ts';
import { fillLine, VoiceFile } from './voice.ts';

const coach = testCoach();
const folder = join(PROJECT, 'packs/interview');
const questions = readdirSync(folder).filter((name) => name.endsWith('.yaml')).flatMap((name) => {
  const parsed = parsePack(readFileSync(join(folder, name), 'utf8'), name);
  return parsed.ok ? parsed.pack.questions : [];
});
const { interviewer } = new VoiceFile(join(PROJECT, 'packs/voice/interviewer.yaml')).current;

it('lets through every follow-up of the packs in the words of every pressure: what the coach may say a model may say', () => {
  const refused: string[] = [];
  for (const question of questions) {
    const secrets = [question.model_answer, ...question.points.flatMap((point) => point.said_as)];
    for (const point of question.points) {
      const guard = createSpeechGuard({ kind: 'follow-up', secrets, instruction: '', known: [question.question, point.follow_up], terms: (text) => coach.expandTerms(text) });
      for (const { follow_up } of Object.values(interviewer)) {
        for (const line of follow_up) {
          const verdict = guard.finish(fillLine(line, { follow_up: point.follow_up }));
          if (!verdict.ok) refused.push(`${question.id}/${point.id}: ${verdict.why}`);
        }
      }
    }
  }
  expect(refused).toEqual([]);
});

it('refuses every sentence in which a rubric is said, as a follow-up to its question', () => {
  let [passed, all] = [0, 0];
  for (const question of questions) {
    const secrets = [question.model_answer, ...question.points.flatMap((point) => point.said_as)];
    const guard = createSpeechGuard({ kind: 'follow-up', secrets, instruction: '', known: [question.question], terms: (text) => coach.expandTerms(text) });
    for (const said of question.points.flatMap((point) => point.said_as).filter((one) => one.split(/\s+/).length >= 8)) {
      all++;
      if (guard.finish(`Would you say this: ${said}?`).ok) passed++;
    }
  }
  expect(all).toBeGreaterThan(1000);
  expect(passed / all).toBeLessThan(0.01);
});

it.each<[SpokenKind, (keyof typeof interviewer.neutral)[]]>([
  ['opening', ['opening']], ['lead-in', ['next_after_strong', 'next_after_thin', 'next_after_skip']], ['closing', ['closing']],
])('lets through what the coach says as %s', (kind, lines) => {
  const guard = createSpeechGuard({ kind, secrets: [], instruction: '', known: [], terms: (text) => coach.expandTerms(text) });
  const refused = Object.values(interviewer).flatMap((voice) => lines.flatMap((line) => voice[line])).map((line) => fillLine(line, { minutes: 20, count: '5 questions' })).filter((text) => !guard.finish(text).ok);
  expect(refused).toEqual([]);
});
