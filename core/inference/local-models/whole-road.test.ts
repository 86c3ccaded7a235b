import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../testing/engine.ts';
import { startHub, type TestHub } from '../../../testing/hub/hub.ts';
import { catalogueModel, openModels, pretendGguf, type OpenedModels } from '../../../testing/hub/open-models.ts';
import { scriptedLlama } from '../../../testing/hub/scripted-llama.ts';
import { tinyModel } from '../../../testing/tiny-model.ts';
import type { Download, LocalModel } from '../../contract/models.ts';
import { systemClock } from '../../sources.ts';
import { createNetworkDoor, type NetworkDoor } from '../http.ts';
import { forkLauncher } from '../providers/llama/fork-launcher.ts';
import type { LlamaHost } from '../providers/llama/llama-host.ts';
import { createSupervisedLlamaHost } from '../providers/llama/supervised-llama-host.ts';

const tiny = readFileSync(tinyModel({ voice: 'endless' }));
const embedder = readFileSync(tinyModel({ embedder: true }));
const MODELS = [catalogueModel('tiny', { aboutFileBytes: 400_000 }), catalogueModel('vectors', { role: 'embedder' }), catalogueModel('slow')];

let folder: ReturnType<typeof temporaryFolder>;
let hub: TestHub;
let door: NetworkDoor | undefined;
let here: OpenedModels | undefined;
let llama: LlamaHost | undefined;

beforeEach(async () => {
  folder = temporaryFolder();
  hub = await startHub({ 'test/tiny/tiny.gguf': tiny, 'test/vectors/vectors.gguf': embedder, 'test/slow/slow.gguf': pretendGguf(200_000) });
});
afterEach(async () => {
  await here?.local.close();
  await llama?.close();
  await door?.close();
  await here?.close();
  await hub.close();
  folder.dispose();
});

const open = (host: LlamaHost, isLoopback?: () => boolean): OpenedModels => {
  llama = host;
  return (here = openModels({
    folder: folder.path, hub: hub.url, models: MODELS, llama: host, options: { chunkBytes: 64 * 1024, stallMs: 5000 },
    throughDoor: (store) => { door = createNetworkDoor({ store, clock: systemClock, onChange: () => {}, env: {}, ...(isLoopback ? { isLoopback } : {}) }); return (reason) => (door as NetworkDoor).fetchFor(reason); },
  }));
};
async function finish({ local }: OpenedModels, modelId: string): Promise<Download> {
  local.download(modelId);
  for await (const downloads of local.watchDownloads(AbortSignal.timeout(20_000))) {
    const download = downloads.find((one) => one.modelId === modelId);
    if (download && ['done', 'paused', 'failed'].includes(download.state)) return download;
  }
  throw new Error('the download did not end');
}
const find = async ({ local }: OpenedModels, modelId: string): Promise<LocalModel | undefined> => (await local.local()).models.find((model) => model.modelId === modelId);

it('a model is downloaded through the one door, checked, loaded by llama.cpp, measured, and deleted', async () => {
  const opened = open(createSupervisedLlamaHost({ launch: forkLauncher(), crashes: { crashes: () => 0, begin: () => {}, takeBack: () => {}, clear: () => {} } }));
  expect(await finish(opened, 'tiny')).toMatchObject({ state: 'done', totalBytes: tiny.length });
  expect(opened.local.resolve('tiny')).toBeDefined();
  expect(llama?.pid).toBeUndefined();
  expect(await find(opened, 'tiny')).toMatchObject({
    installed: true, fileBytes: tiny.length, sha256: createHash('sha256').update(tiny).digest('hex'), contextTokens: 8192, recommended: true, fit: { verdict: 'fits-well', says: expect.stringMatching(/^Needs \d/) as string },
  });
  const ledger = door?.ledger(undefined, 20);
  expect(ledger?.entries.map(({ reason, method, loopback, outcome }) => ({ reason, method, loopback, outcome }))).toEqual(['GET', 'GET', 'HEAD'].map((method) => ({ reason: 'model download', method, loopback: true, outcome: 'answered' })));

  expect(await opened.local.useModel('tiny', 1024)).toMatchObject({ load: 'loaded', inUse: true, fit: { contextTokens: 1024 } });
  expect(opened.config.connections).toMatchObject([{ id: 'local', model: 'tiny', contextTokens: 1024 }]);
  const { machine } = await opened.local.local();
  expect(machine.loadedModelBytes).toBeGreaterThan(0);
  const result = await opened.local.loadTest('tiny');
  expect(result.tokens).toBeGreaterThanOrEqual(48);
  expect(result).toMatchObject({ loadMs: 0 });
  expect(result.tokensPerSecond).toBeGreaterThan(1);
  expect((await find(opened, 'tiny'))?.tokensPerSecond).toBe(result.tokensPerSecond);

  expect(await finish(opened, 'vectors')).toMatchObject({ state: 'done' });
  const measured = await opened.local.loadTest('vectors');
  expect(measured.tokens).toBeGreaterThan(100);
  expect(measured.loadMs).toBeGreaterThan(0);
  expect(llama?.status().map(({ state }) => state)).toEqual(['loaded', 'empty']);

  expect(await opened.local.deleteModel('tiny')).toEqual({ freedBytes: tiny.length });
  expect(llama?.status().every(({ state }) => state === 'empty')).toBe(true);
  expect(existsSync(join(folder.path, 'models/tiny.gguf'))).toBe(false);
  expect(await find(opened, 'tiny')).toMatchObject({ installed: false, inUse: false, load: 'not-loaded' });
}, 60_000);

it('the Offline lock cuts a download at once, keeps what is there, and resuming fetches only the rest', async () => {
  hub.faults.bytesPerSecond = 100_000;
  const opened = open(scriptedLlama(), () => false);
  opened.local.download('slow');
  await vi.waitUntil(async () => ((await find(opened, 'slow'))?.download?.receivedBytes ?? 0) > 20_000, { timeout: 8000 });
  door?.setLocked(true);
  await vi.waitUntil(async () => (await find(opened, 'slow'))?.download?.state === 'paused', { timeout: 1000 });
  const paused = (await find(opened, 'slow'))?.download;
  expect(paused).toMatchObject({ problem: { code: 'OFFLINE_LOCKED' } });
  hub.takeSentBytes();
  expect(await finish(opened, 'slow')).toMatchObject({ state: 'paused', problem: { code: 'OFFLINE_LOCKED' } });
  expect(hub.takeSentBytes()).toBe(0);
  door?.setLocked(false);
  hub.faults.bytesPerSecond = undefined;
  expect(await finish(opened, 'slow')).toMatchObject({ state: 'done' });
  expect(hub.takeSentBytes()).toBe(200_000 - (paused?.receivedBytes ?? 0));
}, 30_000);
