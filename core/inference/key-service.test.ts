import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createKeys, type Keys } from './key-service.ts';
import type { Connection } from './models-config.ts';
import { Secret } from './secret.ts';
import { noSecretStore, type SecretStore } from './secrets.ts';

const KEY = 'sk-test-4711-do-not-show';
const connection = (id: string, more: Partial<Connection> = {}): Connection => ({ id, kind: 'openai', name: id, baseUrl: null, model: 'm', embeddingModel: null, enabled: true, needsKey: true, keyEnv: null, contextTokens: null, requestsPerMinute: null, concurrency: 8, ...more });

/** A keychain in memory. */
function memoryStore(kept = new Map<string, string>()): SecretStore & { kept: Map<string, string>; reads: string[] } {
  const reads: string[] = [];
  return {
    kept, reads, encrypted: true, name: 'Test keychain', says: 'Keys are kept.',
    get: async (id) => { reads.push(id); return kept.get(id); },
    set: async (id, secret) => { kept.set(id, secret); },
    delete: async (id) => { kept.delete(id); },
  };
}
const keysOver = (secrets: SecretStore, env: Record<string, string> = {}, connections = [connection('openai', { keyEnv: 'OPENAI_API_KEY' }), connection('free', { needsKey: false }), connection('local', { kind: 'llama', needsKey: false })]): Keys => createKeys({ secrets, env, connections: () => connections, patienceMs: 80 });

describe('keys', () => {
  it('are looked for in the session, then the keychain, then the environment', async () => {
    const store = memoryStore(new Map([['openai', 'from-keychain']]));
    const keys = keysOver(store, { OPENAI_API_KEY: ' from-env ' });
    await keys.settled();
    expect([keys.key('openai'), keys.place('openai')]).toEqual(['from-keychain', 'keychain']);
    await keys.set('openai', 'from-session', 'session');
    expect([keys.key('openai'), keys.place('openai')]).toEqual(['from-session', 'session']);
    await keys.forget('openai');
    expect([keys.key('openai'), keys.place('openai')]).toEqual(['from-env', 'environment']);
    expect(store.kept.size).toBe(0);
    expect([keys.place('free'), keys.place('local')]).toEqual(['not-needed', 'not-needed']);
  });

  it('are read from the keychain once for each connection, and never for a model on this machine', async () => {
    const store = memoryStore(new Map([['openai', KEY]]));
    const keys = keysOver(store);
    for (let again = 0; again < 3; again++) { keys.key('openai'); keys.place('free'); keys.place('local'); await keys.settled(); }
    expect(store.reads).toEqual(['openai', 'free']);
  });

  it('kept in the keychain are there after a restart, trimmed; those of a session are not', async () => {
    const store = memoryStore();
    const keys = keysOver(store);
    const before = keys.generation('openai');
    await keys.set('openai', `  ${KEY}\n`, 'keychain');
    await keys.set('free', 'for-now', 'session');
    expect(keys.generation('openai')).toBeGreaterThan(before);
    const later = keysOver(store);
    await later.settled();
    expect([later.key('openai'), later.place('openai'), later.place('free')]).toEqual([KEY, 'keychain', 'not-needed']);
  });

  it.each([['a line break inside', 'sk-a\nb'], ['a space inside', 'sk-a b'], ['a control character', 'sk-a\u0007b'], ['a letter that no header takes', 'sk-ä'], ['only spaces', '   ']])('with %s are refused, and not repeated in the error', async (_, key) => {
    const store = memoryStore();
    const error: unknown = await keysOver(store).set('openai', key, 'keychain').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PROVIDER_INVALID' });
    if (key.trim() !== '') expect(inspect(error, { depth: 9 })).not.toContain(key);
    expect(store.kept.size).toBe(0);
  });

  it('cannot be kept where nothing is encrypted, and the person is told why', async () => {
    const keys = keysOver(noSecretStore);
    await expect(keys.set('openai', KEY, 'keychain')).rejects.toMatchObject({ code: 'KEY_NOT_KEPT', details: { reason: noSecretStore.says } });
    expect(keys.place('openai')).toBe('none');
    await keys.set('openai', KEY, 'session');
    expect(keys.place('openai')).toBe('session');
  });

  it('do not show in an error, even when the keychain repeats them', async () => {
    const store: SecretStore = { ...memoryStore(), set: (_, secret) => Promise.reject(new Error(`cannot store ${secret}`)) };
    const error: unknown = await keysOver(store).set('openai', KEY, 'keychain').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'KEY_NOT_KEPT', details: { reason: 'cannot store [key]' } });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  });

  it('show as what they are and not what they say when they are printed, joined or serialised', () => {
    const secret = new Secret(KEY);
    expect([secret.reveal(), String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }, { showHidden: true, depth: 9 }), Object.values(secret)]).toEqual([KEY, '[key]', '[key]', '{"secret":"[key]"}', '{ secret: [key] }', []]);
  });

  it('of the environment count while the keychain is silent, and what it says late is still taken', async () => {
    const answer = Promise.withResolvers<string | undefined>();
    const keys = keysOver({ ...memoryStore(), get: () => answer.promise }, { OPENAI_API_KEY: 'from-env' });
    expect([keys.key('openai'), keys.asking('openai')]).toEqual(['from-env', true]);
    const started = performance.now();
    await keys.settled();
    await vi.waitUntil(() => !keys.asking('openai'));
    expect(performance.now() - started).toBeLessThan(1500);
    expect(keys.says('openai')).toMatch(/has not answered yet/);
    let told = 0;
    keys.onChange(() => { told++; });
    answer.resolve('late-but-kept');
    await vi.waitUntil(() => keys.key('openai') === 'late-but-kept');
    expect(keys.says('openai')).toBeNull();
    expect(told).toBeGreaterThan(0);
  });

  it('survive a keychain that fails: it is told, nothing throws, and it can be asked again', async () => {
    let locked = true;
    const keys = keysOver({ ...memoryStore(), get: () => (locked ? Promise.reject(new Error('it is locked')) : Promise.resolve(KEY)) });
    await keys.settled();
    expect([keys.key('openai'), keys.place('openai'), keys.says('openai')]).toEqual([undefined, 'none', 'Test keychain could not be read: it is locked']);
    locked = false;
    await keys.retry('openai');
    expect(keys.key('openai')).toBe(KEY);
  });

  it('are not said to be gone when the keychain did not remove them', async () => {
    const keys = keysOver({ ...memoryStore(new Map([['openai', KEY]])), delete: () => Promise.reject(new Error('locked')) });
    await keys.settled();
    await expect(keys.forget('openai')).rejects.toMatchObject({ code: 'KEY_NOT_REMOVED' });
    expect(keys.place('openai')).toBe('keychain');
  });
});
