import { mkdirSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../../contract/errors.ts';
import { isoFrom, type Clock } from '../../sources.ts';
import type { CatalogueModel } from '../models-config.ts';
import type { GgufFacts, LlamaHost } from '../providers/llama/llama-host.ts';
import type { DownloadRepository } from './download-repository.ts';
import type { Fetched } from './download-run.ts';
import type { ModelFileFacts, ModelFileRepository } from './model-file-repository.ts';
import { needFromEstimates } from './model-fit.ts';
import { freeFileName, freeModelId, safeFileName, shownName } from './model-names.ts';

/** Two points are enough: memory grows in a straight line with the context. */
const ESTIMATED_CONTEXTS = [1024, 4096] as const;

/** Makes files usable: reads their header, estimates their memory, moves them where they stay, and writes them down. */
export class ModelInstaller {
  readonly #parts: { files: ModelFileRepository; downloads: DownloadRepository; llama: LlamaHost; clock: Clock; folder: string; catalogueHas: (modelId: string) => boolean };
  constructor(parts: { files: ModelFileRepository; downloads: DownloadRepository; llama: LlamaHost; clock: Clock; folder: string; catalogueHas: (modelId: string) => boolean }) { this.#parts = parts; }

  /** A finished download. `forget` removes its record in the same transaction. @throws EngineError MODEL_UNREADABLE, STORAGE_* */
  async installDownload(model: CatalogueModel, fetched: Fetched, url: string, forget: () => void): Promise<void> {
    const { facts, bytes } = await this.inspect(fetched.file, model.role, fetched.checked);
    const path = dirname(fetched.file) === this.#parts.folder ? fetched.file : await this.#moveIn(fetched.file, safeFileName(model.file), model.id);
    this.#parts.downloads.together(() => {
      this.#parts.files.save({
        modelId: model.id, name: model.name, role: model.role, origin: 'catalogue', path, owned: true, bytes, sha256: fetched.sha256, source: url,
        facts: { ...facts, trainedContextTokens: facts.trainedContextTokens ?? model.contextTokens }, tokensPerSecond: null, addedAt: this.#now(),
      });
      forget();
    });
  }

  /** A file that was copied in. The same bytes under another name are not kept twice. */
  async installImport(file: string, name: string, sha256: string): Promise<string> {
    const inspected = await this.inspect(file, undefined, 'own-file');
    const twin = this.#parts.files.all().find((known) => known.sha256 === sha256 && known.owned);
    if (twin) {
      if (await exists(twin.path)) await rm(file, { force: true });
      else this.#parts.files.save({ ...twin, path: await this.#moveIn(file, safeFileName(name), twin.modelId) });
      return twin.modelId;
    }
    return this.#saveOwn(inspected, name, sha256, true, await this.#moveIn(file, safeFileName(name), undefined));
  }

  /** A file that stays where it is. */
  async installInPlace(path: string): Promise<string> {
    const known = this.#parts.files.all().find((file) => file.path === path);
    const inspected = await this.inspect(path, undefined, 'own-file');
    if (known) {
      this.#parts.files.save({ ...known, bytes: inspected.bytes, facts: inspected.facts });
      return known.modelId;
    }
    return this.#saveOwn(inspected, basename(path), null, false, path);
  }

  /** What the header says, and what the file needs in memory. @throws EngineError MODEL_UNREADABLE */
  async inspect(file: string, role: 'instruct' | 'embedder' | undefined, checked: ModelFileFacts['checked']): Promise<{ facts: ModelFileFacts; bytes: number; role: 'instruct' | 'embedder'; named: string | null }> {
    const said: GgufFacts = await this.#parts.llama.inspect(file);
    const as = role ?? (said.isEmbedder ? 'embedder' : 'instruct');
    const { architecture, parameters, quantisation, licence, trainedContextTokens, hasChatTemplate } = said;
    return {
      facts: { architecture, parameters, quantisation, licence: licence?.slice(0, 80) ?? null, trainedContextTokens, hasChatTemplate, memory: await this.#estimate(file, as, trainedContextTokens), checked },
      bytes: said.fileBytes, role: as, named: said.name,
    };
  }

  async #estimate(file: string, role: 'instruct' | 'embedder', trained: number | null): Promise<ModelFileFacts['memory']> {
    const [small, large] = ESTIMATED_CONTEXTS.map((contextTokens) => Math.min(contextTokens, trained ?? contextTokens)) as [number, number];
    try {
      const low = await this.#parts.llama.estimate(file, small, role);
      const high = large > small ? await this.#parts.llama.estimate(file, large, role) : low;
      return needFromEstimates({ contextTokens: small, ...low }, { contextTokens: large, ...high });
    } catch {
      return null;
    }
  }

  #saveOwn({ facts, bytes, role, named }: Awaited<ReturnType<ModelInstaller['inspect']>>, name: string, sha256: string | null, owned: boolean, path: string): string {
    const modelId = freeModelId(basename(path), (id) => this.#parts.catalogueHas(id) || this.#parts.files.get(id) !== undefined);
    this.#parts.files.save({ modelId, name: shownName(named, name), role, origin: 'imported', path, owned, bytes, sha256, source: null, facts, tokensPerSecond: null, addedAt: this.#now() });
    return modelId;
  }

  /** Onto its place under a name nobody else has; on disk before it is written down. `owner` may replace its own file. */
  async #moveIn(from: string, name: string, owner: string | undefined): Promise<string> {
    const { folder, files } = this.#parts;
    mkdirSync(folder, { recursive: true });
    const own = owner === undefined ? undefined : files.get(owner);
    const to = own?.owned && dirname(own.path) === folder ? own.path : join(folder, freeFileName(folder, name, (path) => files.all().some((file) => file.path === path)));
    try {
      await syncFile(from);
      await rename(from, to);
    } catch (error) {
      throw new EngineError('STORAGE_FAILED', { reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }, { cause: error });
    }
    await syncFile(folder, 'r').catch(() => {}); // Windows cannot open a folder.
    return to;
  }

  #now(): string { return isoFrom(this.#parts.clock.now()); }
}

async function syncFile(path: string, flags = 'r+'): Promise<void> {
  const file = await open(path, flags);
  try { await file.sync(); } finally { await file.close(); }
}

const exists = (path: string): Promise<boolean> => open(path, 'r').then((file) => file.close().then(() => true), () => false);
