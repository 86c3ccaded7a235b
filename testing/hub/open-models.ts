import { readFileSync } from 'node:fs';
import { createLocalModels, type DownloadOptions, type LocalModelsService } from '../../core/inference/local-models/index.ts';
import { catalogueFileSchema, connectionSchema, lanesFileSchema, providersFileSchema, type CatalogueModel, type Connection, type ModelsConfig } from '../../core/inference/models-config.ts';
import type { FetchFor } from '../../core/inference/provider-definition.ts';
import type { LlamaHost } from '../../core/inference/providers/llama/llama-host.ts';
import { countingIds, SettableClock } from '../../core/sources.ts';
import { claimDataFolder } from '../../core/storage/data-folder.ts';
import { openStore } from '../../core/storage/open-store.ts';
import type { Store } from '../../core/storage/store.ts';
import { PROJECT, START } from '../engine.ts';

/** A file of `bytes` bytes that begins as a GGUF does and is different in every place. */
export function pretendGguf(bytes: number, seed = 1): Buffer {
  const file = Buffer.alloc(bytes);
  let state = seed;
  for (let at = 0; at < bytes; at++) { state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0; file[at] = state >>> 16; }
  file.write('GGUF', 0, 'latin1');
  return file;
}

/** An entry of a catalogue whose repository is `test/<id>` and whose file is `<id>.gguf`. */
export function catalogueModel(id: string, change: Partial<CatalogueModel> = {}): CatalogueModel {
  return { id, name: `Model ${id}`, about: 'For tests.', role: 'instruct', repository: `test/${id}`, file: `${id}.gguf`, revision: 'main', parametersB: 1, quantisation: 'F32', contextTokens: 8192, licence: 'MIT', licenceUrl: null, aboutFileBytes: 1_000_000, layers: 2, keyValueWidth: 64, checked: '2026-11-21', ...change };
}

/** A configuration in memory, with the project's own lanes. */
export function configInMemory(hub: string, models: CatalogueModel[], connections: Connection[] = []): ModelsConfig & { connections: Connection[] } {
  const lanes = lanesFileSchema.parse(JSON.parse(readFileSync(`${PROJECT}/models/lanes.json`, 'utf8')));
  const config = {
    connections,
    providers: () => providersFileSchema.parse({ version: 1, providers: config.connections }), lanes: () => lanes, prices: () => ({ version: 1 as const, prices: [] }),
    catalogue: () => catalogueFileSchema.parse({ version: 1, hub, models }), problems: () => [],
    saveConnections: (saved: Connection[]) => { config.connections = saved.map((connection) => connectionSchema.parse(connection)); },
    saveLanes: () => {}, reload: () => {}, onChange: () => () => {}, close: () => Promise.resolve(),
  };
  return config;
}

/** Small numbers, so that a few kilobytes behave like gigabytes. */
export const QUICK: DownloadOptions = { chunkBytes: 4096, stallMs: 300, retryWaitsMs: [10, 20, 40], longestWaitMs: 5_000, floorBytes: 1000 };

export interface OpenedModels { local: LocalModelsService; config: ReturnType<typeof configInMemory>; clock: SettableClock; changes: () => number; close(): Promise<void> }

/** Local models on a real migrated database in a folder. */
export function openModels(parts: { folder: string; hub: string; models: CatalogueModel[]; llama: LlamaHost; config?: ReturnType<typeof configInMemory>; fetchFor?: FetchFor; throughDoor?: (store: Store) => FetchFor; freeBytes?: () => number; options?: Partial<DownloadOptions>; env?: Record<string, string> }): OpenedModels {
  const folder = claimDataFolder(parts.folder);
  const clock = new SettableClock(START);
  const { store } = openStore(folder, () => new Date().toISOString());
  const config = parts.config ?? configInMemory(parts.hub, parts.models);
  let changes = 0;
  const local = createLocalModels({
    store, folder: folder.path, clock, ids: countingIds(), config, llama: parts.llama, fetchFor: parts.throughDoor?.(store) ?? parts.fetchFor ?? (() => globalThis.fetch), freeBytes: parts.freeBytes ?? (() => store.freeBytes()),
    onChange: () => { changes++; }, options: { ...QUICK, ...parts.options }, ...(parts.env ? { env: parts.env } : {}),
  });
  return {
    local, config, clock, changes: () => changes,
    async close() { await local.close(); store.close(); folder.release(); },
  };
}
