import { EngineError } from '../contract/errors.ts';
import type { ProviderView } from '../contract/models.ts';
import type { Connection } from './models-config.ts';
import { Secret } from './secret.ts';
import type { SecretStore } from './secrets.ts';

export type KeyPlace = ProviderView['key'];

/** What is known of a connection's entry in the keychain. */
interface Kept { state: 'asking' | 'late' | 'told' | 'failed'; secret?: Secret; says?: string; done: Promise<void> }

export interface KeysOptions {
  secrets: SecretStore;
  env: Readonly<Record<string, string | undefined>>;
  connections: () => readonly Connection[];
  /** How long to wait for the keychain before going on without it. Its answer is taken whenever it comes. */
  patienceMs?: number;
}

/** Keys by connection: for this session, in the keychain, or from the environment, in this order. Only `key` ever gives one out. */
export interface Keys {
  /** For the request itself; undefined while the keychain is being asked or when there is none. */
  key(connectionId: string): string | undefined;
  place(connectionId: string): KeyPlace;
  /** The keychain is being asked, and there is still patience. */
  asking(connectionId: string): boolean;
  /** Why the keychain could not be asked, in words; null when it could. */
  says(connectionId: string): string | null;
  /** Changes with every change of the key. */
  generation(connectionId: string): number;
  /** Resolves when the keychain has told about every connection, or patience is over. Never rejects. */
  settled(): Promise<void>;
  /** Asks the keychain again where it failed. Never rejects. */
  retry(connectionId: string): Promise<void>;
  /** @throws EngineError PROVIDER_INVALID, KEY_NOT_KEPT */
  set(connectionId: string, key: string, keep: 'keychain' | 'session'): Promise<void>;
  /** Removes what is kept for the session and in the keychain; a key of the environment stays. @throws EngineError KEY_NOT_REMOVED */
  forget(connectionId: string): Promise<void>;
  /** Told which connection's key changed. */
  onChange(listener: (connectionId: string) => void): () => void;
}

export function createKeys({ secrets, env, connections, patienceMs = 2_000 }: KeysOptions): Keys {
  const session = new Map<string, Secret>();
  const kept = new Map<string, Kept>();
  const generations = new Map<string, number>();
  const listeners = new Set<(connectionId: string) => void>();
  const find = (id: string): Connection | undefined => connections().find((connection) => connection.id === id);

  return {
    key: (id) => resolve(id)?.secret.reveal(),
    place: (id) => resolve(id)?.place ?? (find(id)?.needsKey === false ? 'not-needed' : 'none'),
    asking: (id) => !session.has(id) && ask(id)?.state === 'asking',
    says: (id) => (session.has(id) ? null : ask(id)?.says ?? null),
    generation: (id) => generations.get(id) ?? 0,
    async settled() {
      const open = connections().map(({ id }) => ask(id)).filter((entry) => entry?.state === 'asking');
      if (open.length > 0) await Promise.race([Promise.all(open.map((entry) => entry?.done)), patience()]);
    },
    async retry(id) {
      if (kept.get(id)?.state === 'failed') kept.delete(id);
      await Promise.race([ask(id)?.done, patience()]);
    },
    async set(id, typed, keep) {
      const key = checkKey(typed);
      if (keep === 'keychain') await keepInKeychain(id, key);
      else session.set(id, new Secret(key));
      changed(id);
    },
    async forget(id) {
      try {
        await secrets.delete(id);
      } catch (error) {
        throw new EngineError('KEY_NOT_REMOVED', { reason: reasonOf(error, kept.get(id)?.secret) });
      }
      session.delete(id);
      kept.set(id, { state: 'told', done: Promise.resolve() });
      changed(id);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  function resolve(id: string): { secret: Secret; place: KeyPlace } | undefined {
    const forSession = session.get(id);
    if (forSession) return { secret: forSession, place: 'session' };
    const inKeychain = ask(id)?.secret;
    if (inKeychain) return { secret: inKeychain, place: 'keychain' };
    const name = find(id)?.keyEnv;
    const fromEnv = name == null ? undefined : env[name]?.trim();
    return fromEnv && whyNotKey(fromEnv) === null ? { secret: new Secret(fromEnv), place: 'environment' } : undefined;
  }

  /** What the keychain says of a connection; the first time it is asked, in the background. */
  function ask(id: string): Kept | undefined {
    const before = kept.get(id);
    const connection = find(id);
    if (before || !connection || connection.kind === 'llama') return before;
    const entry: Kept = { state: 'asking', done: Promise.resolve() };
    kept.set(id, entry);
    const timer = setTimeout(() => {
      if (kept.get(id) !== entry) return;
      entry.state = 'late';
      entry.says = `${secrets.name} has not answered yet; it may be waiting to be unlocked`;
      changed(id);
    }, patienceMs);
    timer.unref();
    entry.done = (async () => {
      try {
        const found = (await secrets.get(id))?.trim();
        entry.state = 'told';
        delete entry.says;
        if (found) entry.secret = new Secret(found);
      } catch (error) {
        entry.state = 'failed';
        entry.says = `${secrets.name} could not be read: ${reasonOf(error)}`;
      }
      clearTimeout(timer);
      if (kept.get(id) === entry) changed(id);
    })();
    return entry;
  }

  async function keepInKeychain(id: string, key: string): Promise<void> {
    await secrets.prepare?.();
    if (!secrets.encrypted) throw new EngineError('KEY_NOT_KEPT', { reason: secrets.says });
    const secret = new Secret(key);
    try {
      await secrets.set(id, key);
    } catch (error) {
      throw new EngineError('KEY_NOT_KEPT', { reason: reasonOf(error, secret) });
    }
    session.delete(id);
    kept.set(id, { state: 'told', secret, done: Promise.resolve() });
  }

  function changed(id: string): void {
    generations.set(id, (generations.get(id) ?? 0) + 1);
    for (const listener of listeners) listener(id);
  }

  function patience(): Promise<void> {
    return new Promise((resume) => { setTimeout(resume, patienceMs).unref(); });
  }
}

/** @throws EngineError PROVIDER_INVALID */
function checkKey(typed: string): string {
  const key = typed.trim();
  const reason = whyNotKey(key);
  if (reason !== null) throw new EngineError('PROVIDER_INVALID', { reason });
  return key;
}

/** A key goes into a header: only visible ASCII is safe there. Null when it is. */
function whyNotKey(key: string): string | null {
  if (key === '') return 'the key is empty.';
  if (/\s/.test(key)) return 'the key has a space or a line break inside; copy it again in one piece.';
  if (!/^[\x21-\x7e]+$/.test(key)) return 'the key has a character that no key has; copy it again in one piece.';
  return null;
}

/** What a keychain says of its failure, for people; should it ever repeat the key, that is taken out. */
function reasonOf(error: unknown, secret?: Secret): string {
  const message = error instanceof Error ? error.message : 'it gave no reason';
  return secret ? message.replaceAll(secret.reveal(), '[key]') : message;
}
