import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../testing/engine.ts';
import type { AppEvent } from './contract/app.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const undo of cleanUp.splice(0).toReversed()) await undo(); vi.useRealTimers(); });

async function start(options: Parameters<typeof startTestEngine>[0] = {}) {
  const running = await startTestEngine(options);
  cleanUp.push(() => running.stop());
  return running;
}

it('refuses a second engine on the same folder and says which process holds it', async () => {
  const { dataDir } = await start();
  await expect(startTestEngine({ dataDir })).rejects.toMatchObject({ code: 'STORAGE_IN_USE', details: { folder: dataDir, owner: `, process ${process.pid}` } });
});

it('tells after a damaged database which copy came back with how much, until the notice is dismissed', async () => {
  const folder = temporaryFolder();
  cleanUp.push(() => folder.dispose());
  const first = await startTestEngine({ dataDir: folder.path });
  const view = await first.client.interview.start(SETUP);
  await first.client.interview.answer({ ...at(view), submissionId: submission(), text: 'An answer that is in the copy, about measuring first.' });
  const preview = await first.client.settings.previewRestore({ file: await first.client.settings.backup() });
  await first.client.settings.restore({ token: preview.token }); // takes a snapshot
  await first.engine.close();
  const file = join(folder.path, 'role-accel.db');
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096, 60_000);
  writeFileSync(file, bytes);

  const second = await start({ dataDir: folder.path });
  const [notice] = (await second.client.app.status()).notices;
  expect(notice).toMatchObject({ tone: 'warn', title: 'Your data was restored from an automatic copy' });
  expect(notice?.text).toContain('1 interview and 1 answer');
  expect(notice?.text).toContain(join(folder.path, 'damaged'));
  expect((await second.client.interview.session({ sessionId: view.sessionId })).turns.some((turn) => turn.text.includes('in the copy'))).toBe(true);
  await second.client.app.dismissNotice({ id: notice?.id ?? '' });
  expect((await second.client.app.status()).notices).toEqual([]);
});

it('lets a call that is running finish, then refuses new ones and gives the folder back', async () => {
  const folder = temporaryFolder();
  cleanUp.push(() => folder.dispose());
  const { engine, client } = await startTestEngine({ dataDir: folder.path });
  await client.interview.start(SETUP);
  const backup = client.settings.backup();
  await vi.waitUntil(() => readdirSync(folder.path).some((name) => name.startsWith('backup-')), { interval: 1 });
  const closed = engine.close();
  expect((await backup).size).toBeGreaterThan(1000);
  await closed;
  await expect(client.app.status()).rejects.toMatchObject({ code: 'ENGINE_CLOSING' });
  expect(readdirSync(folder.path)).not.toContain('engine.pid');
  await start({ dataDir: folder.path });
});

it('tells every window what changed, and says goodbye when it closes', async () => {
  const { engine, client } = await startTestEngine();
  const seen: AppEvent['type'][] = [];
  const listening = (async () => { for await (const event of await client.app.events()) seen.push(event.type); })();
  await new Promise((resume) => setTimeout(resume, 20));
  await client.settings.update({ theme: 'dark' });
  await client.interview.start(SETUP);
  await vi.waitUntil(() => seen.length >= 2);
  await engine.close();
  await listening;
  // What was found out about keys on the way is told too, once.
  expect(seen.filter((type) => type !== 'routing-changed')).toEqual(['settings-changed', 'history-changed', 'closing']);
  expect(seen.filter((type) => type === 'routing-changed').length).toBeLessThanOrEqual(1);
});

it('shows another window what this one did, and stops showing when the interview is deleted', async () => {
  const { client } = await start();
  const view = await client.interview.start(SETUP);
  const revisions: number[] = [];
  const watching = (async () => { for await (const shown of await client.interview.watch({ sessionId: view.sessionId })) revisions.push(shown.revision); })();
  await vi.waitUntil(() => revisions.length === 1);
  await client.interview.skip(at(view));
  await vi.waitUntil(() => revisions.length === 2);
  await client.interview.delete({ sessionId: view.sessionId });
  await watching;
  expect(revisions).toEqual([1, 2]);
});

it('takes a copy of the day in the background, once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { client, dataDir } = await start();
  vi.advanceTimersByTime(5_000);
  vi.useRealTimers();
  await vi.waitUntil(() => readdirSync(join(dataDir, 'snapshots')).some((name) => name.endsWith('-daily.db')), { timeout: 5000 });
  expect((await client.settings.dataSummary()).snapshots.map((snapshot) => snapshot.reason)).toEqual(['daily copy']);
});
