import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT, START, temporaryFolder } from '../../testing/engine.ts';
import { LANES, type BreakerView, type LaneView } from '../contract/models.ts';
import type { EngineClient } from '../contract/index.ts';
import { failureInterceptor } from '../failure-mapping.ts';
import { createModelsConfig } from '../inference/config-store.ts';
import { createNetworkDoor } from '../inference/http.ts';
import { createKeys } from '../inference/key-service.ts';
import type { LocalModelsService } from '../inference/local-models/index.ts';
import { createProviderPool } from '../inference/provider-pool.ts';
import { providerOfKind } from '../inference/provider-registry.ts';
import type { LlamaHost } from '../inference/providers/llama/llama-host.ts';
import { llamaProvider } from '../inference/providers/llama/llama-provider.ts';
import { noSecretStore, type SecretStore } from '../inference/secrets.ts';
import { createPromptRegistry } from '../prompts/prompt-registry.ts';
import { SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createModels } from './index.ts';

const KEY = 'sk-live-8f3a2b-never-to-be-seen';
let folder: ReturnType<typeof temporaryFolder>;
let closers: (() => unknown)[];

beforeEach(() => { folder = temporaryFolder(); closers = []; });
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  folder.dispose();
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An OpenAI-compatible server on loopback. */
async function serve(answers: Record<string, Answer>): Promise<{ url: string; asked: { path: string; key: string | undefined; body: string }[] }> {
  const asked: { path: string; key: string | undefined; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, key: request.headers.authorization, body });
      const answer = answers[path];
      if (answer) answer(request, response, body);
      else response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not found"}}');
    });
  });
  await new Promise<void>((resume) => { server.listen(0, '127.0.0.1', resume); });
  closers.push(() => new Promise((resume) => { server.close(resume); server.closeAllConnections(); }));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}
const json = (status: number, value: unknown): Answer => (_, response) => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value)); };
const MODELS = json(200, { object: 'list', data: [{ id: 'small', object: 'model' }, { id: 'large', object: 'model' }] });
const WORD: Answer = (_, response, body) => {
  const { stream } = JSON.parse(body) as { stream?: boolean };
  const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
  if (stream !== true) return json(200, { id: 'x', object: 'chat.completion', model: 'small', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ready' } }], usage })(_, response, body);
  const chunk = (choices: unknown[], more = {}): string => `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'small', choices, ...more })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${chunk([{ index: 0, delta: { role: 'assistant', content: 'ready' }, finish_reason: null }])}${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], { usage })}data: [DONE]\n\n`);
};

function memoryStore(): SecretStore & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, encrypted: true, name: 'Test keychain', says: 'Keys are kept in the test keychain.', get: async (id) => kept.get(id), set: async (id, secret) => { kept.set(id, secret); }, delete: async (id) => { kept.delete(id); } };
}

const CLOSED: BreakerView = { state: 'closed', retryAt: null, failures: 0, calls: 0, lastError: null };

/** The feature over real files, keys, providers and network; the router and the models on this machine are stood in for. */
function start({ secrets = memoryStore(), env = {}, breakers = {} }: { secrets?: SecretStore; env?: Record<string, string>; breakers?: Record<string, BreakerView> } = {}) {
  const clock = new SettableClock(START);
  const data = claimDataFolder(folder.path);
  const { store } = openStore(data, () => START);
  const door = createNetworkDoor({ store, clock, onChange: () => {}, env: {} });
  const config = createModelsConfig({ appDir: join(PROJECT, 'models'), dataDir: join(folder.path, 'models-config'), watch: false });
  const keys = createKeys({ secrets, env, connections: () => config.providers().providers });
  const llama = { status: () => [] } as unknown as LlamaHost;
  const local = { resolve: () => undefined, warm: () => {} } as unknown as LocalModelsService;
  const pool = createProviderPool({ config, keys, providerOfKind: (kind) => (kind === 'llama' ? llamaProvider : providerOfKind(kind)), llama, local, door });
  const router = {
    routing: (): LaneView[] => LANES.map((lane) => ({
      lane, about: '', lastSwitch: null, experiment: null, budget: { month: '2026-11', tokens: 0, tokenLimit: config.lanes().lanes[lane].tokenLimit, costMicroUsd: 0, costLimitMicroUsd: config.lanes().lanes[lane].costLimitMicroUsd, unknownCalls: 0, alert: null },
      routes: config.lanes().lanes[lane].order.map((providerId) => ({ providerId, name: providerId, kind: 'openai' as const, place: 'away' as const, model: null, state: 'ready' as const, says: '', breaker: null, answersNow: false })),
    })),
    breaker: (id: string) => breakers[id] ?? CLOSED,
    resetBreaker: vi.fn<(id: string) => void>((id) => { delete breakers[id]; }),
  };
  const prompts = createPromptRegistry({ store, clock, appDir: join(PROJECT, 'prompts'), ownDir: join(folder.path, 'prompts'), laneTokens: (lane) => config.lanes().lanes[lane].contextTokens, watch: false });
  let told = 0;
  const models = createModels({ config, keys, secrets, pool, router, door, local, prompts, clock, routingChanged: () => { told++; }, networkChanged: () => {} });
  let reports = 0;
  const unexpected: unknown[] = [];
  const interceptor = failureInterceptor((_, error) => { unexpected.push(error); }, () => `report-${++reports}`);
  const client = createRouterClient({ models: models.router }, { interceptors: [interceptor] as never[] }) as unknown as Pick<EngineClient, 'models'>;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    models.close();
    await prompts.close();
    await config.close();
    await door.close();
    store.close();
    data.release();
  };
  closers.push(close);
  return { call: client.models, config, keys, pool, router, door, unexpected, close, told: () => told };
}

const order = ({ config }: ReturnType<typeof start>, lane: (typeof LANES)[number]): string[] => config.lanes().lanes[lane].order;

/** Every byte below a folder, with the names of the files. */
function allBytes(path: string): string {
  return readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`).join('\n');
}

describe('providers', () => {
  it('at first start are OpenAI, Anthropic and this machine, each saying what it lacks', async () => {
    const { providers, presets, keyStore, problems } = await start().call.providers();
    expect(providers.map(({ providerId, state, key, place }) => [providerId, state, key, place])).toEqual([['openai', 'no-key', 'none', 'away'], ['anthropic', 'no-key', 'none', 'away'], ['local', 'no-model', 'not-needed', 'here']]);
    expect(presets.map(({ presetId }) => presetId)).toEqual(['openai', 'anthropic', 'openrouter', 'ollama', 'lm-studio', 'llama-server', 'vllm', 'other', 'local']);
    expect(keyStore).toEqual({ encrypted: true, name: 'Test keychain', says: 'Keys are kept in the test keychain.' });
    expect(problems.filter(({ file }) => !file.includes('catalogue'))).toEqual([]);
  });

  it('with a key in the environment are ready without anything else', async () => {
    const { providers } = await start({ env: { OPENAI_API_KEY: KEY } }).call.providers();
    expect(providers[0]).toMatchObject({ state: 'ready', key: 'environment', keyEnv: 'OPENAI_API_KEY' });
  });

  it('are added from a preset under an id of their own, kept over a restart, and tried before the others of their place', async () => {
    const rig = start();
    const first = await rig.call.addProvider({ presetId: 'vllm', name: 'Büro: große Maschine', baseUrl: 'http://10.0.0.7:8000/v1', model: 'big' });
    expect(first).toMatchObject({ providerId: 'buro-gro-e-maschine', place: 'away', model: 'big', state: 'ready', key: 'not-needed' });
    expect(first.says).toMatch(/unencrypted through your network/);
    const second = await rig.call.addProvider({ presetId: 'ollama' });
    expect(second).toMatchObject({ providerId: 'ollama', place: 'here', baseUrl: 'http://127.0.0.1:11434/v1', state: 'no-model' });
    expect((await rig.call.addProvider({ presetId: 'ollama' })).providerId).toBe('ollama-2');
    expect(order(rig, 'interactive-deep')).toEqual(['buro-gro-e-maschine', 'openai', 'anthropic', 'ollama-2', 'ollama', 'local']);
    expect(order(rig, 'embedding')).toEqual(['local']);
    await rig.close();
    expect((await start().call.providers()).providers.map(({ providerId }) => providerId)).toEqual(['openai', 'anthropic', 'local', 'buro-gro-e-maschine', 'ollama', 'ollama-2']);
  });

  it.each([
    ['an address that is none', { presetId: 'other', baseUrl: 'localhost:8000' }],
    ['an address with a password', { presetId: 'other', baseUrl: 'https://me:secret@host/v1' }],
    ['an address with a query', { presetId: 'other', baseUrl: 'https://host/v1?key=secret' }],
    ['no address where one is needed', { presetId: 'other' }],
    ['a preset that does not exist', { presetId: 'nobody' }],
  ])('with %s are refused and nothing is changed', async (_, input) => {
    const rig = start();
    const error: unknown = await rig.call.addProvider(input).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PROVIDER_INVALID' });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect((await rig.call.providers()).providers).toHaveLength(3);
    expect(rig.unexpected).toEqual([]);
  });

  it('can be changed and removed; a removed one leaves its key and every lane', async () => {
    const secrets = memoryStore();
    const rig = start({ secrets });
    const { providerId } = await rig.call.addProvider({ presetId: 'openrouter', model: 'm' });
    await rig.call.setKey({ providerId, key: KEY, keep: 'keychain' });
    expect(await rig.call.updateProvider({ providerId, change: { name: 'Router', model: '', enabled: false } })).toMatchObject({ name: 'Router', model: null, state: 'disabled', key: 'keychain' });
    const told = rig.told();
    await rig.call.removeProvider({ providerId });
    expect(rig.told()).toBeGreaterThan(told);
    expect(secrets.kept.size).toBe(0);
    expect(LANES.flatMap((lane) => order(rig, lane))).not.toContain(providerId);
    await expect(rig.call.updateProvider({ providerId, change: {} })).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
    await expect(rig.call.removeProvider({ providerId })).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
  });

  it('do not give a key to another server than the one it was entered for', async () => {
    const secrets = memoryStore();
    const rig = start({ secrets });
    const { providerId } = await rig.call.addProvider({ presetId: 'openrouter', model: 'm' });
    await rig.call.setKey({ providerId, key: KEY, keep: 'keychain' });
    expect(await rig.call.updateProvider({ providerId, change: { baseUrl: 'https://openrouter.ai/api/v2' } })).toMatchObject({ key: 'keychain' });
    expect(await rig.call.updateProvider({ providerId, change: { baseUrl: 'https://elsewhere.example/v1' } })).toMatchObject({ key: 'none', state: 'no-key' });
    expect(secrets.kept.size).toBe(0);
  });

  it('say when they rest after failures', async () => {
    const rig = start({ env: { OPENAI_API_KEY: KEY }, breakers: { openai: { state: 'open', retryAt: START, failures: 5, calls: 9, lastError: { code: 'timeout', says: 'no answer came in time', at: START } } } });
    expect((await rig.call.providers()).providers[0]).toMatchObject({ state: 'breaker-open', says: 'It failed 5 times, last because no answer came in time, and rests until it is tried again.' });
  });
});

describe('a key', () => {
  it('is in no answer, no error, no file and no database, wherever it is kept', async () => {
    const server = await serve({ '/v1/models': json(401, { error: { message: `Incorrect API key provided: ${KEY}` } }) });
    const rig = start({ env: { ANTHROPIC_API_KEY: `${KEY}-env` } });
    const said: unknown[] = [];
    const { providerId } = await rig.call.addProvider({ presetId: 'other', baseUrl: server.url, model: 'small' });
    said.push(await rig.call.setKey({ providerId, key: KEY, keep: 'keychain' }), await rig.call.setKey({ providerId: 'openai', key: `${KEY}-session`, keep: 'session' }));
    said.push(await rig.call.testProvider({ providerId }), await rig.call.providers(), await rig.call.routing(), await rig.call.ledger({}), await rig.call.network());
    said.push(await rig.call.setKey({ providerId, key: `${KEY} broken`, keep: 'session' }).catch((thrown: unknown) => ({ error: String(thrown), data: (thrown as { data: unknown }).data })));
    expect(server.asked[0]?.key).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify(said)).not.toContain('sk-live');
    await rig.close();
    const bytes = allBytes(folder.path);
    expect(bytes).toContain('test connection');
    expect(bytes).not.toContain('sk-live');
    expect(rig.unexpected).toEqual([]);
  });

  it('is not kept where nothing is encrypted, only for the session', async () => {
    const rig = start({ secrets: noSecretStore });
    await expect(rig.call.setKey({ providerId: 'openai', key: KEY, keep: 'keychain' })).rejects.toMatchObject({ code: 'KEY_NOT_KEPT', data: { kept: 'The key was not stored anywhere.' } });
    expect(await rig.call.setKey({ providerId: 'openai', key: KEY, keep: 'session' })).toMatchObject({ key: 'session', state: 'ready' });
    expect(await rig.call.forgetKey({ providerId: 'openai' })).toMatchObject({ key: 'none', state: 'no-key' });
    await expect(rig.call.setKey({ providerId: 'local', key: KEY, keep: 'session' })).rejects.toMatchObject({ code: 'PROVIDER_INVALID' });
  });

  it('store that hangs does not hang the settings', async () => {
    const rig = start({ secrets: { ...memoryStore(), get: () => new Promise(() => {}) } });
    const started = performance.now();
    const { providers } = await rig.call.providers();
    expect(performance.now() - started).toBeLessThan(5000);
    expect(providers[0]).toMatchObject({ state: 'no-key', says: expect.stringMatching(/Test keychain has not answered yet/) });
    const again = performance.now();
    await rig.call.providers();
    expect(performance.now() - again).toBeLessThan(1000);
  });
});

describe('testing a connection', () => {
  const add = async (rig: ReturnType<typeof start>, baseUrl: string, model?: string): Promise<string> => (await rig.call.addProvider({ presetId: 'other', baseUrl, ...(model !== undefined && { model }) })).providerId;

  it('lists the models when none is chosen, and asks the chosen one for a word', async () => {
    const server = await serve({ '/v1/models': MODELS, '/v1/chat/completions': WORD });
    const rig = start();
    const providerId = await add(rig, server.url);
    expect(await rig.call.testProvider({ providerId })).toMatchObject({ ok: true, models: ['small', 'large'], says: expect.stringContaining('offers 2 models'), provider: { state: 'no-model' } });
    await rig.call.updateProvider({ providerId, change: { model: 'small' } });
    expect((await rig.call.providers()).providers.at(-1)?.lastTest).toBeNull();
    const result = await rig.call.testProvider({ providerId });
    expect(result).toMatchObject({ ok: true, says: expect.stringMatching(/^small answered in/), latencyMs: expect.any(Number) });
    expect(result.provider.lastTest).toMatchObject({ at: START, ok: true, latencyMs: result.latencyMs });
    expect(rig.router.resetBreaker).toHaveBeenCalledWith(providerId);
    expect(server.asked.at(-1)?.body).toContain('Reply with the single word');
  });

  it.each([
    ['refuses the key', { '/v1/models': json(401, { error: { message: 'no' } }) }, /key was refused/],
    ['is overloaded', { '/v1/models': MODELS, '/v1/chat/completions': json(529, { error: {} }) }, /./],
    ['does not know the model', { '/v1/models': MODELS, '/v1/chat/completions': json(404, { error: { message: 'no such model' } }) }, /offers no model "missing"/],
    ['answers with something else', { '/v1/models': ((_, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'); }) as Answer, '/v1/chat/completions': json(500, {}) }, /./],
  ])('that %s is a result and not an error', async (_, answers, says) => {
    const server = await serve(answers);
    const rig = start();
    const result = await rig.call.testProvider({ providerId: await add(rig, server.url, 'missing') });
    expect(result).toMatchObject({ ok: false, latencyMs: null, says: expect.stringMatching(says), provider: { lastTest: { ok: false } } });
    expect(rig.unexpected).toEqual([]);
  });

  it('works with a server that has no list of models', async () => {
    const server = await serve({ '/v1/chat/completions': WORD });
    const rig = start();
    expect(await rig.call.testProvider({ providerId: await add(rig, server.url, 'small') })).toMatchObject({ ok: true, models: [], says: expect.stringContaining('no list of models') });
  });

  it('says so when nobody listens', async () => {
    const server = await serve({});
    await closers.pop()?.();
    const rig = start();
    expect(await rig.call.testProvider({ providerId: await add(rig, server.url, 'small') })).toMatchObject({ ok: false, says: expect.stringMatching(/no connection/i) });
  });

  it('sends nothing beyond this machine while the Offline lock is on, and says why', async () => {
    const rig = start({ env: { OPENAI_API_KEY: KEY } });
    await rig.call.setOfflineLock({ on: true });
    const result = await rig.call.testProvider({ providerId: 'openai' });
    expect(result).toMatchObject({ ok: false, says: 'The Offline lock is on.', provider: { state: 'locked' } });
    expect((await rig.call.ledger({})).entries).toEqual([]);
    const server = await serve({ '/v1/models': MODELS });
    expect(await rig.call.testProvider({ providerId: await add(rig, server.url) })).toMatchObject({ ok: true });
  });
});

describe('routing', () => {
  it('takes an order of providers that exist, each once, and keeps it over a restart', async () => {
    const rig = start();
    const view = await rig.call.setOrder({ lane: 'background', providerIds: ['local', 'anthropic'] });
    expect(view.routes.map(({ providerId }) => providerId)).toEqual(['local', 'anthropic']);
    for (const providerIds of [['local', 'nobody'], ['local', 'local']]) await expect(rig.call.setOrder({ lane: 'background', providerIds })).rejects.toMatchObject({ code: 'ORDER_INVALID' });
    await rig.close();
    const later = start();
    expect([order(later, 'background'), order(later, 'interactive-deep')]).toEqual([['local', 'anthropic'], ['openai', 'anthropic', 'local']]);
  });

  it('keeps budgets in the file of lanes and shows what is wrong with the files', async () => {
    const rig = start();
    expect((await rig.call.setBudget({ lane: 'interactive-deep', tokenLimit: 1000, costLimitMicroUsd: null })).budget).toMatchObject({ tokenLimit: 1000, costLimitMicroUsd: null });
    await rig.close();
    mkdirSync(join(folder.path, 'models-config'), { recursive: true });
    writeFileSync(join(folder.path, 'models-config', 'lanes.json'), '{\n "version": 1,\n "lanes": oops\n}');
    const routing = await start().call.routing();
    expect(routing.problems).toContainEqual({ file: 'models-config/lanes.json', line: 3, reason: 'a value is expected here', lastGoodInUse: true });
    expect(routing.lanes[0]?.budget.tokenLimit).toBe(1000);
    if (process.platform !== 'win32') expect(statSync(join(folder.path, 'models-config', 'lanes.json')).mode & 0o077).toBe(0);
  });

  it('lets a resting provider be tried again', async () => {
    const rig = start();
    await rig.call.resetBreaker({ providerId: 'openai' });
    expect(rig.router.resetBreaker).toHaveBeenCalledWith('openai');
    await expect(rig.call.resetBreaker({ providerId: 'nobody' })).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
  });
});
