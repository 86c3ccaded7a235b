import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionView, Turn } from '../../core/contract/interview.ts';
import { systemClock } from '../../core/sources.ts';
import { startCloudProxy, type CloudProxy } from '../cloud-proxy.ts';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../engine.ts';
import { startFaultServer, type FaultServer } from '../fault-server/fault-server.ts';
import { tinyModel } from '../tiny-model.ts';

const CLOUD = 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?';
const LOCAL = 'Good, that helps me along. Which part of this did your own team decide, and how could one tell afterwards whether it had worked?';
const ANSWER = 'I moved the nightly reports into a queue, because the work on the database was slow, and I measured the time before and after.';
/** Between two words of the cloud: so that something can happen while it speaks. */
const SLOWLY_MS = 60;

let cloud: FaultServer, proxy: CloudProxy;
let folder: ReturnType<typeof temporaryFolder>;
let app: Awaited<ReturnType<typeof startTestEngine>>;
let unexpected: unknown[];

beforeAll(async () => {
  cloud = await startFaultServer({ say: CLOUD });
  proxy = await startCloudProxy({ 'cloud.test': cloud.port });
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('http_proxy', proxy.url);
  vi.stubEnv('NO_PROXY', '');
  vi.stubEnv('no_proxy', '');
  vi.stubEnv('MODELS_THAT_GO_KEY', 'a-key-for-tests');
});
afterAll(async () => { vi.unstubAllEnvs(); await cloud.close(); await proxy.close(); });
beforeEach(() => { cloud.paceMs = 0; cloud.requests.length = 0; unexpected = []; folder = temporaryFolder('role-accel-models-that-go-'); });
afterEach(async () => { await app.stop(); folder.dispose(); if (unexpected.length > 0) throw unexpected[0]; });

/** An engine whose person has a cloud connection beyond loopback and, if asked for, a model on this machine. */
async function open(order: ('cloud' | 'local')[], lane: object = {}): Promise<void> {
  const own = join(folder.path, 'data', 'models-config');
  mkdirSync(own, { recursive: true });
  const connections = {
    cloud: { id: 'cloud', kind: 'openai', name: 'Cloud', baseUrl: 'http://cloud.test/v1', model: 'model-a', keyEnv: 'MODELS_THAT_GO_KEY' },
    local: { id: 'local', kind: 'llama', name: 'This machine', model: tinyModel({ says: LOCAL }), needsKey: false, contextTokens: 8192 },
  };
  writeFileSync(join(own, 'providers.json'), JSON.stringify({ version: 1, providers: order.map((id) => connections[id]) }));
  writeFileSync(join(own, 'lanes.json'), JSON.stringify({ version: 1, lanes: { 'interactive-deep': {
    about: 'Test', order, priority: 'interactive', concurrency: 4, contextTokens: 8192, maxOutputTokens: 120, firstTokenTimeoutMs: 4_000, idleTimeoutMs: 4_000, timeoutMs: 20_000, cache: false, tokenLimit: null, costLimitMicroUsd: null, ...lane,
  } } }));
  app = await startTestEngine({ dataDir: join(folder.path, 'data'), clock: systemClock as never, onUnexpected: (_id, error) => { unexpected.push(error); } });
  if (!order.includes('local')) return;
  app.engine.inference.pool.warm('local');
  await vi.waitFor(() => expect(app.engine.inference.llama.status()[0]?.state).toBe('loaded'), { timeout: 30_000 });
}

const begin = async (): Promise<SessionView> => said((await app.client.interview.start({ ...SETUP, mode: 'exam', questionCount: 2 })).sessionId);
const answer = (view: SessionView): Promise<SessionView> => app.client.interview.answer({ ...at(view), submissionId: submission(), text: ANSWER });
const spoken = (view: SessionView): Turn | undefined => view.turns.findLast((turn) => turn.by === 'interviewer' && turn.kind !== 'question');

async function until(sessionId: string, holds: (view: SessionView) => boolean): Promise<SessionView> {
  return vi.waitFor(async () => {
    const view = await app.client.interview.session({ sessionId });
    expect(holds(view)).toBe(true);
    return view;
  }, { timeout: 20_000, interval: 5 });
}
const said = (sessionId: string): Promise<SessionView> => until(sessionId, (view) => view.turns.every(({ state }) => state !== 'speaking'));
/** The cloud has been heard, and goes on speaking. */
const inTheMiddle = (sessionId: string): Promise<SessionView> => until(sessionId, (view) => view.turns.some(({ state, text }) => state === 'speaking' && text !== ''));
const rows = (table: string): number => (app.engine.store.sql.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;

describe('a provider that is removed while it speaks', () => {
  it('has still spoken from where it is, at a price that is not known', async () => {
    await open(['cloud']);
    const first = await begin();
    cloud.paceMs = SLOWLY_MS;
    await inTheMiddle((await answer(first)).sessionId);
    await app.client.models.removeProvider({ providerId: 'cloud' });
    expect(spoken(await said(first.sessionId))).toMatchObject({ text: CLOUD, madeBy: { who: 'cloud', model: { provider: 'Cloud' } } });
    const call = (await app.engine.inference.telemetry.spans(20)).find(({ name }) => name.startsWith('lane'));
    expect(call).toMatchObject({ outcome: 'answered' });
    expect(call?.attributes).not.toHaveProperty('role_accel.cost_micro_usd');
  }, 60_000);
});

describe('deleting everything while an interviewer speaks', () => {
  it('cuts the call, and nothing of it is written afterwards', async () => {
    await open(['cloud']);
    const first = await begin();
    cloud.paceMs = SLOWLY_MS;
    await inTheMiddle((await answer(first)).sessionId);
    const heard: string[] = [];
    const following = (async () => { for await (const part of await app.client.interview.speech({ sessionId: first.sessionId })) heard.push(part.type); })();
    const views: string[] = [];
    const watching = (async () => { for await (const view of await app.client.interview.watch({ sessionId: first.sessionId })) views.push(view.phase); })();
    await vi.waitFor(() => expect([heard.length, views.length].every((count) => count > 0)).toBe(true));

    expect(await app.client.settings.deleteAll({ confirm: 'delete everything' })).toMatchObject({ verified: true });
    expect((await app.client.models.providers()).providers.map(({ providerId }) => providerId), 'the lists that came with the app, at once').toEqual(['openai', 'anthropic', 'local']);
    await Promise.all([following, watching]);
    await vi.waitFor(() => expect(cloud.requests.at(-1)?.outcome).toBe('closed-by-client'));
    // Longer than anything that is buffered waits for the disk.
    await new Promise((resume) => setTimeout(resume, 2_500));
    await app.engine.inference.telemetry.flush();
    expect(Object.fromEntries(['interview', 'interview_turn', 'span', 'network_call', 'lane_use'].map((table) => [table, rows(table)]))).toEqual({ interview: 0, interview_turn: 0, span: 0, network_call: 0, lane_use: 0 });
    expect((await app.client.models.routing()).lanes[0]?.budget.tokens).toBe(0);
  }, 60_000);
});

describe('the Offline lock', () => {
  it('turned on in the middle: the model here goes on, and turn, ledger and strip tell it; turned off, the cloud answers again', async () => {
    await open(['cloud', 'local']);
    const first = await begin();
    cloud.paceMs = SLOWLY_MS;
    await inTheMiddle((await answer(first)).sessionId);
    await app.client.models.setOfflineLock({ on: true });
    const locked = await said(first.sessionId);
    expect(spoken(locked)).toMatchObject({ madeBy: { who: 'local', instead: expect.stringMatching(/^Cloud stopped in the middle \(the Offline lock is on\); Local · .+ goes on\.$/) } });
    expect(spoken(locked)?.text.startsWith('Thank you for that account of yours.'), 'continued, not begun anew').toBe(true);
    const status = await app.client.app.status();
    expect([status.answering, status.lastSwitch]).toMatchObject([{ who: 'local', leaves: 'nothing' }, { code: 'offline-locked', from: 'Cloud' }]);
    const { entries: [cut] } = await app.client.models.ledger({ limit: 1 });
    expect(cut).toMatchObject({ host: 'cloud.test', loopback: false, status: 200, outcome: 'refused-by-lock' });

    const asked = cloud.requests.length;
    const second = await said((await answer(locked)).sessionId);
    expect([spoken(second)?.madeBy?.who, cloud.requests.length]).toEqual(['local', asked]);
    expect(spoken(second)?.madeBy, 'said once').not.toHaveProperty('instead');
    cloud.paceMs = 0;
    await app.client.models.setOfflineLock({ on: false });
    expect(spoken(await said((await answer(second)).sessionId))?.madeBy?.who).toBe('cloud');
    expect((await app.client.app.status()).lastSwitch).toMatchObject({ code: 'back', to: 'Cloud' });
  }, 60_000);

  it('on from the start: the first turn says who was passed over', async () => {
    await open(['cloud', 'local']);
    await app.client.models.setOfflineLock({ on: true });
    expect(spoken(await begin())).toMatchObject({ madeBy: { who: 'local', instead: expect.stringMatching(/^Cloud was not asked \(the Offline lock is on\); Local · .+ goes on\.$/) } });
  }, 60_000);
});

it('an experiment with an arm that leads away never shows that nothing leaves', async () => {
  await open(['cloud', 'local'], { order: ['local'], experiment: { name: 'here-or-away', arms: [{ provider: 'local', weight: 2 }, { provider: 'cloud', weight: 1 }] } });
  expect((await app.client.app.status()).answering).toMatchObject({ who: 'cloud', name: expect.stringMatching(/ or Cloud · model-a$/), leaves: 'answers', host: 'cloud.test' });
  await app.client.models.setOfflineLock({ on: true });
  expect((await app.client.app.status()).answering).toMatchObject({ who: 'local', leaves: 'nothing', host: null });
}, 60_000);

it('a turn that a backup caught unsaid is ended where the backup is restored, also in an interview that was open before', async () => {
  await open(['cloud']);
  const there = await startTestEngine();
  try {
    const restore = async (file: File): Promise<void> => { await there.client.settings.restore({ token: (await there.client.settings.previewRestore({ file })).token }); };
    const first = await begin();
    await restore(await app.client.settings.backup());
    expect((await there.client.interview.session({ sessionId: first.sessionId })).phase).toBe('question');
    cloud.paceMs = SLOWLY_MS;
    await inTheMiddle((await answer(first)).sessionId);
    await restore(await app.client.settings.backup());
    expect(spoken(await there.client.interview.session({ sessionId: first.sessionId }))).toMatchObject({ state: 'said', text: expect.stringMatching(/\w/), madeBy: { who: 'coach' } });
  } finally { await there.stop(); }
}, 60_000);
