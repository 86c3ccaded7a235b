import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/engine.ts';
import { safeStorage } from '../testing/electron-double/electron.ts';
import { createSafeStorageSecrets, type Encryption } from './secrets.ts';

const KEY = 'sk-electron-77aa';
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => folder.dispose());
const file = (): string => join(folder.path, 'keys.json');
const start = (changes: Partial<Encryption> = {}, platform: NodeJS.Platform = 'linux') => createSafeStorageSecrets({ dataDir: folder.path, safeStorage: { ...safeStorage, ...changes }, platform });

describe('keys in Electron', () => {
  it('are encrypted by safeStorage into a file of the owner, and are there after a restart', async () => {
    const secrets = start();
    await secrets.set('openai', KEY);
    await secrets.set('other', 'second');
    expect([secrets.encrypted, secrets.name]).toEqual([true, 'GNOME Keyring']);
    expect(readdirSync(folder.path)).toEqual(['keys.json']);
    expect(readFileSync(file(), 'latin1')).not.toContain(KEY);
    expect(readFileSync(file(), 'latin1')).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 12));
    if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
    const later = start();
    expect([await later.get('openai'), await later.get('nobody'), await later.get('__proto__')]).toEqual([KEY, undefined, undefined]);
    await later.delete('openai');
    expect([await later.get('openai'), await later.get('other')]).toEqual([undefined, 'second']);
  });

  it.each(['basic_text', 'unknown'] as const)('are not kept when Linux has no keychain (%s), since anybody could decrypt them', async (backend) => {
    const secrets = start({ getSelectedStorageBackend: () => backend });
    await secrets.prepare?.();
    expect(secrets.encrypted).toBe(false);
    expect(secrets.says).toMatch(/No keychain .* kept in memory/);
    await expect(secrets.set('openai', KEY)).rejects.toThrow(/No keychain/);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('ask which keychain it is on Linux only', async () => {
    const secrets = start({ getSelectedStorageBackend: () => { throw new Error('only on Linux'); } }, 'darwin');
    await secrets.set('openai', KEY);
    expect([secrets.name, await secrets.get('openai')]).toEqual(['macOS Keychain', KEY]);
  });

  it('do not touch the keychain before there is a key', async () => {
    const never = (): never => { throw new Error('asked'); };
    const secrets = start({ isAsyncEncryptionAvailable: never, decryptStringAsync: never, getSelectedStorageBackend: never });
    expect(await secrets.get('openai')).toBeUndefined();
    await secrets.delete('openai');
  });

  it('can be kept once a keychain that was locked is open', async () => {
    let open = false;
    const secrets = start({ isAsyncEncryptionAvailable: async () => open });
    await expect(secrets.set('openai', KEY)).rejects.toThrow(/cannot be used now/);
    open = true;
    await secrets.set('openai', KEY);
    expect(await secrets.get('openai')).toBe(KEY);
  });

  it('that the keychain can no longer decrypt are an error and not an answer; a file that is not ours counts as empty', async () => {
    await start().set('openai', KEY);
    await expect(start({ decryptStringAsync: () => Promise.reject(new Error('wrong password')) }).get('openai')).rejects.toThrow('wrong password');
    writeFileSync(file(), 'garbage');
    expect(await start().get('openai')).toBeUndefined();
  });

  it('are encrypted anew when the keychain asks for it', async () => {
    await start().set('openai', KEY);
    const before = readFileSync(file(), 'utf8');
    expect(await start({ decryptStringAsync: async (data) => ({ ...await safeStorage.decryptStringAsync(data), shouldReEncrypt: true }) }).get('openai')).toBe(KEY);
    expect(readFileSync(file(), 'utf8')).not.toBe(before);
    expect(await start().get('openai')).toBe(KEY);
  });
});
