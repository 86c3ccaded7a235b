import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../testing/engine.ts';
import { startHub, type TestHub } from '../../../testing/hub/hub.ts';
import { catalogueModel, openModels, pretendGguf, type OpenedModels } from '../../../testing/hub/open-models.ts';
import { scriptedLlama, type ScriptedLlama } from '../../../testing/hub/scripted-llama.ts';
import type { Download } from '../../contract/models.ts';
import { EngineError } from '../../contract/errors.ts';
import { InferenceError } from '../inference-error.ts';

const BYTES = 100_000;
const FILE = pretendGguf(BYTES);
const SHA256 = createHash('sha256').update(FILE).digest('hex');

let folder: ReturnType<typeof temporaryFolder>;
let hub: TestHub;
let llama: ScriptedLlama;
const opened: OpenedModels[] = [];
const models = [catalogueModel('one'), catalogueModel('two')];
const open = (change: Partial<Parameters<typeof openModels>[0]> = {}): OpenedModels => {
  const here = openModels({ folder: folder.path, hub: hub.url, models, llama, ...change });
  opened.push(here);
  return here;
};

beforeEach(async () => {
  folder = temporaryFolder();
  llama = scriptedLlama();
  hub = await startHub({ 'test/one/one.gguf': FILE, 'test/two/two.gguf': pretendGguf(BYTES, 2) });
});
afterEach(async () => {
  for (const here of opened.splice(0)) await here.close().catch(() => {});
  await hub.close();
  folder.dispose();
});

const find = async ({ local }: OpenedModels, modelId = 'one'): Promise<Download | null> => (await local.local()).models.find((model) => model.modelId === modelId)?.download ?? null;
/** Waits until a download stands in one of these states. */
async function until({ local }: OpenedModels, states: Download['state'][], modelId = 'one'): Promise<Download> {
  const patience = AbortSignal.timeout(10_000);
  let last: Download | undefined;
  for await (const downloads of local.watchDownloads(patience)) {
    last = downloads.find((download) => download.modelId === modelId);
    if (last && states.includes(last.state)) return last;
  }
  throw new Error(`the download did not come to ${states.join(' or ')}, but stayed ${JSON.stringify(last)}`);
}
const STOPPED: Download['state'][] = ['done', 'paused', 'failed'];
const received = async (here: OpenedModels): Promise<number> => (await find(here))?.receivedBytes ?? 0;
const finalFile = (): string => join(folder.path, 'models/one.gguf');

describe('a download', () => {
  it('fetches, checks and installs a file, and takes size and checksum from the headers of the hub', async () => {
    const here = open();
    expect(here.local.download('one')).toMatchObject({ modelId: 'one', state: 'waiting', receivedBytes: 0, problem: null });
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done', receivedBytes: BYTES, totalBytes: BYTES });
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
    const model = (await here.local.local()).models[0];
    expect(model).toMatchObject({ installed: true, fileBytes: BYTES, fileBytesAbout: false, sha256: SHA256, download: null, loadSays: null });
    expect(here.local.resolve('one')).toEqual({ modelId: 'one', name: 'Model one', file: finalFile(), role: 'instruct' });
    expect(hub.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['HEAD 302', 'GET 302', 'GET 206']);
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
  });

  it('is never usable while it is not whole', async () => {
    hub.faults.bytesPerSecond = 100_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await received(here)) > 20_000, { timeout: 5000 });
    expect(here.local.resolve('one')).toBeUndefined();
    expect((await here.local.local()).models[0]).toMatchObject({ installed: false, fileBytes: BYTES, fileBytesAbout: false, download: { state: 'running', totalBytes: BYTES } });
    await expect(here.local.useModel('one')).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' });
    expect(existsSync(finalFile())).toBe(false);
  });

  it('pauses at once, and resuming fetches only the rest', async () => {
    hub.faults.bytesPerSecond = 100_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await received(here)) > 30_000, { timeout: 5000 });
    const before = performance.now();
    const paused = await here.local.pauseDownload('one');
    expect(performance.now() - before).toBeLessThan(250);
    expect(paused).toMatchObject({ state: 'paused', problem: null });
    expect(paused.receivedBytes).toBeGreaterThan(30_000);
    hub.faults.bytesPerSecond = undefined;
    hub.takeSentBytes();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - paused.receivedBytes);
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('shows speed and time left while it runs, four times a second at most', async () => {
    hub.faults.bytesPerSecond = 60_000;
    const here = open();
    here.local.download('one');
    const seen: { at: number; download: Download }[] = [];
    for await (const [download] of here.local.watchDownloads(AbortSignal.timeout(8000))) {
      if (download) seen.push({ at: performance.now(), download });
      if (download?.state === 'done') break;
    }
    const running = seen.map(({ download }) => download).filter(({ bytesPerSecond }) => bytesPerSecond !== null);
    expect(running.length).toBeGreaterThan(2);
    for (const { bytesPerSecond, secondsLeft } of running) {
      expect(bytesPerSecond).toBeGreaterThan(10_000);
      expect(bytesPerSecond).toBeLessThan(150_000);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
    }
    for (let index = 1; index < seen.length; index++) expect((seen[index]?.at ?? 0) - (seen[index - 1]?.at ?? 0)).toBeGreaterThan(240);
  });

  it('waits for the one before it, and goes on when that is cancelled', async () => {
    hub.faults.bytesPerSecond = 50_000;
    const here = open();
    here.local.download('one');
    here.local.download('two');
    await vi.waitUntil(async () => (await received(here)) > 5_000, { timeout: 5000 });
    expect(await find(here, 'two')).toMatchObject({ state: 'waiting', receivedBytes: 0 });
    expect(hub.requests.some(({ path }) => path.includes('two'))).toBe(false);
    hub.faults.bytesPerSecond = undefined;
    await here.local.cancelDownload('one');
    expect(await find(here)).toBeNull();
    expect(existsSync(join(folder.path, 'models/partial/one.part'))).toBe(false);
    expect(await until(here, STOPPED, 'two')).toMatchObject({ state: 'done' });
  });

  it('that waits its turn can be paused and cancelled without waiting', async () => {
    hub.faults.bytesPerSecond = 5_000;
    const here = open();
    here.local.download('one');
    here.local.download('two');
    const before = performance.now();
    expect(await here.local.pauseDownload('two')).toMatchObject({ state: 'paused', problem: null });
    here.local.download('two');
    await here.local.cancelDownload('two');
    expect(performance.now() - before).toBeLessThan(500);
    expect(await find(here, 'two')).toBeNull();
  });

  it('refuses before the first byte when the disk has too little room', async () => {
    let free = BYTES;
    const here = open({ freeBytes: () => free });
    here.local.download('one');
    const stopped = await until(here, STOPPED);
    expect(stopped).toMatchObject({ state: 'paused', receivedBytes: 0, totalBytes: BYTES, problem: { code: 'DOWNLOAD_NO_SPACE' } });
    expect(hub.requests.map(({ method }) => method)).toEqual(['HEAD']);
    free = BYTES * 2;
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done', problem: null });
  });

  it('says that the Offline lock is on, and resumes when it is off', async () => {
    let locked = true;
    const here = open({ fetchFor: () => (input, init) => (locked ? Promise.reject(new InferenceError('offline-locked')) : fetch(input, init)) });
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', problem: { code: 'OFFLINE_LOCKED', happened: expect.stringContaining('127.0.0.1') as string } });
    expect(hub.requests).toEqual([]);
    locked = false;
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
  });

  it('of an unknown model is refused, and one of an installed model is done', async () => {
    const here = open();
    expect(() => here.local.download('nothing')).toThrow(expect.objectContaining({ code: 'MODEL_NOT_FOUND' }));
    here.local.download('one');
    await until(here, STOPPED);
    hub.takeSentBytes();
    expect(here.local.download('one')).toMatchObject({ state: 'done', receivedBytes: BYTES });
    expect(hub.takeSentBytes()).toBe(0);
  });

  it('comes from the mirror that is set, and refuses what is no address', async () => {
    const mirror = await startHub({ 'test/one/one.gguf': FILE });
    try {
      const here = open();
      for (const url of ['ftp://mirror.example', 'nonsense', 'https://user:secret@mirror.example', 'https://mirror.example/?a=b']) expect(() => here.local.setMirror(url)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
      here.local.setMirror(`${mirror.url}/`);
      expect((await here.local.local()).mirror).toBe(mirror.url);
      here.local.download('one');
      expect(await until(here, STOPPED)).toMatchObject({ state: 'done', from: new URL(mirror.url).host });
      expect(hub.requests).toEqual([]);
      here.local.setMirror(null);
      expect((await here.local.local()).mirror).toBeNull();
    } finally {
      await mirror.close();
    }
  });

  it('takes the hub that the environment names when no mirror is set', async () => {
    const here = open({ env: { HF_ENDPOINT: 'http://127.0.0.1:9/hub/' } });
    expect((await here.local.local()).mirror).toBe('http://127.0.0.1:9/hub');
    here.local.setMirror(hub.url);
    expect((await here.local.local()).mirror).toBe(hub.url);
  });
});

describe('a hub or a line that fails', () => {
  it('a dropped connection is taken up where it broke', async () => {
    hub.faults.cut = { afterBytes: 30_000, times: 2 };
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
    expect(hub.takeSentBytes()).toBe(BYTES);
  });

  it('a line that stays dead pauses the download with what is kept, and resuming fetches only the rest', async () => {
    hub.faults.bytesPerSecond = 100_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await received(here)) >= 10_000, { timeout: 5000 });
    hub.faults.cut = { afterBytes: 0, times: 1000 };
    hub.drop();
    const paused = await until(here, STOPPED);
    expect(paused).toMatchObject({ state: 'paused', problem: { code: 'DOWNLOAD_FAILED', happened: expect.stringContaining('the connection dropped') as string } });
    expect(paused.receivedBytes).toBeGreaterThanOrEqual(10_000);
    Object.assign(hub.faults, { cut: undefined, bytesPerSecond: undefined });
    hub.takeSentBytes();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES - paused.receivedBytes);
  });

  it('a line on which nothing arrives any more is given up and tried again', async () => {
    hub.faults.hang = { afterBytes: 20_000, times: 1 };
    const here = open();
    const states: string[] = [];
    here.local.download('one');
    for await (const [download] of here.local.watchDownloads(AbortSignal.timeout(8000))) {
      if (download) states.push(`${download.state} ${download.problem?.code ?? ''}`.trim());
      if (download && STOPPED.includes(download.state)) break;
    }
    expect(states.at(-1)).toBe('done');
    expect(hub.takeSentBytes()).toBe(BYTES);
    expect(hub.requests.filter(({ status }) => status === 206)).toHaveLength(2);
  });

  it.each([[403, 'refuses'], [404, 'no such file']])('a %i ends it and says what to do', async (code, says) => {
    hub.faults.status = { code, times: 100, at: 'hub' };
    const here = open();
    here.local.download('one');
    const failed = await until(here, STOPPED);
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'DOWNLOAD_FAILED', happened: expect.stringContaining(says) as string } });
    expect(failed.problem?.happened).toContain(String(code));
    expect(failed.problem?.todo).not.toBe('');
    expect(hub.requests).toHaveLength(1);
    hub.faults.status = undefined;
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
  });

  it.each(['hub', 'storage'] as const)('errors of the server pass when they are short (%s)', async (at) => {
    hub.faults.status = { code: 503, times: 2, at };
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
  });

  it('errors of the server that stay pause the download', async () => {
    hub.faults.status = { code: 500, times: 1000, at: 'hub' };
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', problem: { happened: expect.stringContaining('500') as string } });
    expect(hub.requests).toHaveLength(4);
  });

  it('waits as long as a 429 asks', async () => {
    hub.faults.status = { code: 429, times: 1, at: 'hub', headers: { 'retry-after': '1' } };
    const here = open();
    const before = performance.now();
    here.local.download('one');
    expect(await until(here, ['waiting'])).toMatchObject({ state: 'waiting' });
    await vi.waitUntil(async () => (await find(here))?.problem?.code === 'NOTE_TRIES_AGAIN', { timeout: 3000 });
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done', problem: null });
    expect(performance.now() - before).toBeGreaterThan(1000);
  });

  it('pauses when a 429 asks for longer than anybody would wait', async () => {
    hub.faults.status = { code: 429, times: 1, at: 'hub', headers: { 'retry-after': '3600' } };
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', problem: { happened: expect.stringContaining('429') as string } });
  });

  it('nobody at the address pauses the download', async () => {
    const gone = await startHub({});
    await gone.close();
    const here = open({ hub: gone.url });
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', problem: { happened: expect.stringContaining('no connection') as string } });
  });

  it('wrong bytes are never made usable, and a new start gets them right', async () => {
    hub.faults.wrongByteAt = 50_000;
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'failed', receivedBytes: 0, problem: { code: 'DOWNLOAD_WRONG_BYTES' } });
    expect(here.local.resolve('one')).toBeUndefined();
    expect(readdirSync(join(folder.path, 'models'))).toEqual(['partial']);
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
    hub.faults.wrongByteAt = undefined;
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done', problem: null });
  });

  it('a file of another size than promised is not made usable', async () => {
    hub.faults.promisedExtraBytes = 5;
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'failed', problem: { code: 'DOWNLOAD_WRONG_BYTES', happened: expect.stringContaining('size') as string } });
    expect(here.local.resolve('one')).toBeUndefined();
  });

  it('right bytes that are no model are not made usable', async () => {
    hub.put('test/one/one.gguf', Buffer.from('this is a page that says please sign in'.repeat(100)));
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'failed', problem: { code: 'MODEL_UNREADABLE' } });
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
  });

  it('parts shorter than asked for are put together', async () => {
    hub.faults.shortParts = 3000; // less than a chunk, and more parts than there are tries
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(hub.requests.filter(({ method, path }) => method === 'HEAD' && !path.startsWith('/storage/'))).toHaveLength(1);
    expect(hub.takeSentBytes()).toBe(BYTES);
  });

  it('a server that cannot go on in the middle begins anew, and says so', async () => {
    hub.faults.noRanges = true;
    hub.faults.cut = { afterBytes: 60_000, times: 1 };
    hub.faults.bytesPerSecond = 100_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await find(here))?.problem?.code === 'NOTE_BEGINS_ANEW', { timeout: 8000 });
    expect((await find(here))?.problem?.happened).toContain('in the middle of a file');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(readFileSync(finalFile()).equals(FILE)).toBe(true);
  });

  it('a file that changes on the hub half-way begins anew, says so, and is whole and new in the end', async () => {
    const newer = pretendGguf(BYTES, 7);
    hub.faults.cut = { afterBytes: 40_000, times: 1 };
    hub.faults.replaceAfter = { bytes: 40_000, by: newer };
    hub.faults.bytesPerSecond = 150_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await find(here))?.problem?.code === 'NOTE_BEGINS_ANEW', { timeout: 8000 });
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(readFileSync(finalFile()).equals(newer)).toBe(true);
  });

  it('without a checksum from the hub it is allowed, said, and worked out here', async () => {
    hub.faults.plain = true;
    hub.faults.bytesPerSecond = 200_000;
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await find(here))?.problem?.code === 'NOTE_NO_CHECKSUM', { timeout: 5000 });
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect((await here.local.local()).models[0]).toMatchObject({ installed: true, sha256: SHA256, loadSays: expect.stringContaining('no checksum') as string });
  });

  it('without checksum or etag nothing on disk is trusted after a pause', async () => {
    Object.assign(hub.faults, { plain: true, noEtag: true, bytesPerSecond: 100_000 });
    const here = open();
    here.local.download('one');
    await vi.waitUntil(async () => (await received(here)) > 20_000, { timeout: 5000 });
    await here.local.pauseDownload('one');
    hub.faults.bytesPerSecond = undefined;
    hub.takeSentBytes();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'done' });
    expect(hub.takeSentBytes()).toBe(BYTES);
  });

  it('a disk that refuses pauses it and says so', async () => {
    mkdirSync(join(folder.path, 'models/partial/one.part'), { recursive: true });
    writeFileSync(join(folder.path, 'models/partial/one.part/in-the-way'), '');
    const here = open();
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', problem: { code: 'DOWNLOAD_FAILED', happened: expect.stringContaining('disk') as string } });
  });

  it('a fault of the engine itself is no claim about the file', async () => {
    const here = open();
    llama.inspect = () => Promise.reject(new EngineError('STORAGE_FAILED', { reason: 'SQLITE_IOERR' }));
    here.local.download('one');
    expect(await until(here, STOPPED)).toMatchObject({ state: 'paused', receivedBytes: BYTES, problem: { code: 'STORAGE_FAILED' } });
  });
});
