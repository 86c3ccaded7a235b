import { join } from 'node:path';
import type { SecretStore } from '../core/engine.ts';
import { KeyFile } from '../shell/key-file.ts';
import { KeychainClient } from './keychain-client.ts';

const NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS Keychain', win32: 'Windows Credential Manager' };
const IN_MEMORY = 'so keys are kept in memory until Role Accel is closed';

/** Long enough for a person to type the password of a locked keychain. */
const PERSON_MS = 90_000;
const PROBE_MS = 2_000;
/** A keychain that was not there is looked for again, but not at every click. */
const PROBE_AGAIN_MS = 30_000;

export interface KeychainOptions { dataDir: string; platform?: NodeJS.Platform; client?: Pick<KeychainClient, 'call'> }

/** Keys in the system's keychain: macOS Keychain, Windows Credential Manager, or on Linux whatever offers the Secret Service. */
export function createKeychain({ dataDir, platform = process.platform, client = new KeychainClient() }: KeychainOptions): SecretStore {
  const file = new KeyFile(join(dataDir, 'keychain.json'));
  const name = NAMES[platform] ?? 'Secret Service';
  let state = { encrypted: false, says: `${name} has not been asked yet, ${IN_MEMORY}.` };
  let probing: Promise<void> | undefined;
  let probedAt = -Infinity;
  const account = (id: string): string => `${file.folder}/${id}`;

  return {
    name,
    get encrypted() { return state.encrypted; },
    get says() { return state.says; },
    prepare() {
      if (state.encrypted || performance.now() - probedAt < PROBE_AGAIN_MS) return Promise.resolve();
      probing ??= probe().finally(() => { probing = undefined; });
      return probing;
    },
    async get(id) {
      if (file.get(id) === undefined) return undefined;
      return (await client.call({ op: 'get', account: account(id) }, PERSON_MS)) ?? undefined;
    },
    async set(id, secret) {
      const folder = file.claim();
      await client.call({ op: 'set', account: `${folder}/${id}`, secret }, PERSON_MS);
      file.set(id, 'in the keychain');
    },
    async delete(id) {
      if (file.get(id) === undefined) return;
      await client.call({ op: 'delete', account: account(id) }, PERSON_MS);
      file.delete(id);
    },
  };

  /** Reads an entry that is not there. Writing one would make a locked keychain ask for its password for nothing. */
  async function probe(): Promise<void> {
    try {
      await client.call({ op: 'get', account: 'probe' }, PROBE_MS);
      state = { encrypted: true, says: `Keys are kept in ${name}, encrypted with your login.` };
    } catch (error) {
      state = { encrypted: false, says: `${whyNot(error)}, ${IN_MEMORY}.` };
    }
    probedAt = performance.now();
  }

  function whyNot(error: unknown): string {
    const reason = error instanceof Error ? error.message : '';
    if (platform === 'linux' && /dbus|d-bus|freedesktop/i.test(reason)) return 'No Secret Service (such as GNOME Keyring, KWallet or KeePassXC) is running here';
    return `${name} cannot be used (${reason})`;
  }
}
