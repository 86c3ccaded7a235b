import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../testing/engine.ts';
import { ConfigInMemory, connection, ScriptedModel, ScriptedPool, type Step } from '../../testing/scripted-models.ts';
import type { Switch } from '../contract/models.ts';
import { isoFrom, seededRng, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createTelemetry } from '../telemetry/index.ts';
import type { LaneCall, LaneEvent } from './inference.ts';
import { INFERENCE_FAULTS, type InferenceFault } from './inference-error.ts';
import type { LanguageModel, Usage } from './language-model.ts';
import type { BudgetAlert } from './middleware/budget.ts';
import type { Connection, LaneConfig } from './models-config.ts';
import { createRouter } from './router.ts';

const START = '2026-11-20T09:00:00.000Z';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => { for (const stop of stops.splice(0)) await stop(); });

const here: Partial<Connection> = { kind: 'llama', needsKey: false };
interface Options { lane?: Partial<LaneConfig>; connections?: Connection[]; keepText?: boolean }

function setUp(models: LanguageModel[], { lane = {}, connections, keepText = false }: Options = {}) {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  const clock = new SettableClock(START);
  const { store } = openStore(folder, () => isoFrom(clock.now()));
  const own = connections ?? [...new Set(models.map(({ providerId }) => providerId))].map((id) => connection(id, id === 'local' ? here : {}));
  const config = new ConfigInMemory(own, { order: own.map(({ id }) => id), ...lane });
  const pool = new ScriptedPool(config, models);
  const telemetry = createTelemetry({ store, clock, keepText });
  const [switches, alerts, unexpected]: [Switch[], BudgetAlert[], unknown[]] = [[], [], []];
  let changes = 0;
  const tell = { alert: (alert: BudgetAlert): void => { alerts.push(alert); } };
  const router = createRouter({ config, pool, store, clock, rng: seededRng(1), telemetry, onSwitch: (change) => switches.push(change), onAlert: (alert) => tell.alert(alert), onChange: () => { changes++; }, onUnexpected: (error) => unexpected.push(error) });
  stops.push(async () => { await router.close(); await telemetry.close(); store.close(); folder.release(); temporary.dispose(); expect(unexpected).toEqual([]); });
  return { router, config, pool, clock, store, telemetry, switches, alerts, unexpected, tell, changes: () => changes };
}

const PROMPT = { id: 'interview/turn', version: 'v1', hash: 'abc' };
const ask = (change: Partial<LaneCall> = {}): LaneCall => ({ lane: 'interactive-deep', request: { messages: [{ role: 'user', text: 'The secret words of a person' }] }, prompt: PROMPT, ...change });
const never = new AbortController().signal;

async function play(router: ReturnType<typeof setUp>['router'], call = ask(), signal = never) {
  const events: LaneEvent[] = [];
  for await (const event of router.stream(call, signal)) events.push(event);
  const last = events.at(-1);
  const switched = events.filter((event) => event.type === 'switch');
  return {
    events, last, switched,
    shown: events.map((event) => (event.type === 'delta' ? event.text : '')).join(''),
    by: last?.type === 'end' ? last.by.providerId : last?.type === 'gave-up' ? 'coach' : undefined,
    text: last?.type === 'end' ? last.answer.text : undefined,
  };
}

const FAULTS = (Object.keys(INFERENCE_FAULTS) as InferenceFault[]).filter((fault) => fault !== 'aborted');
const ways: [string, (fault: InferenceFault) => Step[]][] = [['before any text', (fault) => [{ fault }]], ['in the middle', (fault) => ['Tell me ', { fault }]]];

describe('failover', () => {
  for (const [when, script] of ways) {
    it.each(FAULTS)(`goes to the next provider after %s ${when}, and says so once`, async (fault) => {
      const { router, switches } = setUp([new ScriptedModel('a', script(fault)), new ScriptedModel('b', ['A whole answer.'])]);
      const { by, text, switched } = await play(router);
      expect([by, text]).toEqual(['b', 'A whole answer.']);
      expect(switched).toMatchObject([{ from: 'A', to: 'B', error: { fault }, how: when === 'in the middle' ? 'restarted' : 'nothing-shown' }]);
      expect(switches).toMatchObject([{ lane: 'interactive-deep', from: 'A', to: 'B', code: fault, at: START }]);
      await play(router);
      expect(switches.length).toBe(1);
    });
  }

  it('says it in a sentence for the person', async () => {
    const { router, switches } = setUp([new ScriptedModel('a', [{ fault: 'rate-limited' }]), new ScriptedModel('local', ['Hello.'], { place: 'here' })], { connections: [connection('a', { name: 'OpenAI' }), connection('local', { ...here, model: '/somewhere/private/Qwen-4B.gguf' })] });
    await play(router);
    expect(switches[0]?.says).toBe('OpenAI did not answer (too many requests); Local · Qwen-4B goes on.');
    expect(router.answering('interactive-deep')).toEqual({ who: 'cloud', name: 'OpenAI · a-model', leaves: 'answers', host: 'a.example' });
  });

  it('ends with the coach when everybody failed, and says whose fault it was', async () => {
    const { router, switches } = setUp([new ScriptedModel('a', [{ fault: 'server-error' }]), new ScriptedModel('b', ['half an ', { fault: 'connection-lost' }])]);
    const { last, switched } = await play(router);
    expect(last).toEqual({ type: 'gave-up', aborted: false, cut: 'half an ', says: 'B stopped in the middle (the connection broke); the built-in coach goes on.' });
    expect(switched.at(-1)).toMatchObject({ from: 'B', to: null, how: 'restarted' });
    expect(switches).toMatchObject([{ from: 'A', to: 'Built-in coach', code: 'server-error' }]);
  });

  it('is silent about providers that nobody set up', async () => {
    const { router, pool, switches } = setUp([new ScriptedModel('a', []), new ScriptedModel('b', []), new ScriptedModel('c', ['Hello.'])]);
    pool.readinessOf.set('a', { state: 'no-key', says: 'It needs a key.' });
    pool.readinessOf.set('b', { state: 'no-model', says: 'No model is chosen.' });
    router.routing();
    const connections = pool.connections().map((one) => (one.id === 'b' ? { ...one, model: null } : one));
    pool.connections = () => connections;
    const { by, events } = await play(router);
    expect([by, switches, events.map(({ type }) => type)]).toEqual(['c', [], ['attempt', 'delta', 'end']]);
    pool.readinessOf.set('c', { state: 'disabled', says: 'Switched off.' });
    expect((await play(router)).events).toEqual([{ type: 'gave-up', says: 'No model can answer now; the built-in coach goes on.', aborted: false, cut: '' }]);
    expect([switches, router.ready('interactive-deep'), router.answering('interactive-deep')]).toEqual([[], false, { who: 'coach', name: 'Built-in coach', leaves: 'nothing', host: null }]);
  });

  it('says openly, once, that a locked provider was passed over, and that it is back', async () => {
    const { router, pool, switches } = setUp([new ScriptedModel('a', ['From a.']), new ScriptedModel('local', ['From here.'])]);
    pool.readinessOf.set('a', { state: 'locked', says: 'The Offline lock is on.' });
    const [first, second] = [await play(router), await play(router)];
    expect(first.switched).toMatchObject([{ from: 'A', to: 'Local · local-model', error: { fault: 'offline-locked' }, how: 'nothing-shown', says: switches[0]?.says }]);
    expect([first.events[0]?.type, second.switched], 'within the call too, and once').toEqual(['switch', []]);
    expect(switches).toMatchObject([{ from: 'A', to: 'Local · local-model', code: 'locked', says: 'A was not asked (the Offline lock is on); Local · local-model goes on.' }]);
    expect(router.answering('interactive-deep')).toEqual({ who: 'local', name: 'local-model', leaves: 'nothing', host: null });
    pool.readinessOf.delete('a');
    await play(router);
    expect(switches.slice(1)).toMatchObject([{ from: 'Local · local-model', to: 'A', code: 'back', says: 'A answers again.' }]);
    expect(router.lastSwitch()).toEqual(router.lastSwitch('interactive-deep'));
    expect(router.lastSwitch('background')).toBeNull();
  });

  it('warms a loading model and does not make a person wait for it, while background calls may', async () => {
    const { router, pool } = setUp([new ScriptedModel('local', ['From here.']), new ScriptedModel('b', ['From b.'])]);
    pool.readinessOf.set('local', { state: 'loading', says: 'Being loaded.' });
    expect([(await play(router)).by, pool.warmed]).toEqual(['b', ['local']]);
    expect((await play(router, ask({ lane: 'background' }))).by).toBe('local');
  });

  it('goes on when a model cannot even be made', async () => {
    const { router } = setUp([new ScriptedModel('b', ['From b.'])], { connections: [connection('gone'), connection('b')] });
    expect((await play(router)).by).toBe('b');
  });

  it('parses structured output, and asks the next one when its form is wrong', async () => {
    const output = { name: 'score', schema: z.strictObject({ points: z.number() }) };
    const { router } = setUp([new ScriptedModel('a', ['{"points":', '"many"}']), new ScriptedModel('b', ['{"points":', '3}'])]);
    const { last, switched } = await play(router, ask({ request: { messages: [], output } }));
    expect(last).toMatchObject({ type: 'end', answer: { output: { points: 3 }, text: '{"points":3}' }, by: { providerId: 'b' } });
    expect(switched).toMatchObject([{ error: { fault: 'schema' }, how: 'restarted' }]);
  });

  it('never throws, even where nobody foresaw it', async () => {
    const { router, pool, unexpected } = setUp([new ScriptedModel('a', ['Hello.'])]);
    pool.readiness = () => { throw new Error('unforeseen'); };
    const { last } = await play(router);
    expect([last, unexpected.splice(0)]).toMatchObject([{ type: 'gave-up', aborted: false }, [{ message: 'unforeseen' }]]);
  });
});

describe('a stream that breaks in the middle', () => {
  const broken: Step[] = ['Thank you. What did you ', 'measure before you chose the index', { fault: 'connection-lost' }];

  it('is continued from the text so far by a model that can continue the assistant', async () => {
    const b = new ScriptedModel('b', [' that you', ' dropped?'], { continuesAssistant: true });
    const { router } = setUp([new ScriptedModel('a', broken), b]);
    const { text, shown, switched, by } = await play(router);
    expect([text, by]).toEqual(['Thank you. What did you measure before you chose the index that you dropped?', 'b']);
    expect(shown).toBe(text);
    expect(switched).toMatchObject([{ how: 'continued', says: 'A stopped in the middle (the connection broke); B goes on.' }]);
    expect(b.requests[0]?.messages.at(-1)).toEqual({ role: 'assistant', text: 'Thank you. What did you measure before you chose the index' });
  });

  it('is continued by the caller’s words otherwise, without repeating its tail', async () => {
    const b = new ScriptedModel('b', ['measure before you ', 'chose the index that you dropped?']);
    const { router } = setUp([new ScriptedModel('a', broken), b]);
    const { text, shown } = await play(router, ask({ continueAfter: (said) => [{ role: 'user', text: `Go on after: ${said}` }] }));
    expect([text, shown]).toEqual(['Thank you. What did you measure before you chose the index that you dropped?', text]);
    expect(b.requests[0]?.messages.at(-1)?.text).toMatch(/^Go on after: Thank you/);
  });

  it('is begun anew when nobody can continue it, or its words are not sound', async () => {
    const models = (): ScriptedModel[] => [new ScriptedModel('a', ['Bad words', { fault: 'filtered' }]), new ScriptedModel('b', ['Good words.'], { continuesAssistant: true })];
    const { text, switched } = await play(setUp(models()).router);
    expect([text, switched[0]]).toMatchObject(['Good words.', { how: 'restarted' }]);
  });

  it('is continued when its model was taken out of memory', async () => {
    const { router } = setUp([new ScriptedModel('a', ['One half ', { fault: 'not-ready' }]), new ScriptedModel('b', ['and the other.'], { continuesAssistant: true })]);
    const { text, switched } = await play(router);
    expect([text, switched[0]]).toMatchObject(['One half and the other.', { how: 'continued' }]);
  });

  it('is begun anew when tools or a form are asked for', async () => {
    const { router } = setUp([new ScriptedModel('a', broken), new ScriptedModel('b', ['Anew.'], { continuesAssistant: true })]);
    const { text, switched } = await play(router, ask({ request: { messages: [], tools: [{ name: 't', description: '', input: z.object({}) }] } }));
    expect([text, switched[0]]).toMatchObject(['Anew.', { how: 'restarted' }]);
  });

  it('is passed on a second time from all that was shown', async () => {
    const c = new ScriptedModel('c', [' dropped?'], { continuesAssistant: true });
    const { router } = setUp([new ScriptedModel('a', broken), new ScriptedModel('b', [' that you', { fault: 'crashed' }], { continuesAssistant: true }), c]);
    expect((await play(router)).text).toBe('Thank you. What did you measure before you chose the index that you dropped?');
    expect(c.requests[0]?.messages.at(-1)?.text.endsWith('index that you')).toBe(true);
  });

  it('is whole when the next one has nothing to add to a finished sentence', async () => {
    const { router } = setUp([new ScriptedModel('a', ['That is all.', { fault: 'timeout' }]), new ScriptedModel('b', [{ fault: 'empty' }], { continuesAssistant: true })]);
    expect(await play(router)).toMatchObject({ text: 'That is all.', by: 'b' });
  });
});

describe('time', () => {
  it('of a whole call is never more than the lane allows, whoever hangs', async () => {
    const hanging = ['a', 'b', 'c', 'd'].map((id) => new ScriptedModel(id, ['DEAF']));
    const { router } = setUp(hanging, { lane: { firstTokenTimeoutMs: 400, idleTimeoutMs: 400, timeoutMs: 1_000 } });
    const startedAt = performance.now();
    expect((await play(router)).last).toMatchObject({ type: 'gave-up', aborted: false });
    expect(performance.now() - startedAt).toBeLessThan(1_800);
    expect(hanging.slice(0, 3).map(({ calls }) => calls)).toEqual([1, 1, 1]);
  });

  it('a model on this machine may read longer before it speaks than one elsewhere', async () => {
    const slow = (id: string): ScriptedModel => new ScriptedModel(id, [{ wait: 500 }, 'At last.']);
    const lane = { firstTokenTimeoutMs: 200, localFirstTokenTimeoutMs: 2_000 };
    expect(await play(setUp([slow('away')], { lane }).router)).toMatchObject({ last: { type: 'gave-up' } });
    expect(await play(setUp([slow('local')], { lane }).router)).toMatchObject({ text: 'At last.', by: 'local' });
  });

  it('is left for the next provider when one drips', async () => {
    const drip: Step[] = Array.from({ length: 400 }, () => ['.', { wait: 20 }] as const).flat();
    const { router } = setUp([new ScriptedModel('a', drip), new ScriptedModel('b', ['A whole answer.'])], { lane: { firstTokenTimeoutMs: 300, idleTimeoutMs: 300, timeoutMs: 1_000 } });
    expect(await play(router)).toMatchObject({ by: 'b', text: 'A whole answer.' });
  });

  it('does not count against a provider when the caller aborts, who gets back at once', async () => {
    const a = new ScriptedModel('a', ['Tell me ', 'HANG']);
    const { router, switches } = setUp([a, new ScriptedModel('b', ['Not asked.'])]);
    const caller = new AbortController();
    const startedAt = performance.now();
    setTimeout(() => caller.abort(), 30);
    const { last } = await play(router, ask(), caller.signal);
    expect(last).toMatchObject({ type: 'gave-up', aborted: true, cut: 'Tell me ' });
    expect([a.aborted, performance.now() - startedAt < 500, router.breaker('a').failures, switches]).toEqual([1, true, 0, []]);
  });

  it('frees everything when the reader walks away', async () => {
    const a = new ScriptedModel('a', ['Tell me ', 'HANG']);
    const { router } = setUp([a], { lane: { concurrency: 1 } });
    for await (const event of router.stream(ask(), never)) if (event.type === 'delta') break;
    a.script = ['Hello.'];
    expect([(await play(router)).text, a.aborted]).toEqual(['Hello.', 1]);
  });
});

describe('breakers', () => {
  it('rest a provider that fails, show it, and try it again', async () => {
    const a = new ScriptedModel('a', [{ fault: 'server-error' }]);
    const { router, clock, switches, changes } = setUp([a, new ScriptedModel('b', ['From b.'])]);
    for (let i = 0; i < 7; i++) await play(router);
    expect([a.calls, router.breaker('a')]).toMatchObject([5, { state: 'open', retryAt: '2026-11-20T09:00:30.000Z', lastError: { code: 'server-error' } }]);
    const routes = router.routing()[0]?.routes;
    expect(routes?.map(({ providerId, state, answersNow }) => [providerId, state, answersNow])).toEqual([['a', 'breaker-open', false], ['b', 'ready', true], ['coach', 'ready', false]]);
    expect([switches.length, changes() > 0]).toEqual([1, true]);
    a.script = ['From a.'];
    clock.advance(30_000);
    expect((await play(router)).by).toBe('a');
    expect(switches.at(-1)).toMatchObject({ code: 'back', to: 'A' });
  });

  it('close when somebody resets them, and when the connection is changed', async () => {
    const a = new ScriptedModel('a', [{ fault: 'unauthorised' }]);
    const { router, config } = setUp([a]);
    await play(router);
    expect(router.ready('interactive-deep')).toBe(false);
    router.resetBreaker('a');
    expect(router.ready('interactive-deep')).toBe(true);
    await play(router);
    config.saveConnections([connection('a', { baseUrl: 'http://127.0.0.1:9/v1' })]);
    expect(router.ready('interactive-deep')).toBe(true);
  });
});

describe('experiments', () => {
  it('keep the arm of a session, and make breakers of their own for each model', async () => {
    const models = [new ScriptedModel('a', ['From a.']), new ScriptedModel('b', ['From b.']), new ScriptedModel('b', ['From b large.'], {}, 'large')];
    const { router, config } = setUp(models, { lane: { experiment: { name: 'sizes', arms: [{ provider: 'a', model: null, weight: 1 }, { provider: 'b', model: 'large', weight: 1 }] } } });
    const first = new Map<string, string | undefined>();
    for (let i = 0; i < 20; i++) first.set(`session-${i}`, (await play(router, ask({ sessionId: `session-${i}` }))).text);
    expect(new Set(first.values())).toEqual(new Set(['From a.', 'From b large.']));
    for (const [sessionId, text] of first) expect((await play(router, ask({ sessionId }))).text).toBe(text);
    expect(router.routing()[0]?.experiment?.arms).toHaveLength(2);
    config.setLane('interactive-deep', { experiment: null });
    expect((await play(router, ask({ sessionId: 'session-1' }))).text).toBe('From a.');
  });
});

describe('budgets', () => {
  const prices = [{ provider: 'a', model: 'a-model', inputMicroUsd: 1_000_000, cachedInputMicroUsd: null, outputMicroUsd: 2_000_000, source: 'a test', checked: '2026-11-20' }];
  const use = (usage: Partial<Usage>): Step[] => ['Hello.', { end: usage }];

  it('send a call to the next free provider when they are used up, say so, and start anew next month', async () => {
    const a = new ScriptedModel('a', use({ inputTokens: 400, outputTokens: 100 }));
    const { router, switches, alerts, clock } = setUp([a, new ScriptedModel('local', ['From here.'])], { lane: { tokenLimit: 1_000, maxOutputTokens: 20 } });
    expect([(await play(router)).by, (await play(router)).by, (await play(router)).by]).toEqual(['a', 'a', 'local']);
    expect(switches).toMatchObject([{ from: 'A', to: 'Local · local-model', code: 'over-budget', says: 'A was not asked (the budget of this month is used up); Local · local-model goes on.' }]);
    expect(alerts.map(({ threshold }) => threshold)).toEqual([80, 90, 95, 100]);
    expect(router.routing()[0]).toMatchObject({ budget: { month: '2026-11', tokens: 1_000, tokenLimit: 1_000, unknownCalls: 2, alert: 100 }, routes: [{ state: 'over-budget' }, { state: 'ready', answersNow: true }, { kind: 'coach' }] });
    clock.set('2026-12-01T00:00:00.000Z');
    expect([(await play(router)).by, router.routing()[0]?.budget.tokens]).toEqual(['a', 500]);
  });

  it('count cost by the price that is known, and tell it with the answer', async () => {
    const { router, config } = setUp([new ScriptedModel('a', use({ inputTokens: 100, outputTokens: 50 })), new ScriptedModel('local', ['x'])], { lane: { costLimitMicroUsd: 1_000, maxOutputTokens: 50 } });
    expect((await play(router)).last).toMatchObject({ by: { costMicroUsd: null } });
    config.setPrices(prices);
    expect((await play(router)).last).toMatchObject({ by: { costMicroUsd: 200 } });
    expect(router.routing()[0]?.budget).toMatchObject({ costMicroUsd: 200, unknownCalls: 1 });
  });

  it('cost no answer when nobody can be told', async () => {
    const { router, unexpected, tell } = setUp([new ScriptedModel('a', use({ inputTokens: 400, outputTokens: 500 }))], { lane: { tokenLimit: 1_000, maxOutputTokens: 20 } });
    tell.alert = () => { throw new Error('the disk is full'); };
    expect((await play(router)).last).toMatchObject({ type: 'end' });
    expect(unexpected.splice(0)).toMatchObject([{ message: 'the disk is full' }, { message: 'the disk is full' }]);
  });

  it('never hold back what runs on this machine', async () => {
    const { router } = setUp([new ScriptedModel('local', ['From here.'])], { lane: { tokenLimit: 0, costLimitMicroUsd: 0 } });
    expect((await play(router)).last).toMatchObject({ type: 'end', by: { providerId: 'local', costMicroUsd: 0, place: 'here' } });
  });
});

describe('the cache', () => {
  const lane = { cache: true };
  it('answers an exact repetition without asking, but never for scoring', async () => {
    const a = new ScriptedModel('a', ['Hello.']);
    const { router } = setUp([a], { lane });
    await play(router);
    expect((await play(router)).last).toMatchObject({ answer: { text: 'Hello.' }, by: { cached: true, costMicroUsd: 0 } });
    expect((await play(router, ask({ scoring: true }))).last).toMatchObject({ by: { cached: false } });
    expect((await play(router, ask({ request: { messages: [], temperature: 0.5 } }))).last).toMatchObject({ by: { cached: false } });
    expect(a.calls).toBe(3);
  });

  it('answers for another model when all have failed', async () => {
    const [a, b] = [new ScriptedModel('a', [{ fault: 'server-error' }]), new ScriptedModel('b', ['From b.'])];
    const { router } = setUp([a, b], { lane });
    await play(router);
    b.script = [{ fault: 'server-error' }];
    for (let i = 0; i < 5; i++) await play(router, ask({ request: { messages: [{ role: 'user', text: `other ${i}` }] } }));
    const { last, shown } = await play(router);
    expect([last, shown]).toMatchObject([{ type: 'end', by: { providerId: 'b', cached: true } }, 'From b.']);
    expect((await play(router, ask({ scoring: true }))).by).toBe('coach');
  });

  it('neither keeps nor answers a call that belongs to an interview, which may be deleted', async () => {
    const a = new ScriptedModel('a', ['Hello.']);
    const { router, store } = setUp([a], { lane });
    const cached = (): unknown => store.sql.prepare('SELECT count(*) FROM cached_answer').pluck().get();
    for (let time = 0; time < 2; time++) expect((await play(router, ask({ sessionId: 'interview' }))).last).toMatchObject({ by: { cached: false } });
    await play(router);
    expect((await play(router, ask({ sessionId: 'interview' }))).last).toMatchObject({ by: { cached: false } });
    a.script = [{ fault: 'server-error' }];
    expect((await play(router, ask({ sessionId: 'interview' }))).by).toBe('coach');
    await router.close();
    expect([a.calls, cached()], 'only the call that belongs to nobody is kept').toEqual([5, 1]);
  });
});

describe('forgetting', () => {
  it('leaves nothing behind that would be written after the data was deleted', async () => {
    const { router, store } = setUp([new ScriptedModel('a', ['Hello.'])], { lane: { cache: true } });
    await play(router);
    for (const table of ['lane_use', 'cached_answer']) store.sql.prepare(`DELETE FROM ${table}`).run();
    router.forget();
    expect(router.routing()[0]?.budget.tokens).toBe(0);
    await router.close();
    expect(['lane_use', 'cached_answer'].map((table) => store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get())).toEqual([0, 0]);
  });
});

describe('while calls run', () => {
  it('a changed lane holds for the next call, not for the running one', async () => {
    const [a, b] = [new ScriptedModel('a', ['From ', { wait: 60 }, 'a.']), new ScriptedModel('b', ['From b.'])];
    const { router, config } = setUp([a, b]);
    const running = play(router);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    config.setLane('interactive-deep', { order: ['b', 'a'], concurrency: 3, timeoutMs: 100 });
    expect([(await play(router)).by, (await running).by]).toEqual(['b', 'a']);
  });

  it('no more run at once than lane and connection allow, and nobody is lost', async () => {
    const a = new ScriptedModel('a', [{ wait: 5 }, 'Hello.']);
    const { router } = setUp([a], { lane: { concurrency: 3 } });
    const all = await Promise.all(Array.from({ length: 20 }, () => play(router)));
    expect([all.every(({ by }) => by === 'a'), a.mostRunning]).toEqual([true, 3]);
  });

  it('a full connection sends a person to the next one', async () => {
    const a = new ScriptedModel('a', ['Hello ', { wait: 1_600 }, 'a.']);
    const { router } = setUp([a, new ScriptedModel('b', ['From b.'])], { connections: [connection('a', { concurrency: 1 }), connection('b')] });
    const all = await Promise.all([play(router), play(router)]);
    expect(all.map(({ by }) => by)).toEqual(['a', 'b']);
    expect(all[1]?.switched).toMatchObject([{ error: { fault: 'limited' } }]);
    expect(router.breaker('a').failures).toBe(0);
  });

  it('deleting the person’s data ends them, and later ones are answered', async () => {
    const { router } = setUp([new ScriptedModel('a', (request) => (request.messages.length === 1 ? ['Tell me ', 'HANG'] : ['Hello.']))]);
    const running = play(router);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    await router.endCalls();
    expect((await running).last).toMatchObject({ type: 'gave-up', aborted: true });
    expect((await play(router, ask({ request: { messages: [] } }))).text).toBe('Hello.');
  });

  it('a prompt is made to fit everybody who may have to go on', () => {
    const { router, pool } = setUp([new ScriptedModel('a', []), new ScriptedModel('local', [], { contextTokens: 1_000 })], { lane: { contextTokens: 4_096, maxOutputTokens: 256 } });
    expect(router.contextTokens('interactive-deep')).toEqual({ total: 1_000, output: 256 });
    pool.readinessOf.set('local', { state: 'loading', says: 'Being loaded.' });
    expect(router.contextTokens('interactive-deep').total).toBe(4_096);
  });

  it('closing ends them', async () => {
    const { router } = setUp([new ScriptedModel('a', ['Tell me ', 'HANG'])]);
    const running = play(router);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    await router.close();
    expect((await running).last).toMatchObject({ type: 'gave-up', aborted: true });
  });
});

describe('embedding', () => {
  it('says whose vectors they are, goes on after a failure, and is undefined without anybody', async () => {
    const { router, pool } = setUp([new ScriptedModel('a', [])], { connections: [connection('a', { embeddingModel: 'e1' }), connection('b', { embeddingModel: 'e2', model: null })] });
    expect(await router.embed(['x'], never)).toBeUndefined();
    pool.embedders.set('a', { providerId: 'a', modelName: 'e1', place: 'away', embed: () => Promise.reject(new Error('broken')) });
    pool.embedders.set('b', { providerId: 'b', modelName: 'e2', place: 'away', embed: (texts) => Promise.resolve(texts.map(() => new Float32Array([1, 2]))) });
    pool.readinessOf.set('b', { state: 'no-model', says: 'No model is chosen.' });
    expect(await router.embed(['x', 'y'], never)).toEqual({ vectors: [new Float32Array([1, 2]), new Float32Array([1, 2])], embedderId: 'b/e2' });
    expect(router.breaker('a').failures).toBe(1);
  });

  it('names all embedders in the order of the lane, and asks only the one that is wanted', async () => {
    const connections = [connection('a', { embeddingModel: 'e1' }), connection('b', { embeddingModel: null }), connection('local', { ...here, model: null, embeddingModel: 'small' }), connection('off', { embeddingModel: 'e3', enabled: false })];
    const { router, pool, config } = setUp([new ScriptedModel('a', [])], { connections });
    const asked: string[] = [];
    for (const [id, modelName] of [['a', 'folder/e1'], ['local', 'small'], ['off', 'e3']] as const) {
      pool.embedders.set(id, { providerId: id, modelName, place: pool.place(id), embed: (texts) => { asked.push(id); return Promise.resolve(texts.map(() => new Float32Array([1]))); } });
    }
    expect(router.embedders()).toEqual([
      { embedderId: 'a/e1', name: 'A · e1', place: 'away', ready: true },
      { embedderId: 'local/small', name: 'small', place: 'here', ready: true },
      { embedderId: 'off/e3', name: 'OFF · e3', place: 'away', ready: false },
    ]);
    expect(await router.embed(['x'], never, 'local/small')).toMatchObject({ embedderId: 'local/small' });
    expect(await router.embed(['x'], never, 'local/gone')).toBeUndefined();
    pool.embedders.set('local', { providerId: 'local', modelName: 'small', place: 'here', embed: () => Promise.reject(new Error('broken')) });
    expect(await router.embed(['x'], never, 'local/small')).toBeUndefined();
    expect(asked).toEqual(['local']);
    pool.readinessOf.set('local', { state: 'loading', says: 'Loading.' });
    expect(router.embedders()[1]).toMatchObject({ embedderId: 'local/small', ready: true });
    await router.embed(['x'], never, 'local/small');
    expect(pool.warmed).toEqual(['local']);
    config.saveConnections([connection('a', { embeddingModel: null })]);
    expect(router.embedders()).toEqual([]);
  });
});

describe('spans', () => {
  it('tell of every attempt under its call, and hold no text', async () => {
    const { router, telemetry, store } = setUp([new ScriptedModel('a', ['The secret answer', { fault: 'overloaded' }]), new ScriptedModel('b', ['Another secret answer.'])]);
    await play(router, ask({ sessionId: 'session-1' }));
    const spans = await telemetry.spans(10);
    const call = spans.find(({ parentId }) => parentId === null);
    expect(call).toMatchObject({ name: 'lane interactive-deep', outcome: 'answered', startedAt: START, attributes: { 'role_accel.lane': 'interactive-deep', 'role_accel.attempts': 2, 'role_accel.prompt.id': 'interview/turn' } });
    const attempts = spans.filter(({ parentId }) => parentId === call?.spanId).toSorted((one, other) => Number(one.attributes['role_accel.attempt']) - Number(other.attributes['role_accel.attempt']));
    expect(attempts).toMatchObject([
      { name: 'chat a-model', outcome: 'failed', attributes: { 'error.type': 'overloaded', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'a-model', 'role_accel.attempt': 1 } },
      { name: 'chat b-model', outcome: 'answered', attributes: { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'gen_ai.response.finish_reasons': ['stop'], 'role_accel.prompt.version': 'v1', 'role_accel.prompt.hash': 'abc', 'role_accel.time_to_first_token_ms': expect.any(Number) as number } },
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(JSON.stringify(store.sql.prepare('SELECT * FROM span').all())).not.toMatch(/secret/i);
  });

  it('hold text only where the person turned it on', async () => {
    const { router, telemetry } = setUp([new ScriptedModel('a', ['The secret answer.'])], { keepText: true });
    await play(router);
    expect(JSON.stringify(await telemetry.spans(10))).toMatch(/secret words.*|secret answer/);
  });
});
