import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT, temporaryFolder } from '../testing/engine.ts';
import { KeychainClient, type KeychainRequest } from './keychain-client.ts';
import { createKeychain } from './secrets.ts';

const KEY = 'sk-loopback-55bb';
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => folder.dispose());

/** A keychain shared by several data folders, in memory. */
function fakeClient(kept = new Map<string, string>()) {
  const asked: string[] = [];
  return {
    kept, asked,
    async call({ op, account, secret }: Omit<KeychainRequest, 'id'>): Promise<string | null> {
      asked.push(op);
      if (op === 'set') kept.set(account, secret ?? '');
      if (op === 'delete') kept.delete(account);
      return op === 'get' ? kept.get(account) ?? null : null;
    },
  };
}

describe('keys in the loopback shell', () => {
  it('are in the keychain and nowhere in the data folder, and are there after a restart', async () => {
    const client = fakeClient();
    const secrets = createKeychain({ dataDir: folder.path, client });
    await secrets.prepare?.();
    expect(secrets.encrypted).toBe(true);
    await secrets.set('openai', KEY);
    const file = join(folder.path, 'keychain.json');
    expect(readFileSync(file, 'utf8')).not.toContain(KEY);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await createKeychain({ dataDir: folder.path, client }).get('openai')).toBe(KEY);
    await secrets.delete('openai');
    expect([client.kept.size, await secrets.get('openai')]).toEqual([0, undefined]);
  });

  it('of two data folders are apart', async () => {
    const other = temporaryFolder();
    const client = fakeClient();
    await createKeychain({ dataDir: folder.path, client }).set('openai', KEY);
    await createKeychain({ dataDir: other.path, client }).set('openai', 'other');
    expect(await createKeychain({ dataDir: folder.path, client }).get('openai')).toBe(KEY);
    expect(client.kept.size).toBe(2);
    other.dispose();
  });

  it('do not touch the keychain before there is a key, and looking whether there is a keychain writes nothing', async () => {
    const client = fakeClient();
    const secrets = createKeychain({ dataDir: folder.path, client });
    expect(await secrets.get('openai')).toBeUndefined();
    await secrets.delete('openai');
    expect(client.asked).toEqual([]);
    await secrets.prepare?.();
    expect(client.asked).toEqual(['get']);
    expect(existsSync(join(folder.path, 'keychain.json'))).toBe(false);
  });

  it('are not said to be kept when the keychain refuses', async () => {
    const secrets = createKeychain({ dataDir: folder.path, client: { call: () => Promise.reject(new Error('it is locked')) } });
    await expect(secrets.set('openai', KEY)).rejects.toThrow('it is locked');
    expect(await secrets.get('openai')).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('the real library on Linux', () => {
  const bus = process.env['DBUS_SESSION_BUS_ADDRESS'];
  afterEach(() => { if (bus === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS']; else process.env['DBUS_SESSION_BUS_ADDRESS'] = bus; });

  it('without a Secret Service says that keys cannot be kept, instead of giving them to the kernel until the next reboot', async () => {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${join(folder.path, 'no-bus')}`;
    const secrets = createKeychain({ dataDir: folder.path, client: new KeychainClient() });
    await secrets.prepare?.();
    expect(secrets.encrypted).toBe(false);
    expect(secrets.says).toMatch(/^No Secret Service .* kept in memory until Role Accel is closed\.$/);
    await expect(secrets.set('openai', KEY)).rejects.toThrow();
  });

  it('with a bus that hangs does not hang us', async () => {
    const path = join(folder.path, 'bus');
    const silent = createServer((socket) => socket.on('error', () => {})).listen(path);
    await once(silent, 'listening');
    process.env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${path}`;
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 20);
    const secrets = createKeychain({ dataDir: folder.path, client: new KeychainClient() });
    await secrets.prepare?.();
    clearInterval(beat);
    expect([secrets.encrypted, secrets.says]).toEqual([false, expect.stringMatching(/did not answer within 2 seconds/)]);
    expect(longest).toBeLessThan(1500);
    silent.close();
  });

  it('does not keep a program from ending that has only looked', async () => {
    const script = join(folder.path, 'look.ts');
    writeFileSync(script, `import { createKeychain } from ${JSON.stringify(join(PROJECT, 'loopback/secrets.ts'))};\nawait createKeychain({ dataDir: ${JSON.stringify(folder.path)} }).prepare();\nconsole.log('looked');\n`);
    const child = spawn(process.execPath, [script], { env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder.path, 'no-bus')}` }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { output += chunk; });
    const started = performance.now();
    const [code] = await once(child, 'exit') as [number];
    expect([code, output]).toEqual([0, 'looked\n']);
    expect(performance.now() - started).toBeLessThan(4500);
  });
});
