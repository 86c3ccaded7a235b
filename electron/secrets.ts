import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import type { SecretStore } from '../core/engine.ts';
import { KeyFile } from '../shell/key-file.ts';

export type Encryption = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'>;

const NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS Keychain', win32: 'Windows Data Protection' };
const BACKENDS: Record<string, string> = { gnome_libsecret: 'GNOME Keyring', kwallet: 'KWallet', kwallet5: 'KWallet', kwallet6: 'KWallet' };
const IN_MEMORY = 'so keys are kept in memory until Role Accel is closed';

/**
 * Keys encrypted by Electron's `safeStorage`, whose own key is in the system's keychain; the encrypted keys are in `keys.json` of the data
 * folder, never in the database. To be used once the app is ready.
 */
export function createSafeStorageSecrets({ dataDir, safeStorage, platform = process.platform }: { dataDir: string; safeStorage: Encryption; platform?: NodeJS.Platform }): SecretStore {
  const file = new KeyFile(join(dataDir, 'keys.json'));
  let state = { encrypted: false, name: NAMES[platform] ?? 'Secret Service', says: `The keychain has not been asked yet, ${IN_MEMORY}.` };
  let asked: Promise<void> | undefined;

  return {
    get encrypted() { return state.encrypted; },
    get name() { return state.name; },
    get says() { return state.says; },
    prepare() { return prepare(); },
    async get(id) {
      const encrypted = file.get(id);
      if (encrypted === undefined) return undefined;
      await prepare();
      if (!state.encrypted) throw new Error(state.says);
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(encrypted, 'base64'));
      if (shouldReEncrypt) await keep(id, result).catch(() => {}); // the old form still works
      return result;
    },
    async set(id, secret) {
      await prepare();
      if (!state.encrypted) throw new Error(state.says);
      await keep(id, secret);
    },
    async delete(id) { file.delete(id); },
  };

  async function keep(id: string, secret: string): Promise<void> {
    file.set(id, (await safeStorage.encryptStringAsync(secret)).toString('base64'));
  }

  function prepare(): Promise<void> {
    asked ??= ask().then(() => { if (!state.encrypted) asked = undefined; }); // it may be unlocked later
    return asked;
  }

  /** On Linux Chromium encrypts with a password that stands in its source when it finds no keychain; that protects nothing. */
  async function ask(): Promise<void> {
    try {
      const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : undefined;
      const name = backend === undefined ? state.name : BACKENDS[backend];
      if (name === undefined) state = { ...state, says: `No keychain (such as GNOME Keyring or KWallet) was found here, ${IN_MEMORY}.` };
      else if (await safeStorage.isAsyncEncryptionAvailable()) state = { encrypted: true, name, says: `Keys are encrypted with ${name}.` };
      else state = { encrypted: false, name, says: `${name} cannot be used now, ${IN_MEMORY}.` };
    } catch {
      state = { ...state, encrypted: false, says: `The keychain did not answer, ${IN_MEMORY}.` };
    }
  }
}
