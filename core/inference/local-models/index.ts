import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../contract/errors.ts';
import type { Download, LocalModel, LocalModels } from '../../contract/models.ts';
import { isoFrom, type Clock, type Ids } from '../../sources.ts';
import type { Store } from '../../storage/store.ts';
import { whyNotBaseUrl } from '../base-url.ts';
import { InferenceError } from '../inference-error.ts';
import type { Connection, ModelsConfig } from '../models-config.ts';
import type { FetchFor } from '../provider-definition.ts';
import type { LlamaHost } from '../providers/llama/llama-host.ts';
import { DownloadQueue } from './download-queue.ts';
import { DownloadRepository } from './download-repository.ts';
import { DOWNLOAD_DEFAULTS, type DownloadOptions } from './download-run.ts';
import { HubClient } from './hub-client.ts';
import { testEmbedder, testInstruct, type LoadTestResult } from './load-test.ts';
import { coresOfMachine, MachineMemoryReader } from './machine-memory.ts';
import { ModelFileRepository } from './model-file-repository.ts';
import { memoryForModels } from './model-fit.ts';
import { ModelImport } from './model-import.ts';
import { ModelInstaller } from './model-installer.ts';
import { ModelLibrary, type ResolvedModel } from './model-library.ts';
import { ModelUse } from './model-use.ts';

export type { ResolvedModel } from './model-library.ts';
export type { DownloadOptions } from './download-run.ts';

export interface LocalModelsParts {
  store: Store;
  /** The data folder; models lie in `models/` inside. */
  folder: string;
  clock: Clock;
  ids: Ids;
  config: ModelsConfig;
  llama: LlamaHost;
  fetchFor: FetchFor;
  freeBytes: () => number;
  /** Files, downloads or what is loaded changed; not called for each bit of progress. */
  onChange: () => void;
  /** `HF_ENDPOINT` stands for the hub unless a mirror is set, as in the hub's own tools. */
  env?: Readonly<Record<string, string | undefined>>;
  options?: Partial<DownloadOptions>;
}

/** Models that run on this machine: the catalogue, downloads, imports, what fits, what is loaded. The calls are those of the contract. */
export interface LocalModelsService {
  local(): Promise<LocalModels>;
  /** @throws EngineError MODEL_NOT_FOUND */
  download(modelId: string): Download;
  pauseDownload(modelId: string): Promise<Download>;
  cancelDownload(modelId: string): Promise<Record<string, never>>;
  watchDownloads(signal?: AbortSignal): AsyncGenerator<Download[]>;
  /** @throws EngineError INPUT_INVALID */
  setMirror(url: string | null): Record<string, never>;
  importStart(input: { name: string; bytes: number }): Promise<{ importId: string; receivedBytes: number }>;
  importChunk(input: { importId: string; offset: number; chunk: Blob }): Promise<{ receivedBytes: number }>;
  importFinish(importId: string): Promise<LocalModel>;
  importCancel(importId: string): Promise<Record<string, never>>;
  addFile(path: string): Promise<LocalModel>;
  useModel(modelId: string, contextTokens?: number): Promise<LocalModel>;
  stopModel(modelId: string): Promise<LocalModel>;
  loadTest(modelId: string, signal?: AbortSignal): Promise<LoadTestResult>;
  deleteModel(modelId: string): Promise<{ freedBytes: number }>;
  /** For the provider pool: an installed model by id, or a GGUF file by absolute path. */
  resolve(modelIdOrPath: string): ResolvedModel | undefined;
  /** Loads what a `llama` connection names, in the background. */
  warm(connection: Connection): void;
  close(): Promise<void>;
}

/** Opens the models of a data folder. Downloads that ran when the app ended stand still until they are resumed. */
export function createLocalModels(parts: LocalModelsParts): LocalModelsService { return new LocalModelsHere(parts); }

class LocalModelsHere implements LocalModelsService {
  readonly #parts: LocalModelsParts;
  readonly #folder: string;
  readonly #files: ModelFileRepository;
  readonly #library: ModelLibrary;
  readonly #memory: MachineMemoryReader;
  readonly #downloads: DownloadQueue;
  readonly #imports: ModelImport;
  readonly #use: ModelUse;
  readonly #unsubscribe: (() => void)[];
  readonly #closing = new AbortController();
  #testing: string | undefined;

  constructor(parts: LocalModelsParts) {
    const { store, folder, clock, config, llama, fetchFor, freeBytes, onChange } = parts;
    this.#parts = parts;
    this.#folder = join(folder, 'models');
    this.#files = new ModelFileRepository(store);
    this.#memory = new MachineMemoryReader(llama);
    const options = { ...DOWNLOAD_DEFAULTS, ...parts.options };
    const downloads = new DownloadRepository(store);
    this.#library = new ModelLibrary(this.#files, config, () => this.#base());
    const installer = new ModelInstaller({ files: this.#files, downloads, llama, clock, folder: this.#folder, catalogueHas: (modelId) => this.#library.catalogueModel(modelId) !== undefined });
    this.#downloads = new DownloadQueue({
      repository: downloads, hub: new HubClient(fetchFor, options.stallMs), options, folder: this.#folder, freeBytes, now: () => isoFrom(clock.now()), onChange,
      base: () => this.#base(), model: (modelId) => this.#library.catalogueModel(modelId),
      install: (model, fetched, url, forget) => installer.installDownload(model, fetched, url, forget),
    });
    this.#imports = new ModelImport({ installer, folder: this.#folder, freeBytes, floorBytes: options.floorBytes });
    this.#use = new ModelUse({ library: this.#library, config, llama, clock, fits: (modelId, contextTokens) => this.#fits(modelId, contextTokens) });
    this.#unsubscribe = [llama.onChange(() => { this.#memory.forget(); onChange(); }), config.onChange(onChange)];
  }

  async local(): Promise<LocalModels> {
    const statuses = this.#parts.llama.status();
    const memory = await this.#memory.read();
    const diskFreeBytes = this.#parts.freeBytes();
    const cores = coresOfMachine();
    const models = this.#library.list({ statuses, memory, cores, diskFreeBytes, downloads: new Map(this.#downloads.list().map((download) => [download.modelId, download])) });
    const loadedModelBytes = statuses.reduce((sum, status) => sum + status.modelBytes, 0);
    const loadedContextBytes = statuses.reduce((sum, status) => sum + status.contextBytes, 0);
    return {
      models, mirror: this.#mirror(), problems: this.#parts.config.problems().filter(({ file }) => file.endsWith('catalogue.json')),
      machine: {
        memoryBytes: memory.totalBytes, usedByOthersBytes: Math.max(0, memory.totalBytes - memory.availableBytes - loadedModelBytes - loadedContextBytes),
        forModelsBytes: memoryForModels(memory, loadedModelBytes + loadedContextBytes), loadedModelBytes, loadedContextBytes,
        cores, accelerator: memory.accelerator, diskFreeBytes, folder: this.#folder,
        modelsOnDiskBytes: this.#files.all().reduce((sum, { owned, path }) => sum + (owned ? sizeOf(path) : 0), 0) + this.#downloads.partialBytes() + this.#imports.partialBytes(),
      },
    };
  }

  download(modelId: string): Download {
    const model = this.#library.catalogueModel(modelId);
    if (!model) throw new EngineError('MODEL_NOT_FOUND', { modelId });
    const here = this.#library.resolve(modelId) && this.#files.get(modelId);
    if (here) return { modelId, name: here.name, state: 'done', receivedBytes: here.bytes, totalBytes: here.bytes, bytesPerSecond: null, secondsLeft: null, from: URL.parse(here.source ?? '')?.host ?? '', problem: null };
    return this.#downloads.start(model);
  }
  pauseDownload(modelId: string): Promise<Download> { return this.#downloads.pause(modelId); }
  async cancelDownload(modelId: string): Promise<Record<string, never>> {
    await this.#downloads.cancel(modelId);
    return {};
  }
  watchDownloads(signal?: AbortSignal): AsyncGenerator<Download[]> { return this.#downloads.watch(signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal); }

  setMirror(url: string | null): Record<string, never> {
    const trimmed = url?.trim().replace(/\/+$/, '') ?? '';
    const why = trimmed === '' ? null : whyNotBaseUrl(trimmed);
    if (why !== null) throw new EngineError('INPUT_INVALID', { reason: `${why}.` });
    this.#files.saveMirror(trimmed === '' ? null : trimmed, isoFrom(this.#parts.clock.now()));
    this.#parts.onChange();
    return {};
  }

  importStart(input: { name: string; bytes: number }): Promise<{ importId: string; receivedBytes: number }> { return this.#imports.start(input); }
  importChunk(input: { importId: string; offset: number; chunk: Blob }): Promise<{ receivedBytes: number }> { return this.#imports.chunk(input); }
  async importFinish(importId: string): Promise<LocalModel> { return this.#changed(await this.#imports.finish(importId)); }
  async importCancel(importId: string): Promise<Record<string, never>> {
    await this.#imports.cancel(importId);
    return {};
  }
  async addFile(path: string): Promise<LocalModel> { return this.#changed(await this.#imports.addFile(path)); }

  async useModel(modelId: string, contextTokens?: number): Promise<LocalModel> {
    await this.#use.use(modelId, contextTokens ?? null);
    return this.#changed(modelId);
  }
  async stopModel(modelId: string): Promise<LocalModel> {
    if (!this.#library.knows(modelId)) throw new EngineError('MODEL_NOT_FOUND', { modelId });
    await this.#use.stop(modelId);
    return this.#changed(modelId);
  }

  async loadTest(modelId: string, signal?: AbortSignal): Promise<LoadTestResult> {
    const model = this.#use.installed(modelId);
    if (this.#testing !== undefined) throw new EngineError('MODEL_BUSY', { name: this.#library.nameOf(this.#testing), reason: 'a load test is running.' });
    this.#testing = modelId;
    const { llama } = this.#parts;
    const before = this.#use.status(model.role);
    const wasLoaded = before?.modelId === model.modelId && before.state === 'loaded';
    try {
      const startedAt = performance.now();
      if (!wasLoaded) await this.#use.load(model, null, true);
      const loadMs = wasLoaded ? 0 : Math.round(performance.now() - startedAt);
      const options = { signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal, reason: 'load test', priority: 'interactive' as const };
      const measured = await (model.role === 'embedder' ? testEmbedder(llama, model.modelId, options) : testInstruct(llama, model.modelId, options));
      if (measured.tokensPerSecond > 0) this.#files.saveSpeed(modelId, measured.tokensPerSecond);
      return { loadMs, ...measured };
    } catch (error) {
      if (error instanceof InferenceError) throw new EngineError('MODEL_LOAD_FAILED', { name: model.name, reason: `${error.says}.` }, { cause: error });
      throw error;
    } finally {
      this.#testing = undefined;
      if (!wasLoaded) await this.#restore(model);
      this.#parts.onChange();
    }
  }

  async deleteModel(modelId: string): Promise<{ freedBytes: number }> {
    if (!this.#files.get(modelId) && !this.#downloads.get(modelId)) throw new EngineError(this.#library.knows(modelId) ? 'MODEL_NOT_INSTALLED' : 'MODEL_NOT_FOUND', { modelId, name: this.#library.nameOf(modelId) });
    if (this.#testing === modelId) throw new EngineError('MODEL_BUSY', { name: this.#library.nameOf(modelId), reason: 'a load test is running.' });
    let freedBytes = await this.#downloads.cancel(modelId);
    // Read after that: a download may have been finished in the meantime.
    const file = this.#files.get(modelId);
    if (file) {
      await this.#use.stop(modelId);
      if (file.owned) {
        const bytes = sizeOf(file.path);
        try { rmSync(file.path, { force: true }); } catch (error) {
          throw new EngineError('MODEL_BUSY', { name: file.name, reason: `its file could not be removed (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).` }, { cause: error });
        }
        freedBytes += bytes;
      }
      this.#files.remove(modelId);
    }
    this.#parts.onChange();
    return { freedBytes };
  }

  resolve(modelIdOrPath: string): ResolvedModel | undefined { return this.#library.resolve(modelIdOrPath); }
  warm(connection: Connection): void { this.#use.warm(connection); }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#use.close();
    await Promise.all([this.#downloads.close(), this.#imports.close()]);
  }

  /** After a test: what the connections name, or nothing, as before. */
  async #restore(tested: ResolvedModel): Promise<void> {
    const connections = this.#parts.config.providers().providers.filter(({ kind, enabled }) => kind === 'llama' && enabled);
    const named = connections.map(({ model, embeddingModel }) => (tested.role === 'embedder' ? embeddingModel : model)).filter((name) => name !== null).map((name) => this.#library.resolve(name)?.modelId);
    if (named.includes(tested.modelId)) return;
    if (named.some((modelId) => modelId !== undefined)) for (const connection of connections) this.#use.warm(connection);
    else if (this.#use.status(tested.role)?.modelId === tested.modelId) await this.#parts.llama.unload(tested.role).catch(() => {});
  }

  async #fits(modelId: string, contextTokens: number): Promise<boolean> {
    const file = this.#files.get(modelId);
    const need = file?.facts.memory;
    if (!need) return false;
    const freed = this.#parts.llama.status().reduce((sum, status) => sum + (status.role === file.role ? status.modelBytes + status.contextBytes : 0), 0);
    return need.fixedBytes + need.bytesPerToken * contextTokens <= memoryForModels(await this.#memory.read(), freed);
  }

  async #changed(modelId: string): Promise<LocalModel> {
    this.#memory.forget();
    this.#parts.onChange();
    const model = (await this.local()).models.find((one) => one.modelId === modelId);
    if (!model) throw new EngineError('MODEL_NOT_FOUND', { modelId });
    return model;
  }

  #mirror(): string | null {
    const chosen = this.#files.mirror();
    if (chosen !== null) return chosen;
    const named = this.#parts.env?.['HF_ENDPOINT']?.trim().replace(/\/+$/, '');
    return named !== undefined && named !== '' && whyNotBaseUrl(named) === null ? named : null;
  }
  #base(): string { return this.#mirror() ?? this.#parts.config.catalogue().hub.replace(/\/+$/, ''); }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
