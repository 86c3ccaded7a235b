import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine } from '../core/engine.ts';
import { PROJECT, temporaryFolder } from './engine.ts';
import { startLoopbackApp, type LoopbackApp } from './loopback-app.ts';

let folder: ReturnType<typeof temporaryFolder>;
const apps: LoopbackApp[] = [];

beforeEach(() => { folder = temporaryFolder(); });
afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop();
  folder.dispose();
});

async function start(options: Parameters<typeof startLoopbackApp>[0] = {}): Promise<LoopbackApp> {
  const app = await startLoopbackApp({ dataDir: folder.path, ...options });
  apps.push(app);
  return app;
}

test('prints one line, with the address in it', async () => {
  const app = await start();
  expect(app.output().trim().split('\n')).toEqual([expect.stringContaining(app.url)]);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s closes it in order', async (signal) => {
  const app = await start();
  await app.connect();
  app.process.kill(signal);
  await expect.poll(() => app.process.exitCode, { timeout: 10_000 }).toBe(0);
  await (await createEngine({ dataDir: folder.path, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT })).close();
});

test('after a power cut it starts again on the same data', async () => {
  const first = await start({ testMode: true });
  await (await first.connect()).settings.update({ displayName: 'Ada' });
  await first.kill();
  const second = await start({ testMode: true });
  expect((await (await second.connect()).settings.get()).displayName).toBe('Ada');
});

test('a session ends with the process, also on the same port', async () => {
  const first = await start();
  const port = Number(new URL(first.origin).port);
  const sent = await fetch(`${first.origin}/session`, { method: 'POST', headers: { origin: first.origin }, body: new URL(first.url).hash.slice('#token='.length) });
  const cookie = sent.headers.getSetCookie()[0] ?? '';
  expect((await fetch(first.origin, { headers: { cookie } })).status).toBe(200);
  await first.stop();
  const second = await start({ port });
  expect((await fetch(second.origin, { headers: { cookie } })).status).toBe(401);
});

test('the calls of test mode are there only when asked for', async () => {
  const app = await start();
  await expect((await app.connect()).testMode.setFault({ kind: 'none' })).rejects.toThrow();
});

test('a data folder in use is told in words, without a stack', async () => {
  await start();
  const refused = startLoopbackApp({ dataDir: folder.path });
  await expect(refused).rejects.toThrow(/Another Role Accel is using this data folder.*\nNothing was touched\.\n/);
  await expect(refused).rejects.not.toThrow(/printed:[^]*\n\s+at /);
});

test('data from the future is told in words and kept', async () => {
  const engine = await createEngine({ dataDir: folder.path, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT });
  const { name } = engine.store.sql;
  await engine.close();
  const database = new Database(name);
  database.pragma('user_version = 99999');
  database.close();
  await expect(startLoopbackApp({ dataDir: folder.path })).rejects.toThrow(/newer Role Accel/);
});

test('a port in use and an unknown option are told in words', async () => {
  const app = await start();
  const other = temporaryFolder();
  await expect(startLoopbackApp({ dataDir: other.path, port: Number(new URL(app.origin).port) })).rejects.toThrow('The port is already used by another program');
  await expect(startLoopbackApp({ dataDir: other.path, args: ['--prot'] })).rejects.toThrow("Unknown option '--prot'");
  other.dispose();
});
