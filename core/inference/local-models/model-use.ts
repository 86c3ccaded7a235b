import { EngineError } from '../../contract/errors.ts';
import type { Clock } from '../../sources.ts';
import { connectionSchema, type Connection, type ModelsConfig } from '../models-config.ts';
import type { LlamaHost, LlamaStatus } from '../providers/llama/llama-host.ts';
import { isUsedBy, type ModelLibrary, type ResolvedModel } from './model-library.ts';

const CONNECTION_ID = 'local';
const CONNECTION_NAME = 'This machine';
/** A load in the background that failed is not tried again sooner. */
const REST_AFTER_FAILURE_MS = 60_000;
const FIELD_OF_ROLE = { instruct: 'model', embedder: 'embeddingModel' } as const;
type Role = ResolvedModel['role'];

/** Which models are in memory, and which of them the connection to this machine names. */
export class ModelUse {
  readonly #parts: { library: ModelLibrary; config: ModelsConfig; llama: LlamaHost; clock: Clock; fits: (modelId: string, contextTokens: number) => Promise<boolean> };
  readonly #loading = new Map<Role, AbortController>();
  readonly #restUntil = new Map<string, number>();

  constructor(parts: { library: ModelLibrary; config: ModelsConfig; llama: LlamaHost; clock: Clock; fits: (modelId: string, contextTokens: number) => Promise<boolean> }) { this.#parts = parts; }

  status(role: Role): LlamaStatus | undefined { return this.#parts.llama.status().find((status) => status.role === role); }

  /** An installed model. @throws EngineError MODEL_NOT_FOUND, MODEL_NOT_INSTALLED */
  installed(modelId: string): ResolvedModel {
    const model = this.#parts.library.resolve(modelId);
    if (model) return model;
    if (!this.#parts.library.knows(modelId)) throw new EngineError('MODEL_NOT_FOUND', { modelId });
    throw new EngineError('MODEL_NOT_INSTALLED', { name: this.#parts.library.nameOf(modelId) });
  }

  /** Loads a model because a person asked, and makes it the one that answers here. @throws EngineError MODEL_* */
  async use(modelId: string, contextTokens: number | null): Promise<void> {
    const model = this.installed(modelId);
    await this.load(model, contextTokens, true);
    this.#saveConnection(model, contextTokens);
  }

  /** @throws EngineError MODEL_*; what was loaded before is loaded again when this fails */
  async load(model: ResolvedModel, contextTokens: number | null, asked: boolean): Promise<LlamaStatus> {
    this.#loading.get(model.role)?.abort();
    const stop = new AbortController();
    this.#loading.set(model.role, stop);
    try {
      const loaded = await this.#parts.llama.load({ ...model, contextTokens: contextTokens ?? await this.#chooseContext(model), asked }, stop.signal);
      this.#restUntil.delete(model.file);
      return loaded;
    } catch (error) {
      this.#loaded(model.role, stop);
      this.#restUntil.set(model.file, this.#parts.clock.now() + REST_AFTER_FAILURE_MS);
      if (stop.signal.aborted) throw new EngineError('MODEL_BUSY', { name: model.name, reason: 'it was stopped, or another model was asked for, while it was loading.' }, { cause: error });
      if (asked) for (const connection of this.#connections()) this.warm(connection);
      throw error;
    } finally {
      this.#loaded(model.role, stop);
    }
  }

  /** Takes a model out of memory and out of the connections that name it. */
  async stop(modelId: string): Promise<void> {
    for (const { role, modelId: current, state } of this.#parts.llama.status()) {
      if (current !== modelId || state === 'empty') continue;
      this.#loading.get(role)?.abort();
      await this.#parts.llama.unload(role);
    }
    const connections = this.#parts.config.providers().providers;
    const changed = connections.map((connection) => {
      const without = { ...connection };
      for (const role of ['instruct', 'embedder'] as const) if (isUsedBy(this.#parts.library, connection, modelId, role)) without[FIELD_OF_ROLE[role]] = null;
      return without;
    });
    if (changed.some((connection, index) => connection.model !== connections[index]?.model || connection.embeddingModel !== connections[index]?.embeddingModel)) this.#parts.config.saveConnections(changed);
  }

  /** Loads what a connection names, in the background. What is held back after crashes waits to be asked for. */
  warm(connection: Connection): void {
    if (connection.kind !== 'llama') return;
    for (const role of ['instruct', 'embedder'] as const) {
      const named = connection[FIELD_OF_ROLE[role]];
      const model = named === null ? undefined : this.#parts.library.resolve(named);
      if (!model || this.#loading.has(role) || this.#rests(model)) continue;
      const status = this.status(role);
      if (status?.modelId === model.modelId && status.state !== 'empty' && status.state !== 'failed') continue;
      // Its status tells when this fails.
      this.load({ ...model, role }, role === 'instruct' ? connection.contextTokens : null, false).catch(() => {});
    }
  }

  close(): void { for (const stop of this.#loading.values()) stop.abort(); }

  /** A load came to its end, unless another one took its place. */
  #loaded(role: Role, stop: AbortController): void { if (this.#loading.get(role) === stop) this.#loading.delete(role); }
  #rests({ file }: ResolvedModel): boolean { return this.#parts.clock.now() < (this.#restUntil.get(file) ?? 0); }
  #connections(): Connection[] { return this.#parts.config.providers().providers.filter(({ kind, enabled }) => kind === 'llama' && enabled); }

  /** What the lane asks for when that fits; otherwise the host chooses by memory. */
  async #chooseContext({ modelId, role }: ResolvedModel): Promise<number | null> {
    const asked = this.#parts.library.contextTokens(modelId, role);
    return await this.#parts.fits(modelId, asked) ? asked : null;
  }

  #saveConnection({ modelId, role }: ResolvedModel, contextTokens: number | null): void {
    const connections = this.#parts.config.providers().providers;
    const change: Partial<Connection> = { enabled: true, [FIELD_OF_ROLE[role]]: modelId, ...(role === 'instruct' ? { contextTokens } : {}) };
    const own = connections.find(({ id, kind }) => kind === 'llama' && id === CONNECTION_ID) ?? connections.find(({ kind }) => kind === 'llama');
    if (own) {
      this.#parts.config.saveConnections(connections.map((connection) => (connection === own ? { ...connection, ...change } : connection)));
      return;
    }
    const taken = new Set(connections.map(({ id }) => id));
    let id = CONNECTION_ID;
    for (let number = 2; taken.has(id); number++) id = `${CONNECTION_ID}-${number}`;
    this.#parts.config.saveConnections([...connections, { ...connectionSchema.parse({ id, kind: 'llama', name: CONNECTION_NAME, needsKey: false }), ...change }]);
  }
}
