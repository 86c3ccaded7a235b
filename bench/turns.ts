import { engineWithLongPack, ordinaryAnswer } from './long-interview.ts';
import { describe, quantile } from './distribution.ts';

const WINDOW = 60;

/** Engine time of one turn (answer graded, committed, next words chosen, view built) without a model, early and late in one interview. */
export async function run(): Promise<void> {
  const { engine, setup, dispose } = await engineWithLongPack(400);
  try {
    const { interview } = engine.client;
    let view = await interview.start(setup);
    const samples: number[] = [];
    const drafts: number[] = [];
    while (view.phase !== 'closing' && samples.length < 1000 + WINDOW) {
      const text = ordinaryAnswer(engine, view);
      const command = { sessionId: view.sessionId, revision: view.revision };
      const draftStart = performance.now();
      await interview.saveDraft({ ...command, draft: { shape: 'plain', text } });
      drafts.push(performance.now() - draftStart);
      const start = performance.now();
      view = await interview.answer({ ...command, submissionId: `bench-turn-${samples.length}`, text });
      samples.push(performance.now() - start);
    }
    const around = (turn: number): number[] => samples.slice(Math.max(0, turn - WINDOW / 2), turn + WINDOW / 2);
    const early = around(10);
    const late = around(Math.min(1000, samples.length - WINDOW / 2));
    console.log(`turns held in one interview: ${samples.length}`);
    console.log(`turn time around turn 10:    ${describe(early)}`);
    console.log(`turn time around turn 1000:  ${describe(late)}`);
    console.log(`ratio turn 1000 to turn 10:  p50 ${(quantile(late, 0.5) / quantile(early, 0.5)).toFixed(2)}, p95 ${(quantile(late, 0.95) / quantile(early, 0.95)).toFixed(2)}`);
    console.log(`all turns:                   ${describe(samples)}`);
    console.log(`saving a draft:              ${describe(drafts)}`);
  } finally {
    await dispose();
  }
}
