import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { ConfigInMemory, connection, ScriptedModel, ScriptedPool } from '../../testing/scripted-models.ts';
import { isoFrom, seededRng, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createTelemetry } from '../telemetry/index.ts';
import { InferenceError } from './inference-error.ts';
import type { Message } from './language-model.ts';
import { createRouter } from './router.ts';

const MESSAGES: Message[] = [{ role: 'system', text: 'You are the interviewer.' }];
const never = new AbortController().signal;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => { for (const stop of stops.splice(0)) await stop(); });

/** A model that keeps what it reads, as only those in this machine do. */
class Reader extends ScriptedModel {
  readonly read: { messages: Message[]; conversationId: string }[] = [];
  reads: (signal: AbortSignal) => Promise<boolean> = async () => true;
  constructor(id = 'local') { super(id, ['Hello.'], { place: 'here' }); }
  readAhead(ahead: { messages: Message[]; conversationId: string }, signal: AbortSignal): Promise<boolean> { this.read.push(ahead); return this.reads(signal); }
}

function setUp(models: ScriptedModel[]) {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  const clock = new SettableClock('2026-11-20T09:00:00.000Z');
  const { store } = openStore(folder, () => isoFrom(clock.now()));
  const config = new ConfigInMemory(models.map(({ providerId: id }) => connection(id, id === 'local' ? { kind: 'llama', needsKey: false } : {})), { order: models.map(({ providerId }) => providerId) });
  const pool = new ScriptedPool(config, models);
  const telemetry = createTelemetry({ store, clock });
  const unexpected: unknown[] = [];
  const router = createRouter({ config, pool, store, clock, rng: seededRng(1), telemetry, onChange: () => {}, onUnexpected: (error) => unexpected.push(error) });
  const stop = async (): Promise<void> => { await router.close(); await telemetry.close(); store.close(); folder.release(); temporary.dispose(); };
  stops.push(stop);
  let made = 0;
  const ahead = (signal = never): Promise<boolean> => router.readAhead({ lane: 'interactive-deep', sessionId: 'one' }, async () => { made++; return MESSAGES; }, signal);
  return { router, pool, store, telemetry, unexpected, ahead, made: () => made };
}

describe('who reads ahead', () => {
  it('is the model in this machine that would answer', async () => {
    const local = new Reader();
    const { ahead } = setUp([local, new ScriptedModel('cloud', ['Hi.'])]);
    expect(await ahead()).toBe(true);
    expect(local.read).toEqual([{ messages: MESSAGES, conversationId: 'one' }]);
  });

  it('is never a provider in the network, and nobody in the place of one that would answer', async () => {
    const [cloud, local] = [new ScriptedModel('cloud', ['Hi.']), new Reader()];
    const { ahead, made } = setUp([cloud, local]);
    expect(await ahead()).toBe(false);
    expect([cloud.calls, local.read.length, made()]).toEqual([0, 0, 0]);
  });

  it('is nobody while the model is not loaded, and it is not loaded for that', async () => {
    const [local, cloud] = [new Reader(), new ScriptedModel('cloud', ['Hi.'])];
    const { ahead, pool, made } = setUp([local, cloud]);
    pool.readinessOf.set('local', { state: 'loading', says: 'It is loaded when it is first needed.' });
    expect(await ahead()).toBe(false);
    pool.readinessOf.set('cloud', { state: 'locked', says: 'The Offline lock is on.' });
    expect(await ahead()).toBe(false);
    expect([local.read.length, cloud.calls, made(), pool.warmed]).toEqual([0, 0, 0, []]);
  });
});

it('is no call: nobody is answered, nothing is written down', async () => {
  const local = new Reader();
  const { router, ahead, store, telemetry } = setUp([local]);
  let answeringMeanwhile = false;
  local.reads = async () => { answeringMeanwhile = router.answeringHere(); return true; };
  expect(await ahead()).toBe(true);
  await telemetry.flush();
  expect(answeringMeanwhile).toBe(false);
  expect(router.lastSwitch()).toBe(null);
  const tables = store.sql.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE '%span%' OR name LIKE '%budget%' OR name LIKE '%network%')").all();
  expect(tables.length).toBeGreaterThan(1);
  for (const { name } of tables) expect([name, store.sql.prepare(`SELECT * FROM ${name}`).all()]).toEqual([name, []]);
});

it('ends with the app, and with what ends all calls', async () => {
  const local = new Reader();
  const { router, ahead, unexpected } = setUp([local]);
  local.reads = (signal) => new Promise((_, reject) => { signal.addEventListener('abort', () => reject(new InferenceError('aborted'))); });
  const first = ahead();
  await new Promise((resume) => setImmediate(resume));
  await router.endCalls();
  expect(await first).toBe(false);
  const second = ahead();
  await new Promise((resume) => setImmediate(resume));
  await router.close();
  expect(await second).toBe(false);
  expect(await ahead()).toBe(false);
  expect([local.read.length, unexpected]).toEqual([2, []]);
});

it('that fails costs nothing but a note', async () => {
  const local = new Reader();
  const { ahead, unexpected } = setUp([local]);
  local.reads = () => Promise.reject(new InferenceError('crashed'));
  expect(await ahead()).toBe(false);
  expect(unexpected).toEqual([]);
  local.reads = () => Promise.reject(new Error('a fault of ours'));
  expect(await ahead()).toBe(false);
  expect(unexpected).toHaveLength(1);
});
