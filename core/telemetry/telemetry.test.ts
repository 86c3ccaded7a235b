import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { isoFrom, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import type { AttemptFacts } from './index.ts';
import { createTelemetry } from './telemetry.ts';

const START = '2026-11-20T09:00:00.000Z';
let [clock, store]: [SettableClock, Store] = [] as never;
let tick = 0;
let dispose: () => void;
beforeEach(() => {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  clock = new SettableClock(START);
  tick = 0;
  store = openStore(folder, () => isoFrom(clock.now())).store;
  dispose = () => { store.close(); folder.release(); temporary.dispose(); };
});
afterEach(() => dispose());

const create = (more: object = {}) => createTelemetry({ store, clock, monotonic: () => tick, ...more });
const facts: AttemptFacts = { operation: 'chat', lane: 'background', attempt: 1, providerId: 'mine', providerKind: 'openai-compatible', model: 'm', host: '127.0.0.1:8080', maxOutputTokens: 20, messages: [{ role: 'user', text: 'My words' }] };

describe('spans of calls', () => {
  it('take their dates from the injected clock and their length from the steady one', async () => {
    const telemetry = create();
    const call = telemetry.laneCall({ operation: 'chat', lane: 'background' });
    tick += 12.5;
    const attempt = call.attempt(facts);
    tick += 100.25;
    clock.advance(-3_600_000);
    attempt.end({ outcome: 'answered', finish: 'tool-calls', model: 'm-2', inputTokens: 3, outputTokens: null, firstTokenMs: 7, costMicroUsd: 0 });
    call.end({ outcome: 'answered', attempts: 1, providerId: 'mine', costMicroUsd: null });
    const [one, other] = await telemetry.spans(5);
    const [parent, child] = one?.parentId === null ? [one, other] : [other, one];
    expect(parent).toMatchObject({ startedAt: START, durationMs: 112.75, outcome: 'answered', name: 'lane background' });
    expect(child).toMatchObject({ parentId: parent?.spanId, traceId: parent?.traceId, durationMs: 100.25, name: 'chat m' });
    expect(child?.attributes).toEqual({
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai_compatible', 'gen_ai.request.model': 'm', 'gen_ai.request.max_tokens': 20, 'server.address': '127.0.0.1:8080',
      'role_accel.lane': 'background', 'role_accel.connection.id': 'mine', 'role_accel.attempt': 1, 'gen_ai.response.model': 'm-2', 'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.usage.input_tokens': 3, 'role_accel.time_to_first_token_ms': 7, 'role_accel.cost_micro_usd': 0,
    });
    await telemetry.close();
  });

  it('name the prompts of a call: the one with the instruction, and every other by its exact words', async () => {
    const telemetry = create();
    const prompt = { id: 'interview/follow-up', version: '2.terse', hash: 'abcabcabcabc', with: [{ id: 'interview/interviewer', version: '1', hash: 'defdefdefdef' }] };
    const call = telemetry.laneCall({ operation: 'chat', lane: 'interactive-deep', prompt, sessionId: 's' });
    call.attempt({ ...facts, prompt }).end({ outcome: 'answered' });
    call.end({ outcome: 'answered', attempts: 1 });
    const named = { 'role_accel.prompt.id': 'interview/follow-up', 'role_accel.prompt.version': '2.terse', 'role_accel.prompt.hash': 'abcabcabcabc', 'role_accel.prompt.with': ['interview/interviewer@1:defdefdefdef'] };
    expect((await telemetry.spans(5)).map(({ attributes }) => attributes)).toEqual([expect.objectContaining(named), expect.objectContaining(named)]);
    await telemetry.close();
  });

  it('are written when it is closed, also those of the last moment, and each ends once', async () => {
    const telemetry = create();
    for (let i = 0; i < 300; i++) { const call = telemetry.laneCall({ operation: 'chat', lane: 'background' }); const attempt = call.attempt(facts); attempt.end({ outcome: 'failed' }); attempt.end({ outcome: 'answered' }); call.end({ outcome: 'gave-up', attempts: 1 }); call.end({ outcome: 'answered', attempts: 1 }); }
    await telemetry.close();
    expect(store.sql.prepare('SELECT outcome, count(*) AS spans FROM span GROUP BY outcome ORDER BY outcome').all()).toEqual([{ outcome: 'failed', spans: 300 }, { outcome: 'gave-up', spans: 300 }]);
  });

  it('are kept up to a number, the newest of them', async () => {
    const telemetry = create({ spansKept: 100 });
    for (let i = 0; i < 2_600; i++) { clock.advance(1_000); telemetry.laneCall({ operation: 'chat', lane: 'background' }).end({ outcome: 'answered', attempts: i }); if (i % 400 === 0) await telemetry.flush(); }
    await telemetry.close();
    const { spans, oldest } = store.sql.prepare<[], { spans: number; oldest: string }>('SELECT count(*) AS spans, min(started_at) AS oldest FROM span').get() ?? { spans: 0, oldest: '' };
    expect(spans).toBeGreaterThanOrEqual(100);
    expect(spans).toBeLessThan(1_300);
    expect(oldest > isoFrom(Date.parse(START) + 1_200_000)).toBe(true);
  });

  it('hold no words unless that is turned on, now or later', async () => {
    let keep = false;
    const telemetry = create({ keepText: () => keep });
    const one = (): void => { const call = telemetry.laneCall({ operation: 'chat', lane: 'background' }); call.attempt(facts).end({ outcome: 'answered', text: 'Its words' }); call.end({ outcome: 'answered', attempts: 1 }); };
    one();
    expect(JSON.stringify(await telemetry.spans(9))).not.toContain('words');
    keep = true;
    one();
    expect(JSON.stringify(await telemetry.spans(9))).toMatch(/My words.*Its words|Its words.*My words/);
    await telemetry.close();
  });

  it('cost a call nothing when the disk refuses', async () => {
    const telemetry = create();
    store.faults = { beforeWrite: () => { throw new Error('full'); }, beforeCommit: () => {}, afterCommit: () => {} };
    telemetry.laneCall({ operation: 'chat', lane: 'background' }).end({ outcome: 'answered', attempts: 1 });
    await telemetry.flush();
    store.faults = undefined;
    expect(await telemetry.spans(9)).toEqual([]);
    await telemetry.close();
  });
});
