import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { at, SETUP, startTestEngine, submission } from '../testing/engine.ts';
import type { Engine } from './engine.ts';

const HALF_A_YEAR_MS = 200 * 86_400_000;
let free: number;
let reported: unknown[];
let running: Awaited<ReturnType<typeof startTestEngine>>;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  free = Infinity;
  reported = [];
  running = await startTestEngine({ freeBytes: () => free, onUnexpected: (_, error) => reported.push(error) });
});
afterEach(async () => { vi.useRealTimers(); free = Infinity; await running.stop(); });

async function endedInterview(): Promise<string> {
  const { client } = running;
  const { sessionId, revision } = await client.interview.answer({ ...at(await client.interview.start(SETUP)), submissionId: submission(), text: 'I worked at Siemens for three years.' });
  await client.interview.end({ sessionId, revision });
  await idle(running.engine);
  return sessionId;
}
const turnsOfLoop = async (): Promise<void> => { for (let turn = 0; turn < 8; turn++) await new Promise((resume) => setImmediate(resume)); };
/** Time passes for the clock and for timers, and what they begin ends. */
async function idle({ jobs }: Engine, ms = 0): Promise<void> {
  running.clock.advance(ms);
  vi.advanceTimersByTime(ms);
  await turnsOfLoop();
  for (let round = 0; round < 200 && jobs.count('running') > 0; round++) { vi.advanceTimersByTime(50); await turnsOfLoop(); }
}
const states = ({ store }: Engine): unknown => store.sql.prepare("SELECT id, state FROM job WHERE id LIKE 'left-%' ORDER BY id").raw().all();

it('opens although the disk is full and work of an earlier run is left, shows everything, and goes on with the work once there is room', async () => {
  const sessionId = await endedInterview();
  const { sql } = running.engine.store;
  sql.exec('DELETE FROM job; DELETE FROM memory_read');
  const leave = sql.prepare("INSERT INTO job (id, kind, title, lane, priority, state, key, session_id, input, attempts, created_at) VALUES (?, ?, 'Left', 'cpu', -5, ?, ?, ?, ?, 1, '2026-11-20T08:00:00.000Z')");
  leave.run('left-running', 'interview.read', 'running', sessionId, sessionId, JSON.stringify({ interviewId: sessionId }));
  leave.run('left-unknown', 'of.another.version', 'queued', 'k', sessionId, '{}');
  free = 0;
  const engine = await running.restart();
  expect((await engine.client.interview.history({})).items.map((item) => item.sessionId)).toEqual([sessionId]);
  expect((await engine.client.memory.search({ text: 'Siemens' })).hits.length).toBeGreaterThan(0);
  await expect(engine.client.interview.start(SETUP)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await idle(engine, 120_000);
  expect(states(engine)).toEqual([['left-running', 'running'], ['left-unknown', 'queued']]);
  expect(reported.length).toBeGreaterThan(0);
  expect(reported.every((error) => (error as { code?: string }).code === 'STORAGE_FULL')).toBe(true);

  free = Infinity;
  for (let round = 0; round < 4; round++) await idle(engine, 60_000);
  expect(states(engine)).toEqual([['left-running', 'done'], ['left-unknown', 'failed']]);
  expect((await engine.client.memory.status()).interviewsToRead).toBe(0);
});

it('does not end when a timer finds old interviews to pack and the disk is full; they are packed when there is room', async () => {
  await endedInterview();
  running.clock.advance(HALF_A_YEAR_MS);
  const packed = (): unknown => running.engine.store.sql.prepare('SELECT count(*) FROM interview_archive WHERE length(turns) > 0').pluck().get();
  reported.length = 0;
  free = 0;
  // What a timer throws is nobody's, and ends the process.
  expect(() => vi.advanceTimersByTime(1_200_000)).not.toThrow();
  expect(reported).toMatchObject([{ code: 'STORAGE_FULL' }, { code: 'STORAGE_FULL' }]);
  free = Infinity;
  vi.advanceTimersByTime(600_000);
  await vi.waitUntil(async () => { await idle(running.engine); return packed() === 1; });
  expect((await running.client.interview.history({ search: 'Siemens' })).items).toHaveLength(1);
});

it('lets the person make room on a full disk: an interview and a note go for good', async () => {
  const sessionId = await endedInterview();
  const { client } = running;
  const { item } = await client.memory.add({ kind: 'note', title: 'Siemens', text: 'I led the platform team.' });
  free = 0;
  expect(await client.memory.forget({ itemId: item.itemId })).toMatchObject({ verified: true });
  await client.interview.delete({ sessionId });
  expect([(await client.interview.history({})).items, (await client.memory.list({})).items]).toEqual([[], []]);
});
