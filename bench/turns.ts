import { setTimeout } from 'node:timers/promises';
import type { SessionView } from '../core/contract/interview.ts';
import { engineWithLongPack, ordinaryAnswer } from './long-interview.ts';
import { describe, quantile } from './distribution.ts';

const WINDOW = 40;
/** Between two turns a person reads; here just long enough for the engine to do what it put off until then. */
const READING_MS = 10;

/** Engine time of one turn (answer graded, committed, next words chosen, view built) without a model, early and late in one interview. */
export async function run(): Promise<void> {
  const { engine, setup, dispose } = await engineWithLongPack(400);
  const { interview } = engine.client;
  const drafts: number[] = [];
  async function hold(turns: number): Promise<number[]> {
    const samples: number[] = [];
    let view: SessionView = await interview.start(setup);
    while (view.phase !== 'closing' && samples.length < turns) {
      const text = ordinaryAnswer(engine, view);
      const command = { sessionId: view.sessionId, revision: view.revision };
      const draftStart = performance.now();
      await interview.saveDraft({ ...command, draft: { shape: 'plain', text } });
      drafts.push(performance.now() - draftStart);
      await setTimeout(READING_MS);
      const start = performance.now();
      view = await interview.answer({ ...command, submissionId: `bench-turn-${view.sessionId}-${samples.length}`, text });
      samples.push(performance.now() - start);
    }
    await interview.end({ sessionId: view.sessionId, revision: view.revision });
    return samples;
  }
  try {
    const cold = await hold(WINDOW);
    const samples = await hold(1000 + WINDOW / 2);
    const around = (turn: number): number[] => samples.slice(Math.max(0, turn - WINDOW / 2), turn + WINDOW / 2);
    const early = around(10);
    const late = around(1000);
    console.log(`turns held in one interview: ${samples.length}, up to three answers of some 95 words graded together`);
    console.log(`turn time around turn 10:    ${describe(early)}`);
    console.log(`turn time around turn 1000:  ${describe(late)}`);
    console.log(`ratio turn 1000 to turn 10:  p50 ${(quantile(late, 0.5) / quantile(early, 0.5)).toFixed(2)}, p95 ${(quantile(late, 0.95) / quantile(early, 0.95)).toFixed(2)}`);
    console.log(`all turns:                   ${describe(samples)}`);
    console.log(`first turns of a new process: ${describe(cold)} (the code is still being compiled)`);
    console.log(`saving a draft:              ${describe(drafts)}`);
  } finally {
    await dispose();
  }
}
