import { describe, expect, it } from 'vitest';
import type { NetworkDoor } from './http.ts';
import { InferenceError } from './inference-error.ts';
import { createKeys } from './key-service.ts';
import type { LanguageModel } from './language-model.ts';
import type { Connection, LaneConfig, ModelsConfig } from './models-config.ts';
import { createProviderPool } from './provider-pool.ts';
import type { ProviderDefinition, ProviderTools } from './provider-definition.ts';
import type { LlamaHost, LlamaStatus } from './providers/llama/llama-host.ts';
import { noSecretStore } from './secrets.ts';

const connection = (id: string, more: Partial<Connection> = {}): Connection => ({ id, kind: 'openai', name: id, baseUrl: 'https://far.example/v1', model: 'm', embeddingModel: null, enabled: true, needsKey: true, keyEnv: null, contextTokens: null, requestsPerMinute: null, concurrency: 8, ...more });
const loaded = (modelId: string, state: LlamaStatus['state'], role: LlamaStatus['role'] = 'instruct'): LlamaStatus => ({ role, modelId, name: modelId, state, says: null, contextTokens: 1, modelBytes: 0, contextBytes: 0 });

function start(connections: Connection[], { locked = false, statuses = [] as LlamaStatus[], laneModels = {} as Record<string, string> } = {}) {
  const made: { connection: Connection; tools: ProviderTools; modelName: string | undefined }[] = [];
  const definition: ProviderDefinition = {
    kind: 'openai',
    address: (of) => (of.kind === 'llama' || of.baseUrl === null ? null : new URL(of.baseUrl)),
    place: (of) => (of.kind === 'llama' || of.baseUrl?.includes('127.0.0.1') ? 'here' : 'away'),
    languageModel(of, tools, modelName) { made.push({ connection: of, tools, modelName }); return { modelName: modelName ?? of.model } as LanguageModel; },
    embeddingModel: () => undefined,
    listModels: async () => ['m'],
  };
  const config = { providers: () => ({ version: 1, providers: connections, presets: [] }), lanes: () => ({ version: 1, lanes: { background: { models: laneModels } as unknown as LaneConfig } }) } as unknown as ModelsConfig;
  const keys = createKeys({ secrets: noSecretStore, env: {}, connections: () => connections, patienceMs: 20 });
  const door = { fetchFor: () => fetch, state: () => ({ offlineLock: locked }) } as unknown as NetworkDoor;
  const warmed: string[] = [];
  const local = { resolve: (name: string) => (name.startsWith('gone') ? undefined : { modelId: name.replace('/models/', 'id-of-'), name }), warm: ({ id }: Connection) => { warmed.push(id); } };
  return { pool: createProviderPool({ config, keys, providerOfKind: () => definition, llama: { status: () => statuses } as unknown as LlamaHost, local, door }), keys, made, warmed, connections };
}

describe('the provider pool', () => {
  it.each([
    ['ready', connection('a', { needsKey: false }), {}],
    ['no-key', connection('a'), {}],
    ['no-model', connection('a', { needsKey: false, model: null }), {}],
    ['ready', connection('a', { needsKey: false, model: null }), { laneModels: { a: 'm' } }],
    ['disabled', connection('a', { needsKey: false, enabled: false }), {}],
    ['locked', connection('a', { needsKey: false }), { locked: true }],
    ['ready', connection('a', { needsKey: false, baseUrl: 'http://127.0.0.1:1/v1' }), { locked: true }],
    ['failed', connection('a', { needsKey: false, baseUrl: null }), {}],
    ['no-model', connection('a', { kind: 'llama', model: null }), {}],
    ['no-model', connection('a', { kind: 'llama', model: 'gone' }), {}],
    ['loading', connection('a', { kind: 'llama', model: 'm' }), {}],
    ['loading', connection('a', { kind: 'llama', model: 'm' }), { statuses: [loaded('other', 'loaded')] }],
    ['loading', connection('a', { kind: 'llama', model: 'm' }), { statuses: [loaded('m', 'restarting')] }],
    ['failed', connection('a', { kind: 'llama', model: 'm' }), { statuses: [loaded('m', 'held-back')] }],
    ['ready', connection('a', { kind: 'llama', model: 'm' }), { statuses: [loaded('m', 'loaded')], locked: true }],
  ])('says %s for the connection as it is', async (state, of, options) => {
    const { pool, keys } = start([of], options);
    await keys.settled();
    expect(pool.readiness('a')).toEqual({ state, says: expect.stringMatching(/^[A-Zm].*\.$/) });
  });

  it('tells talking from embedding', () => {
    const { pool } = start([connection('a', { kind: 'llama', model: 'm', embeddingModel: 'e' })], { statuses: [loaded('e', 'loaded', 'embedder')] });
    expect([pool.readiness('a').state, pool.readiness('a', 'embedding').state]).toEqual(['loading', 'ready']);
  });

  it('asks for patience while the keychain is being read', () => {
    expect(start([connection('a')]).pool.readiness('a').state).toBe('loading');
  });

  it('makes a model once, and anew when connection or key change', async () => {
    const { pool, keys, made, connections } = start([connection('a')]);
    await keys.set('a', 'one', 'session');
    expect(pool.languageModel('a')).toBe(pool.languageModel('a'));
    expect(pool.languageModel('a', 'other')).not.toBe(pool.languageModel('a'));
    expect(made).toHaveLength(2);
    await keys.set('a', 'two', 'session');
    pool.languageModel('a');
    expect([made.length, made[2]?.tools.key()]).toEqual([3, 'two']);
    connections[0] = connection('a', { baseUrl: 'https://new.example/v1' });
    pool.languageModel('a');
    expect(made[3]?.connection.baseUrl).toBe('https://new.example/v1');
  });

  it('names a local model given as a file by the id it runs under', () => {
    const { pool, made } = start([connection('a', { kind: 'llama', model: '/models/x.gguf' })]);
    pool.languageModel('a');
    expect(made[0]?.modelName).toBe('id-of-x.gguf');
  });

  it('refuses what cannot be called with a fault that has a name', () => {
    const { pool } = start([connection('a', { model: null })]);
    for (const id of ['a', 'removed']) {
      expect(() => pool.languageModel(id)).toThrow(InferenceError);
      expect(() => pool.languageModel(id)).toThrow(expect.objectContaining({ fault: 'not-ready' }));
    }
    expect([pool.embeddingModel('a'), pool.embeddingModel('removed'), pool.readiness('removed').state, pool.host('removed'), pool.place('a')]).toEqual([undefined, undefined, 'failed', null, 'away']);
  });

  it('warms what runs here, unless it is switched off', () => {
    const { pool, warmed } = start([connection('a', { kind: 'llama' }), connection('b', { kind: 'llama', enabled: false }), connection('c')]);
    for (const id of ['a', 'b', 'c', 'removed']) pool.warm(id);
    expect(warmed).toEqual(['a']);
  });
});
