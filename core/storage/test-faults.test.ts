import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, SETUP, startTestEngine, submission } from '../../testing/engine.ts';
import type { TestEngineClient } from '../contract/index.ts';

let running: Awaited<ReturnType<typeof startTestEngine>>;
let testMode: TestEngineClient['testMode'];
beforeEach(async () => {
  running = await startTestEngine({ testMode: { seed: 1 } });
  testMode = (running.client as TestEngineClient).testMode;
});
afterEach(async () => { await running.stop(); });

it('a full disk refuses even a few words, keeps what was there, and lets them through once there is space', async () => {
  const view = await running.client.interview.start(SETUP);
  await testMode.setFault({ kind: 'disk-full' });
  await expect(running.client.interview.saveDraft({ ...at(view), draft: { shape: 'plain', text: 'a' } })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await expect(running.client.interview.answer({ ...at(view), submissionId: submission(), text: 'A short answer.' })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(running.engine.store.sql.pragma('quick_check', { simple: true })).toBe('ok');
  expect((await running.client.interview.session({ sessionId: view.sessionId })).revision).toBe(view.revision);
  await testMode.setFault({ kind: 'none' });
  expect((await running.client.interview.answer({ ...at(view), submissionId: submission(), text: 'A short answer.' })).revision).toBe(view.revision + 1);
});

it('a slow disk makes a write wait, not fail', async () => {
  const view = await running.client.interview.start(SETUP);
  await testMode.setFault({ kind: 'slow-disk', delayMs: 80 });
  const started = performance.now();
  await running.client.interview.saveDraft({ ...at(view), draft: { shape: 'plain', text: 'a' } });
  expect(performance.now() - started).toBeGreaterThanOrEqual(79);
});

it('is not there in an engine that was not started for tests', async () => {
  const ordinary = await startTestEngine();
  expect('testMode' in ordinary.engine.router).toBe(false);
  await ordinary.stop();
});
