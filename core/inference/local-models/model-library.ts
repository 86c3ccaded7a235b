import { statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { Download, Lane, LocalModel } from '../../contract/models.ts';
import type { CatalogueModel, Connection, ModelsConfig } from '../models-config.ts';
import type { LlamaStatus, MachineMemory } from '../providers/llama/llama-host.ts';
import type { ModelFile, ModelFileRepository } from './model-file-repository.ts';
import { estimateFromShape, judgeFit, memoryForModels, recommend, type MemoryNeed } from './model-fit.ts';

/** A file that can be loaded. */
export interface ResolvedModel { modelId: string; name: string; file: string; role: 'instruct' | 'embedder' }

/** What a list of models is drawn from. */
export interface LibraryView {
  statuses: readonly LlamaStatus[];
  memory: MachineMemory;
  cores: number;
  diskFreeBytes: number;
  downloads: ReadonlyMap<string, Download>;
}

const LANE_OF_ROLE: Record<'instruct' | 'embedder', Lane> = { instruct: 'interactive-deep', embedder: 'embedding' };

/** Models that are here or could be: the catalogue, and what is installed. */
export class ModelLibrary {
  readonly #files: ModelFileRepository;
  readonly #config: ModelsConfig;
  readonly #base: () => string;

  constructor(files: ModelFileRepository, config: ModelsConfig, base: () => string) {
    this.#files = files;
    this.#config = config;
    this.#base = base;
  }

  catalogueModel(modelId: string): CatalogueModel | undefined { return this.#config.catalogue().models.find(({ id }) => id === modelId); }

  /** An installed model by its id, or a GGUF file by its absolute path. Undefined when the file is not there, or not as it was. */
  resolve(modelIdOrPath: string): ResolvedModel | undefined {
    if (isAbsolute(modelIdOrPath)) {
      const known = this.#files.all().find(({ path }) => path === modelIdOrPath);
      if (known) return isUsable(known) ? resolved(known) : undefined;
      const found = statSync(modelIdOrPath, { throwIfNoEntry: false });
      return found?.isFile() ? { modelId: modelIdOrPath, name: basename(modelIdOrPath).replace(/\.gguf$/i, ''), file: modelIdOrPath, role: 'instruct' } : undefined;
    }
    const file = this.#files.get(modelIdOrPath);
    return file && isUsable(file) ? resolved(file) : undefined;
  }

  nameOf(modelId: string): string { return this.#files.get(modelId)?.name ?? this.catalogueModel(modelId)?.name ?? modelId; }
  knows(modelId: string): boolean { return this.#files.get(modelId) !== undefined || this.catalogueModel(modelId) !== undefined; }

  /** Tokens that the lane of this role asks for, at most what the model was trained for. */
  contextTokens(modelId: string, role: 'instruct' | 'embedder'): number {
    const asked = this.#config.lanes().lanes[LANE_OF_ROLE[role]].contextTokens;
    const trained = this.#files.get(modelId)?.facts.trainedContextTokens ?? this.catalogueModel(modelId)?.contextTokens ?? asked;
    return Math.min(asked, trained);
  }

  /** What a model of the list needs, fits and does, in the order of the catalogue; the person's own files come last. */
  list(view: LibraryView): LocalModel[] {
    const files = new Map(this.#files.all().map((file) => [file.modelId, file]));
    const catalogue = this.#config.catalogue().models;
    const listed = new Set(catalogue.map(({ id }) => id));
    const connections = this.#config.providers().providers.filter(({ kind, enabled }) => kind === 'llama' && enabled);
    const models = [
      ...catalogue.map((model) => this.#view(model, files.get(model.id), connections, view)),
      ...[...files.values()].filter(({ modelId }) => !listed.has(modelId)).map((file) => this.#view(undefined, file, connections, view)),
    ];
    const best = recommend(models, { cores: view.cores, hasGraphicsCard: (view.memory.acceleratorBytes ?? 0) > 0, diskFreeBytes: view.diskFreeBytes });
    return models.map((model) => (model.modelId === best ? { ...model, recommended: true } : model));
  }

  #view(listed: CatalogueModel | undefined, file: ModelFile | undefined, connections: readonly Connection[], view: LibraryView): LocalModel {
    const modelId = file?.modelId ?? listed?.id ?? '';
    const role = file?.role ?? listed?.role ?? 'instruct';
    const usable = file !== undefined && isUsable(file);
    const download = view.downloads.get(modelId) ?? null;
    const status = view.statuses.find((one) => one.modelId === modelId);
    const fromFile = usable ? file.facts.memory : null;
    const need: MemoryNeed | null = fromFile ?? (listed ? estimateFromShape(listed) : null);
    const contextTokens = status?.state === 'loaded' && status.contextTokens !== null ? status.contextTokens : this.contextTokens(modelId, role);
    const loaded = view.statuses.filter((one) => one.role === role).reduce((sum, { modelBytes, contextBytes }) => sum + modelBytes + contextBytes, 0);
    return {
      modelId, role, name: file?.name ?? listed?.name ?? modelId, about: listed?.about ?? aboutFile(file), origin: listed ? 'catalogue' : file?.origin ?? 'catalogue', installed: usable,
      parametersB: listed?.parametersB ?? (file?.facts.parameters ? file.facts.parameters / 1e9 : null), quantisation: listed?.quantisation ?? file?.facts.quantisation ?? null,
      licence: listed?.licence ?? file?.facts.licence ?? null, licenceUrl: listed?.licenceUrl ?? null, contextTokens: file?.facts.trainedContextTokens ?? listed?.contextTokens ?? null,
      sourceUrl: listed ? `${this.#base()}/${listed.repository}` : null,
      ...sizeOf(usable ? file : undefined, download, listed),
      fit: judgeFit(need, contextTokens, memoryForModels(view.memory, loaded), fromFile !== null), recommended: false,
      inUse: connections.some((connection) => isUsedBy(this, connection, modelId, role)),
      ...loadOf(status, file, usable), tokensPerSecond: file?.tokensPerSecond ?? null,
      download: usable || download?.state === 'done' ? null : download,
    };
  }
}

/** Whether a connection names this model, by its id or by the path of its file. */
export function isUsedBy(library: ModelLibrary, { model, embeddingModel }: Connection, modelId: string, role: 'instruct' | 'embedder'): boolean {
  const named = role === 'embedder' ? embeddingModel : model;
  return named !== null && (named === modelId || (isAbsolute(named) && library.resolve(named)?.modelId === modelId));
}

const resolved = ({ modelId, name, path, role }: ModelFile): ResolvedModel => ({ modelId, name, file: path, role });

/** A file of ours must be as it was when it was checked; the person's own may change. */
function isUsable(file: ModelFile): boolean {
  const found = statSync(file.path, { throwIfNoEntry: false });
  return found?.isFile() === true && (!file.owned || found.size === file.bytes);
}

function aboutFile(file: ModelFile | undefined): string {
  if (!file) return '';
  return file.owned ? 'Your own file, copied into the data folder.' : `Your own file, used where it lies: ${file.path}`;
}

/** Exact when it is here or the hub has told. */
function sizeOf(file: ModelFile | undefined, download: Download | null, listed: CatalogueModel | undefined): Pick<LocalModel, 'fileBytes' | 'fileBytesAbout' | 'sha256'> {
  if (file) return { fileBytes: file.bytes, fileBytesAbout: false, sha256: file.sha256 };
  if (download?.totalBytes != null) return { fileBytes: download.totalBytes, fileBytesAbout: false, sha256: null };
  return { fileBytes: listed?.aboutFileBytes ?? null, fileBytesAbout: true, sha256: null };
}

const LOAD_OF_STATE = { empty: 'not-loaded', loading: 'loading', restarting: 'loading', loaded: 'loaded', failed: 'failed', 'held-back': 'held-back' } as const satisfies Record<LlamaStatus['state'], LocalModel['load']>;

function loadOf(status: LlamaStatus | undefined, file: ModelFile | undefined, usable: boolean): Pick<LocalModel, 'load' | 'loadSays'> {
  if (status && status.state !== 'empty') return { load: LOAD_OF_STATE[status.state], loadSays: status.says };
  if (file && !usable) return { load: 'not-loaded', loadSays: 'Its file is no longer there, or is not as it was when it was checked.' };
  return { load: 'not-loaded', loadSays: file?.facts.checked === 'size-only' && file.origin === 'catalogue' ? 'The hub gave no checksum for this file; its size and form were checked.' : null };
}
