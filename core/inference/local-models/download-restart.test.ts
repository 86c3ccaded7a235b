import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT, temporaryFolder } from '../../../testing/engine.ts';
import { startHub, type TestHub } from '../../../testing/hub/hub.ts';
import { catalogueModel, openModels, pretendGguf, QUICK, type OpenedModels } from '../../../testing/hub/open-models.ts';
import { scriptedLlama } from '../../../testing/hub/scripted-llama.ts';
import type { Download } from '../../contract/models.ts';

const BYTES = 200_000;
const FILE = pretendGguf(BYTES, 5);
const MODEL = catalogueModel('one');

let folder: ReturnType<typeof temporaryFolder>;
let hub: TestHub;
let here: OpenedModels | undefined;
const open = (models = [MODEL]): OpenedModels => (here = openModels({ folder: folder.path, hub: hub.url, models, llama: scriptedLlama() }));
const close = async (): Promise<void> => { await here?.close(); here = undefined; };
const partFile = (): string => join(folder.path, 'models/partial/one.part');
const finalFile = (): string => join(folder.path, 'models/one.gguf');

beforeEach(async () => { folder = temporaryFolder(); hub = await startHub({ 'test/one/one.gguf': FILE }); });
afterEach(async () => { await close(); await hub.close(); folder.dispose(); });

async function finish(opened: OpenedModels): Promise<Download> {
  opened.local.download('one');
  for await (const [download] of opened.local.watchDownloads(AbortSignal.timeout(10_000))) if (download && ['done', 'paused', 'failed'].includes(download.state)) return download;
  throw new Error('the download did not end');
}
const shown = async (opened: OpenedModels): Promise<Download | null> => (await opened.local.local()).models[0]?.download ?? null;

/** Downloads in a process of its own and kills it when so many bytes are on disk. */
async function killedAt(bytes: number): Promise<void> {
  hub.faults.bytesPerSecond = 200_000;
  const child = spawn(process.execPath, [join(PROJECT, 'testing/hub/download-process.ts'), folder.path, hub.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (Number(out.trimEnd().split('\n').at(-1)) >= bytes) child.kill('SIGKILL');
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
  clearTimeout(guard);
  expect(signal).toBe('SIGKILL');
  hub.faults.bytesPerSecond = undefined;
  hub.takeSentBytes();
}

describe('after kill -9 in the middle of a download', () => {
  it('the download stands still and says why, and resuming fetches only what was not recorded', async () => {
    await killedAt(60_000);
    expect(existsSync(finalFile())).toBe(false);
    const opened = open();
    const before = await shown(opened);
    expect(before).toMatchObject({ state: 'paused', totalBytes: BYTES, problem: { code: 'DOWNLOAD_FAILED', happened: expect.stringContaining('the app was closed') as string } });
    const kept = before?.receivedBytes ?? 0;
    expect(kept).toBeGreaterThan(60_000 - 2 * QUICK.chunkBytes);
    expect(opened.local.resolve('one')).toBeUndefined();
    await new Promise((resume) => setTimeout(resume, 100));
    expect(hub.takeSentBytes()).toBe(0);
    expect(await finish(opened)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - kept);
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('chunks that are damaged on disk are found and fetched again, and only those', async () => {
    await killedAt(60_000);
    const file = openSync(partFile(), 'r+');
    writeSync(file, 'damage', 2 * QUICK.chunkBytes + 100);
    closeSync(file);
    const opened = open();
    const kept = (await shown(opened))?.receivedBytes ?? 0;
    expect(await finish(opened)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - kept + QUICK.chunkBytes);
    expect(hub.requests.some(({ range }) => range === `bytes=${2 * QUICK.chunkBytes}-${3 * QUICK.chunkBytes - 1}`)).toBe(true);
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('a partial file that was cut short or lost is fetched again', async () => {
    await killedAt(60_000);
    truncateSync(partFile(), QUICK.chunkBytes * 3 + 10);
    expect(await finish(open())).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - QUICK.chunkBytes * 3);
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('a file on the hub that changed meanwhile begins anew', async () => {
    await killedAt(60_000);
    const newer = pretendGguf(BYTES, 9);
    hub.put('test/one/one.gguf', newer);
    expect(await finish(open())).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES);
    expect(readFileSync(finalFile()).equals(newer)).toBe(true);
  });

  it('between moving the whole file and writing that down nothing is fetched twice', async () => {
    await killedAt(60_000);
    rmSync(partFile());
    writeFileSync(finalFile(), FILE);
    const opened = open();
    expect(opened.local.resolve('one')).toBeUndefined();
    expect(await finish(opened)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(0);
    expect(opened.local.resolve('one')).toMatchObject({ file: finalFile() });
    expect(readdirSync(join(folder.path, 'models'))).toEqual(['one.gguf', 'partial']);
  });
});

describe('closing and opening again', () => {
  it('pauses what runs, keeps all of it, and shows why it stands still', async () => {
    hub.faults.bytesPerSecond = 200_000;
    const opened = open();
    opened.local.download('one');
    await vi.waitUntil(async () => ((await shown(opened))?.receivedBytes ?? 0) > 30_000, { timeout: 5000 });
    await close();
    const again = open();
    const before = await shown(again);
    expect(before).toMatchObject({ state: 'paused', problem: { happened: expect.stringContaining('the app was closed') as string } });
    expect(before?.receivedBytes).toBeGreaterThan(30_000);
    hub.faults.bytesPerSecond = undefined;
    hub.takeSentBytes();
    expect(await finish(again)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - (before?.receivedBytes ?? 0));
  });

  it('a download that was paused by hand stays paused without a problem', async () => {
    hub.faults.bytesPerSecond = 200_000;
    const opened = open();
    opened.local.download('one');
    await vi.waitUntil(async () => ((await shown(opened))?.receivedBytes ?? 0) > 10_000, { timeout: 5000 });
    await opened.local.pauseDownload('one');
    await close();
    expect(await shown(open())).toMatchObject({ state: 'paused', problem: null });
  });

  it('a watcher ends when the app does', async () => {
    const opened = open();
    const ended = (async () => { for await (const downloads of opened.local.watchDownloads()) void downloads; return 'ended'; })();
    await new Promise((resume) => setTimeout(resume, 50));
    await close();
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('still there'), 2000))])).toBe('ended');
  });

  it('removes partial files that no record speaks of, and copies nobody went on with', async () => {
    await close();
    open();
    await close();
    const partial = join(folder.path, 'models/partial');
    writeFileSync(join(partial, 'stray.part'), 'x');
    writeFileSync(join(partial, 'import-old.copy'), 'x');
    writeFileSync(join(partial, 'import-new.copy'), 'x');
    utimesSync(join(partial, 'import-old.copy'), new Date(), new Date(Date.now() - 2 * 3_600_000));
    open();
    expect(readdirSync(partial)).toEqual(['import-new.copy']);
  });

  it('a model whose file was taken away is shown as not here and can be downloaded again', async () => {
    await finish(open());
    await close();
    renameSync(finalFile(), join(folder.path, 'elsewhere.gguf'));
    const opened = open();
    expect(opened.local.resolve('one')).toBeUndefined();
    expect((await opened.local.local()).models[0]).toMatchObject({ installed: false, loadSays: expect.stringContaining('no longer there') as string });
    expect(await finish(opened)).toMatchObject({ state: 'done' });
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('an installed model that left the catalogue stays usable', async () => {
    await finish(open());
    await close();
    const opened = open([]);
    expect((await opened.local.local()).models).toMatchObject([{ modelId: 'one', installed: true, origin: 'catalogue' }]);
    expect(opened.local.resolve('one')).toBeDefined();
  });
});
