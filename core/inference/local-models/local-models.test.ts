import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../testing/engine.ts';
import { catalogueModel, openModels, pretendGguf, type OpenedModels } from '../../../testing/hub/open-models.ts';
import { scriptedLlama, type ScriptedLlama } from '../../../testing/hub/scripted-llama.ts';
import { EngineError } from '../../contract/errors.ts';
import type { LocalModel } from '../../contract/models.ts';
import { localReadiness } from '../local-readiness.ts';
import { connectionSchema, type Connection } from '../models-config.ts';

const BYTES = 50_000;
const FILE = pretendGguf(BYTES);
const MODELS = [catalogueModel('one', { parametersB: 1 }), catalogueModel('bigger', { parametersB: 3, aboutFileBytes: 2e9 }), catalogueModel('vectors', { role: 'embedder', parametersB: 0.1 })];

let folder: ReturnType<typeof temporaryFolder>;
let llama: ScriptedLlama;
let here: OpenedModels;
const openHere = (change: Partial<Parameters<typeof openModels>[0]> = {}): OpenedModels => (here = openModels({ folder: folder.path, hub: 'http://127.0.0.1:9', models: MODELS, llama, ...change }));
beforeEach(() => { folder = temporaryFolder(); llama = scriptedLlama(); openHere(); });
afterEach(async () => { await here.close(); folder.dispose(); });

const readinessOf = (connection: Connection) => localReadiness(connection, 'language', here.local, llama.status());
const failure = (code: string) => expect.objectContaining({ code });
const find = async (modelId: string): Promise<LocalModel> => {
  const model = (await here.local.local()).models.find((one) => one.modelId === modelId);
  if (!model) throw new Error(`${modelId} is not listed`);
  return model;
};
const slice = (bytes: Buffer, from: number, to: number): File => new File([new Uint8Array(bytes.subarray(from, to))], 'slice');
async function importFile(name: string, bytes: Buffer = FILE): Promise<LocalModel> {
  const { importId, receivedBytes } = await here.local.importStart({ name, bytes: bytes.length });
  for (let offset = receivedBytes; offset < bytes.length; offset += 20_000) await here.local.importChunk({ importId, offset, chunk: slice(bytes, offset, offset + 20_000) });
  return here.local.importFinish(importId);
}
const outside = (name: string, bytes: Buffer | string = FILE): string => {
  const path = join(folder.path, 'elsewhere', name);
  mkdirSync(join(folder.path, 'elsewhere'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
};

describe('the list', () => {
  it('is drawn without a process, with the machine and what fits', async () => {
    const { machine, models, mirror, problems } = await here.local.local();
    const GB = 1024 ** 3;
    expect(machine).toMatchObject({ memoryBytes: 16 * GB, usedByOthersBytes: 8 * GB, forModelsBytes: 7 * GB, loadedModelBytes: 0, accelerator: 'CPU', modelsOnDiskBytes: 0, folder: join(folder.path, 'models') });
    expect(models.map(({ modelId, recommended }) => `${modelId}${recommended ? ' !' : ''}`)).toEqual(['one', 'bigger !', 'vectors']);
    expect(models[0]).toMatchObject({ installed: false, fileBytes: 1_000_000, fileBytesAbout: true, sha256: null, sourceUrl: 'http://127.0.0.1:9/test/one', fit: { verdict: 'fits-well', contextTokens: 8192 }, load: 'not-loaded' });
    expect(models[2]?.fit.contextTokens).toBe(2048);
    expect([mirror, problems]).toEqual([null, []]);
    expect(llama.loads).toEqual([]);
  });

  it('does not wait for a host that does not answer', async () => {
    llama.machine = () => new Promise(() => {});
    const before = performance.now();
    expect((await here.local.local()).machine.memoryBytes).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(1500);
  });
});

describe('an import', () => {
  it('copies slices in order, checks, and makes the file usable', async () => {
    const model = await importFile('My Model.Q4.gguf');
    expect(model).toMatchObject({ modelId: 'my-model-q4', name: 'Scripted', origin: 'imported', installed: true, fileBytes: BYTES, fileBytesAbout: false, sha256: createHash('sha256').update(FILE).digest('hex'), quantisation: 'F32', recommended: false, download: null });
    expect(readFileSync(join(folder.path, 'models/My Model.Q4.gguf')).equals(FILE)).toBe(true);
    expect(here.local.resolve('my-model-q4')).toMatchObject({ role: 'instruct' });
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
  });

  it('goes on after a restart where it stopped, by name and size', async () => {
    const { importId } = await here.local.importStart({ name: 'a.gguf', bytes: BYTES });
    await here.local.importChunk({ importId, offset: 0, chunk: slice(FILE, 0, 30_000) });
    await here.close();
    openHere();
    await expect(here.local.importChunk({ importId, offset: 30_000, chunk: slice(FILE, 30_000, BYTES) })).rejects.toThrow(failure('IMPORT_LOST'));
    expect(await here.local.importStart({ name: 'a.gguf', bytes: BYTES + 1 })).toMatchObject({ receivedBytes: 0 });
    expect(await here.local.importStart({ name: 'a.gguf', bytes: BYTES })).toEqual({ importId, receivedBytes: 30_000 });
    await here.local.importChunk({ importId, offset: 30_000, chunk: slice(FILE, 30_000, BYTES) });
    expect(await here.local.importFinish(importId)).toMatchObject({ installed: true, fileBytes: BYTES });
  });

  it('takes a slice sent twice as done, and refuses gaps, too much, and an end that comes too early', async () => {
    const { importId } = await here.local.importStart({ name: 'a.gguf', bytes: BYTES });
    const first = { importId, offset: 0, chunk: slice(FILE, 0, 10_000) };
    const both = await Promise.all([here.local.importChunk(first), here.local.importChunk(first)]);
    expect(both).toEqual([{ receivedBytes: 10_000 }, { receivedBytes: 10_000 }]);
    await expect(here.local.importChunk({ importId, offset: 20_000, chunk: slice(FILE, 20_000, 30_000) })).rejects.toThrow(failure('INPUT_INVALID'));
    await expect(here.local.importChunk({ importId, offset: 10_000, chunk: slice(pretendGguf(BYTES * 2), 0, BYTES) })).rejects.toThrow(failure('INPUT_INVALID'));
    await expect(here.local.importFinish(importId)).rejects.toThrow(failure('INPUT_INVALID'));
    await here.local.importChunk({ importId, offset: 10_000, chunk: slice(FILE, 10_000, BYTES) });
    expect(await here.local.importFinish(importId)).toMatchObject({ installed: true });
    await expect(here.local.importFinish(importId)).rejects.toThrow(failure('IMPORT_LOST'));
  });

  it('of something else than a model leaves nothing behind', async () => {
    await expect(importFile('photo.gguf', Buffer.from('a photo of a cat'.repeat(100)))).rejects.toThrow(failure('MODEL_UNREADABLE'));
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
    expect((await here.local.local()).models).toHaveLength(MODELS.length);
  });

  it('can be cancelled, also when it is not open', async () => {
    const { importId } = await here.local.importStart({ name: 'a.gguf', bytes: BYTES });
    await here.local.importChunk({ importId, offset: 0, chunk: slice(FILE, 0, 10_000) });
    expect((await here.local.local()).machine.modelsOnDiskBytes).toBe(10_000);
    await here.local.importCancel(importId);
    expect(readdirSync(join(folder.path, 'models/partial'))).toEqual([]);
    await expect(here.local.importCancel('import-nothing')).resolves.toEqual({});
  });

  it('is refused before the first byte when the disk has too little room', async () => {
    await here.close();
    openHere({ freeBytes: () => BYTES });
    await expect(here.local.importStart({ name: 'a.gguf', bytes: BYTES })).rejects.toThrow(failure('DOWNLOAD_NO_SPACE'));
  });

  it.each([['../../../evil.gguf', 'evil.gguf'], ['C:\\Users\\me\\m.gguf', 'm.gguf'], ['..', 'model.gguf'], ['con.gguf', 'model-con.gguf'], ['a/b:c*?.gguf', 'b_c_.gguf'], ['.hidden', 'hidden.gguf']])('named %j stays inside the folder as %j', async (name, stored) => {
    await importFile(name);
    expect(readdirSync(join(folder.path, 'models')).toSorted()).toEqual([stored, 'partial'].toSorted());
  });

  it('of the same bytes is not kept twice; other bytes under the same name are numbered', async () => {
    expect((await importFile('a.gguf')).modelId).toBe('a');
    expect((await importFile('renamed.gguf')).modelId).toBe('a');
    expect((await importFile('a.gguf', pretendGguf(BYTES, 3))).modelId).toBe('a-2');
    expect((await importFile('one.gguf', pretendGguf(BYTES, 4))).modelId).toBe('one-2');
    expect(readdirSync(join(folder.path, 'models')).toSorted()).toEqual(['a-2.gguf', 'a.gguf', 'one.gguf', 'partial']);
  });
});

describe('a file where it lies', () => {
  it('is used without copying, and deleting only forgets it', async () => {
    const path = outside('mine.gguf');
    const model = await here.local.addFile(path);
    expect(model).toMatchObject({ modelId: 'mine', origin: 'imported', installed: true, about: expect.stringContaining(path) as string });
    expect((await here.local.addFile(path)).modelId).toBe('mine');
    expect(readdirSync(join(folder.path, 'models'))).toEqual(['partial']);
    expect(here.local.resolve(path)).toMatchObject({ modelId: 'mine', file: path });
    expect(await here.local.deleteModel('mine')).toEqual({ freedBytes: 0 });
    expect(existsSync(path)).toBe(true);
    expect(here.local.resolve('mine')).toBeUndefined();
    expect(here.local.resolve(path)).toMatchObject({ modelId: path, file: path });
  });

  it('that cannot be a model is refused with the reason', async () => {
    const refused = (path: string, says: string) => expect(here.local.addFile(path)).rejects.toThrow(expect.objectContaining({ code: 'MODEL_UNREADABLE', message: expect.stringContaining(says) as string }));
    await refused('models/mine.gguf', 'whole path');
    await refused(join(folder.path, 'nothing.gguf'), 'no such file');
    await refused(folder.path, 'folder');
    await refused(outside('text.gguf', 'text'), 'no GGUF');
    symlinkSync('/dev/null', join(folder.path, 'null.gguf'));
    await refused(join(folder.path, 'null.gguf'), 'no file');
    const secret = outside('secret.gguf');
    chmodSync(secret, 0);
    if (process.getuid?.() !== 0) await refused(secret, 'may not read');
  });

  it('that is taken away is shown as gone', async () => {
    const path = outside('mine.gguf');
    await here.local.addFile(path);
    chmodSync(path, 0o600);
    writeFileSync(path, pretendGguf(1000)); // the person's own file may change
    expect(here.local.resolve('mine')).toBeDefined();
    (await import('node:fs')).rmSync(path);
    expect(here.local.resolve('mine')).toBeUndefined();
    expect(here.local.resolve(path)).toBeUndefined();
    expect(await find('mine')).toMatchObject({ installed: false, loadSays: expect.stringContaining('no longer there') as string });
    await expect(here.local.useModel('mine')).rejects.toThrow(failure('MODEL_NOT_INSTALLED'));
  });
});

describe('using a model', () => {
  it('loads it with the context of the lane and makes it the one of this machine', async () => {
    await importFile('a.gguf');
    expect(readinessOf(connectionSchema.parse({ id: 'local', kind: 'llama', name: 'Here' }))).toMatchObject({ state: 'no-model' });
    expect(await here.local.useModel('a')).toMatchObject({ inUse: true, load: 'loaded', fit: { contextTokens: 8192 } });
    expect(llama.loads).toMatchObject([{ modelId: 'a', role: 'instruct', asked: true, contextTokens: 8192, file: join(folder.path, 'models/a.gguf') }]);
    expect(here.config.connections).toMatchObject([{ id: 'local', kind: 'llama', model: 'a', embeddingModel: null, contextTokens: null, enabled: true, needsKey: false }]);
    expect(readinessOf(here.config.connections[0] as never)).toMatchObject({ state: 'ready' });
    const { machine } = await here.local.local();
    expect(machine).toMatchObject({ loadedModelBytes: 1000, loadedContextBytes: 500 });
  });

  it('keeps a context that was asked for, and leaves the choice to the host when the lane asks for too much', async () => {
    await importFile('a.gguf');
    await here.local.useModel('a', 1024);
    expect(llama.loads.at(-1)).toMatchObject({ contextTokens: 1024 });
    expect(here.config.connections).toMatchObject([{ contextTokens: 1024 }]);
    llama.memory = { ...llama.memory, availableBytes: 1024 ** 3 + 1_000_000 };
    await here.local.stopModel('a');
    await here.local.useModel('a');
    expect(llama.loads.at(-1)).toMatchObject({ contextTokens: null });
    expect(here.config.connections).toMatchObject([{ contextTokens: null }]);
  });

  it('changes only its own connection, and an embedder goes beside the model', async () => {
    const other = connectionSchema.parse({ id: 'cloud', kind: 'openai', name: 'Cloud', model: 'x' });
    here.config.connections = [other, connectionSchema.parse({ id: 'local', kind: 'openai-compatible', name: 'Taken', baseUrl: 'http://127.0.0.1:1' })];
    await importFile('a.gguf');
    await importFile('embed.gguf', pretendGguf(BYTES, 8));
    // The scripted host takes a file for an embedder by its name, which a copy under way does not have yet.
    const path = outside('embed-here.gguf', pretendGguf(BYTES, 9));
    await here.local.addFile(path);
    await here.local.useModel('a', 2048);
    await here.local.useModel('embed-here');
    expect(here.config.connections[0]).toEqual(other);
    expect(here.config.connections[2]).toMatchObject({ id: 'local-2', kind: 'llama', model: 'a', embeddingModel: 'embed-here', contextTokens: 2048 });
    expect(await find('embed-here')).toMatchObject({ role: 'embedder', inUse: true, load: 'loaded' });
  });

  it('that does not fit is refused with the numbers; what answered before is loaded again and stays', async () => {
    await importFile('a.gguf');
    await importFile('b.gguf', pretendGguf(BYTES, 3));
    await here.local.useModel('a');
    llama.refuse = new EngineError('MODEL_TOO_LARGE', { name: 'b', contextTokens: 8192, neededMb: 9000, availableMb: 4000, advice: 'Use 2048.' });
    await expect(here.local.useModel('b')).rejects.toThrow(failure('MODEL_TOO_LARGE'));
    expect(here.config.connections).toMatchObject([{ model: 'a' }]);
    await vi.waitUntil(async () => (await find('a')).load === 'loaded');
    expect(llama.loads.at(-1)).toMatchObject({ modelId: 'a', asked: false });
  });

  it('can be stopped while it loads', async () => {
    await importFile('a.gguf');
    llama.hold = new Promise(() => {});
    const using = here.local.useModel('a').then(() => 'loaded', (error: unknown) => error);
    await vi.waitUntil(async () => (await find('a')).load === 'loading');
    await here.local.stopModel('a');
    expect(await using).toEqual(failure('MODEL_BUSY'));
    expect(await find('a')).toMatchObject({ load: 'not-loaded', inUse: false });
  });

  it('is undone by stopping: out of memory and out of the connection', async () => {
    await importFile('a.gguf');
    await here.local.useModel('a');
    expect(await here.local.stopModel('a')).toMatchObject({ inUse: false, load: 'not-loaded' });
    expect(llama.unloads).toEqual(['instruct']);
    expect(here.config.connections).toMatchObject([{ model: null }]);
    await expect(here.local.stopModel('nothing')).rejects.toThrow(failure('MODEL_NOT_FOUND'));
  });

  it('of a model that is not there says which way to go', async () => {
    await expect(here.local.useModel('one')).rejects.toThrow(failure('MODEL_NOT_INSTALLED'));
    await expect(here.local.useModel('nothing')).rejects.toThrow(failure('MODEL_NOT_FOUND'));
  });
});

describe('loading in the background', () => {
  const connection = (change: object) => connectionSchema.parse({ id: 'local', kind: 'llama', name: 'Here', ...change });

  it('loads what a connection names, once, without having been asked', async () => {
    await importFile('a.gguf');
    const local = connection({ model: 'a', contextTokens: 4096 });
    expect(readinessOf(local)).toMatchObject({ state: 'loading' });
    here.local.warm(local);
    here.local.warm(local);
    await vi.waitUntil(() => readinessOf(local).state === 'ready');
    here.local.warm(local);
    expect(llama.loads).toMatchObject([{ modelId: 'a', asked: false, contextTokens: 4096 }]);
  });

  it('loads a file named by its path', async () => {
    const path = outside('direct.gguf');
    const local = connection({ model: path });
    here.local.warm(local);
    await vi.waitUntil(() => readinessOf(local).state === 'ready');
    expect(llama.loads).toMatchObject([{ modelId: path, file: path, name: 'direct' }]);
  });

  it('rests after a failure instead of trying with every call, and is tried again later', async () => {
    await importFile('a.gguf');
    const local = connection({ model: 'a' });
    llama.refuse = new EngineError('MODEL_LOAD_FAILED', { name: 'a', reason: 'no' });
    here.local.warm(local);
    await vi.waitUntil(() => readinessOf(local).state === 'failed');
    here.local.warm(local);
    await new Promise((resume) => setTimeout(resume, 100));
    expect(llama.loads).toHaveLength(1);
    here.clock.advance(61_000);
    here.local.warm(local);
    await vi.waitUntil(() => readinessOf(local).state === 'ready');
  });

  it('of a model that is not there does nothing and says so', () => {
    const local = connection({ model: 'gone' });
    here.local.warm(local);
    expect(llama.loads).toEqual([]);
    expect(readinessOf(local)).toMatchObject({ state: 'no-model', says: expect.stringContaining('not on this machine') as string });
  });
});

describe('a load test', () => {
  it('measures, is remembered, and leaves memory as it was', async () => {
    await importFile('a.gguf');
    const result = await here.local.loadTest('a');
    expect(result.tokens).toBe(64);
    expect(result.tokensPerSecond).toBeGreaterThan(10);
    expect(result.tokensPerSecond).toBeLessThan(1100);
    expect(await find('a')).toMatchObject({ tokensPerSecond: result.tokensPerSecond, load: 'not-loaded' });
  });

  it('asks again when a model ends early, three times at most, and tells what was measured', async () => {
    await importFile('a.gguf');
    llama.answers = [Array.from({ length: 10 }, () => ' x')];
    expect(await here.local.loadTest('a')).toMatchObject({ tokens: 30 });
    llama.answers = [[]];
    expect(await here.local.loadTest('a')).toMatchObject({ tokens: 0, tokensPerSecond: 0 });
    expect((await find('a')).tokensPerSecond).toBeGreaterThan(0);
  });

  it('of another model than the one in use brings that one back', async () => {
    await importFile('a.gguf');
    await importFile('b.gguf', pretendGguf(BYTES, 3));
    await here.local.useModel('a');
    await here.local.loadTest('b');
    await vi.waitUntil(async () => (await find('a')).load === 'loaded');
    expect(await find('b')).toMatchObject({ load: 'not-loaded' });
    expect((await here.local.loadTest('a')).loadMs).toBe(0);
    expect(await find('a')).toMatchObject({ load: 'loaded', inUse: true });
  });

  it('of an embedder measures vectors', async () => {
    await here.local.addFile(outside('embed.gguf'));
    const result = await here.local.loadTest('embed');
    expect(result.tokens).toBe(320);
    expect(result.tokensPerSecond).toBeGreaterThan(0);
  });

  it('runs once at a time, and protects its model', async () => {
    await importFile('a.gguf');
    const running = here.local.loadTest('a');
    await expect(here.local.loadTest('a')).rejects.toThrow(failure('MODEL_BUSY'));
    await expect(here.local.deleteModel('a')).rejects.toThrow(failure('MODEL_BUSY'));
    await running;
  });
});

describe('deleting', () => {
  it('stops a loaded model, removes its file, and tells the bytes freed', async () => {
    await importFile('a.gguf');
    await here.local.useModel('a');
    const changes = here.changes();
    expect(await here.local.deleteModel('a')).toEqual({ freedBytes: BYTES });
    expect(here.changes()).toBeGreaterThan(changes);
    expect(existsSync(join(folder.path, 'models/a.gguf'))).toBe(false);
    expect(here.config.connections).toMatchObject([{ model: null }]);
    expect(llama.unloads).toEqual(['instruct']);
    await expect(here.local.deleteModel('a')).rejects.toThrow(failure('MODEL_NOT_FOUND'));
    await expect(here.local.deleteModel('one')).rejects.toThrow(failure('MODEL_NOT_INSTALLED'));
  });
});
