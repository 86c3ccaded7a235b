import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { vi } from 'vitest';
import type { Coach } from '../core/coach/index.ts';
import type { SessionView, Turn } from '../core/contract/interview.ts';
import { createInterview } from '../core/interview/index.ts';
import { JobQueue, type JobLane } from '../core/jobs/index.ts';
import type { Memory } from '../core/memory/memory.ts';
import { createPromptRegistry } from '../core/prompts/prompt-registry.ts';
import { countingIds, seededRng, SettableClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { at, PROJECT, SETUP, START, submission } from './engine.ts';
import type { ScriptedCall, ScriptedInference } from './scripted-inference.ts';

/** An answer that leaves enough out to be asked after. */
export const THIN = 'I would look at the monitoring first and then talk to the team about what they have seen so far in production and decide.';

export interface SpokenInterviewOptions {
  dataDir: string; inference: ScriptedInference; coach: Coach; cacheDir: string;
  /** Prompt files from here instead of the ones that come with the app. */
  promptsDir?: string;
  freeBytes?: () => number;
  memory?: Memory;
  /** Whether work in the background is done: `held` until the test starts the queue. Without it, there is no queue. */
  background?: 'runs' | 'held';
}

export type SpokenInterview = Awaited<ReturnType<typeof openSpokenInterview>>;

let opened = 0;

/** The mock interview by itself, on a real database and real prompt files, with models that say what the test says. */
export async function openSpokenInterview({ dataDir, inference, coach, cacheDir, promptsDir = join(PROJECT, 'prompts'), freeBytes, memory, background }: SpokenInterviewOptions) {
  const claimed = claimDataFolder(dataDir);
  const clock = new SettableClock(START);
  const { store } = openStore(claimed, () => START, freeBytes);
  const faults: unknown[] = [];
  /** Milliseconds on the steady clock; a test moves them on. */
  const steady = { ms: 0 };
  const prompts = createPromptRegistry({ store, clock, appDir: promptsDir, ownDir: join(claimed.path, 'prompts'), laneTokens: () => inference.context.total, watch: false });
  const ids = countingIds(1000 * ++opened);
  const lanes: Record<string, JobLane> = { cpu: { concurrency: 1 }, model: { concurrency: 2, paused: () => inference.answeringHere() } };
  const queue = background && new JobQueue({ store, clock, rng: seededRng(1), ids, lanes, onFault: (error) => faults.push(error) });
  const interview = await createInterview({
    store, coach, clock, ids, ...(queue ? { queue } : {}), ...(memory ? { memory } : {}), packsDir: join(PROJECT, 'packs'), prompts, cacheDir, inference, elapsed: () => steady.ms,
    packsChanged: () => {}, historyChanged: () => {}, onFault: (error) => faults.push(error),
  });
  const startQueue = (): void => queue?.start(interview.jobs);
  if (background === 'runs') startQueue();
  return {
    client: createRouterClient(interview.router), store, prompts, clock, faults, steady, inference, interview, queue, startQueue,
    /** When nothing is done in the background and nothing waits for it. */
    idle: () => vi.waitFor(() => { if (queue && queue.count('queued') + queue.count('running') > 0) throw new Error('still at work'); }, { timeout: 5000, interval: 5 }),
    /** Without ending anything first, as a crash would. */
    async crash() { await prompts.close(); store.close(); claimed.release(); },
    async close() { await queue?.close(); await interview.close(); await prompts.close(); store.close(); claimed.release(); },
  };
}

export const newestTurn = (from: SessionView, kind: Turn['kind']): Turn | undefined => from.turns.findLast((turn) => turn.kind === kind);

/** What a person does in an interview that is open, and what they wait for. `now` gives the one that is open at the time. */
export function stepsIn(now: () => SpokenInterview) {
  const start = (setup: Partial<typeof SETUP> = {}): Promise<SessionView> => now().client.start({ ...SETUP, kind: 'technical', pressure: 'tough', ...setup });
  const view = (sessionId: string): Promise<SessionView> => now().client.session({ sessionId });
  const answer = (from: SessionView, text = THIN): Promise<SessionView> => now().client.answer({ ...at(from), submissionId: submission(), text });
  const call = (number: number): Promise<ScriptedCall> => vi.waitFor(() => { const found = now().inference.calls[number]; if (!found) throw new Error('not called yet'); return found; });
  const said = (sessionId: string, kind: Turn['kind']): Promise<Turn> => vi.waitFor(async () => {
    const turn = newestTurn(await view(sessionId), kind);
    if (turn?.state !== 'said') throw new Error('still speaking');
    return turn;
  });

  /** The interview at its first follow-up, which a model is to word: `good` are words that fit, `line` the coach's. */
  async function atFollowUp(): Promise<{ now: SessionView; spoken: ScriptedCall; good: string; line: string; seq: number }> {
    const first = now().inference.calls.length;
    const begun = await start();
    (await call(first)).attempt().say('Good morning, and welcome. We have a few questions. Let us begin.').end();
    await said(begun.sessionId, 'opening');
    const after = await answer(begun);
    if (after.phase !== 'follow-up') throw new Error(`no follow-up but ${after.phase}`);
    const line = after.current?.asked ?? '';
    const intent = line.replace(/^(That leaves something out|You went past the point I care about)\. /, '');
    return { now: after, spoken: await call(first + 1), good: `You would look at the monitoring. ${intent}`, line, seq: newestTurn(after, 'follow-up')?.seq ?? -1 };
  }
  return { start, view, answer, call, said, atFollowUp };
}
