import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { at, temporaryFolder } from '../../testing/engine.ts';
import { ScriptedInference } from '../../testing/scripted-inference.ts';
import { openSpokenInterview, stepsIn, type SpokenInterview } from '../../testing/spoken-interview.ts';
import type { SessionView } from '../contract/interview.ts';

const coach = testCoach();
/** Parsed packs, for all tests of this file. */
const cache = temporaryFolder();
afterAll(() => cache.dispose());
const SPEAKS = 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?';
const LONG = Array.from({ length: 8 }, (_, step) => `In step ${step} I measured how long the import took and wrote the number down for the team.`).join(' ');

let folder: ReturnType<typeof temporaryFolder>;
let inference: ScriptedInference;
let running: SpokenInterview;
beforeEach(async () => {
  folder = temporaryFolder();
  inference = new ScriptedInference();
  inference.answerWith = (call) => { if (call.call.lane === 'interactive-deep') call.attempt().say(SPEAKS).end(); else call.giveUp(); };
  inference.readsAhead = async () => true;
  running = await openSpokenInterview({ dataDir: folder.path, inference, coach, cacheDir: cache.path, background: 'runs' });
});
afterEach(async () => { await running.close(); folder.dispose(); if (running.faults.length > 0) throw running.faults[0]; });
const { start, view, answer } = stepsIn(() => running);

/** Once nobody speaks, nothing is done in the background, and what can be read ahead was. */
async function settled(sessionId: string): Promise<SessionView> {
  await vi.waitFor(async () => { if ((await view(sessionId)).turns.some(({ state }) => state !== 'said')) throw new Error('still speaking'); }, { interval: 2, timeout: 5_000 });
  await running.idle();
  await pause(10);
  return view(sessionId);
}
const begin = async (): Promise<SessionView> => settled((await start({ questionCount: 10, mode: 'exam' })).sessionId);
const draft = async (now: SessionView, text: string): Promise<void> => { await running.client.saveDraft({ ...at(now), draft: { shape: 'plain', text } }); await pause(10); };
/** Reads until it is told not to. */
const endless = (signal: AbortSignal): Promise<boolean> => new Promise((resolve) => { signal.addEventListener('abort', () => resolve(false)); });
const compactions = (sessionId: string): number => running.store.prepare<{ compactions: number }, [string]>('SELECT compactions FROM conversation_summary WHERE session_id = ?').get(sessionId)?.compactions ?? 0;

describe('while the person types', () => {
  it('what the next call begins with is read, to the byte, also after compactions', async () => {
    let now = await begin();
    let afterOnes = 0, before = 0;
    for (let turn = 0; turn < 18; turn++) {
      const read = inference.ahead.at(-1)?.messages ?? [];
      await answer(now, `${LONG} That was answer ${turn}.`);
      now = await settled(now.sessionId);
      const { messages, stableMessages } = inference.calls.findLast(({ call }) => call.lane === 'interactive-deep')?.call.request ?? { messages: [] };
      expect(messages.slice(0, -1)).toEqual(read);
      expect(stableMessages).toBe(read.length);
      if (compactions(now.sessionId) > before) { afterOnes++; before = compactions(now.sessionId); }
    }
    expect(afterOnes).toBeGreaterThan(2);
  }, 30_000);

  it('reading is done once; what could not be read is tried again when the person goes on typing', async () => {
    let now = await begin();
    expect(inference.ahead).toHaveLength(1);
    await draft(now, 'I');
    await draft(now, 'I would');
    expect(inference.ahead).toHaveLength(1);
    inference.readsAhead = undefined; // the model is gone
    await answer(now);
    now = await settled(now.sessionId);
    expect(inference.ahead).toHaveLength(1);
    inference.readsAhead = async () => true;
    await draft(now, 'I');
    await draft(now, 'I would');
    expect(inference.ahead).toHaveLength(2);
    expect(inference.ahead[1]?.messages?.at(-1)).toMatchObject({ role: 'assistant' });
  });
});

describe('it ends at once', () => {
  const ends: [string, (now: SessionView) => Promise<unknown>][] = [
    ['when the answer is sent', (now) => answer(now)],
    ['when the question is passed', (now) => running.client.skip(at(now))],
    ['when the interview is ended', (now) => running.client.end(at(now))],
    ['when the interview is deleted', (now) => running.client.delete({ sessionId: now.sessionId })],
    ['when everything is deleted', async () => { running.interview.forgetPerson()(); }],
    ['when the app is closed', () => running.interview.close()],
  ];
  it.each(ends)('%s', async (_, end) => {
    inference.readsAhead = endless;
    const now = await begin();
    expect(inference.ahead[0]?.signal.aborted).toBe(false);
    await end(now);
    expect(inference.ahead[0]?.signal.aborted).toBe(true);
  });
});

it('nothing is put together when no model in this machine would read it', async () => {
  inference.readsAhead = undefined;
  const counted = vi.spyOn(inference, 'countTokens');
  const now = await begin();
  const before = counted.mock.calls.length;
  await draft(now, 'I would');
  expect([inference.ahead.length, counted.mock.calls.length]).toEqual([0, before]);
});

it('the interview goes on when reading ahead fails', async () => {
  inference.readsAhead = () => Promise.reject(new Error('it broke'));
  const now = await begin();
  expect(running.faults.splice(0)).toHaveLength(1);
  inference.readsAhead = undefined;
  expect((await answer(now)).revision).toBe(now.revision + 1);
});
