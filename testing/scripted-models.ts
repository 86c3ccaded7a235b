import type { ConfigProblem, Lane } from '../core/contract/models.ts';
import { InferenceError, type InferenceFault } from '../core/inference/inference-error.ts';
import { collectStream, type CallOptions, type Capabilities, type EmbeddingModel, type LanguageModel, type ModelRequest, type StreamPart, type Usage } from '../core/inference/language-model.ts';
import { connectionSchema, laneConfigSchema, type Connection, type LaneConfig, type ModelsConfig, type PricesFile } from '../core/inference/models-config.ts';
import type { ProviderPool, Readiness } from '../core/inference/provider-definition.ts';

/** One step of a scripted stream: text, a pause in milliseconds, a hang that only the signal ends, a deaf hang that nothing ends, a fault, or the end. */
export type Step = string | { wait: number } | 'HANG' | 'DEAF' | { fault: InferenceFault; retryAfterMs?: number } | { end: Partial<Usage> & { finish?: 'stop' | 'length' | 'tool-calls' | 'filtered' } } | { tool: string } | { raw: StreamPart };
export type Script = readonly Step[] | ((request: ModelRequest) => readonly Step[]);

/** A model that does as its script says; it stands in for a cloud API. */
export class ScriptedModel implements LanguageModel {
  readonly providerId: string;
  readonly modelName: string;
  readonly capabilities: Capabilities;
  script: Script;
  /** Every request it was sent. */
  readonly requests: ModelRequest[] = [];
  /** Calls now running, calls whose signal was aborted. */
  running = 0;
  mostRunning = 0;
  aborted = 0;

  constructor(providerId: string, script: Script, capabilities: Partial<Capabilities> = {}, modelName = `${providerId}-model`) {
    this.providerId = providerId;
    this.modelName = modelName;
    this.script = script;
    this.capabilities = { place: 'away', tools: true, structuredOutput: 'schema', continuesAssistant: false, contextTokens: null, ...capabilities };
  }

  get calls(): number { return this.requests.length; }

  async* stream(request: ModelRequest, { signal }: CallOptions): AsyncGenerator<StreamPart, void, undefined> {
    this.requests.push(request);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    const onAbort = (): void => { this.aborted++; };
    let over = false;
    try {
      signal.addEventListener('abort', onAbort, { once: true });
      let inText = false;
      for (const step of typeof this.script === 'function' ? this.script(request) : this.script) {
        if (signal.aborted) break;
        if (step === 'HANG' || step === 'DEAF') await until(step === 'HANG' ? signal : undefined, undefined);
        else if (typeof step === 'string') {
          if (!inText) { inText = true; yield { type: 'text-start' }; }
          yield { type: 'text-delta', text: step };
        } else if ('wait' in step) await until(signal, step.wait);
        else if ('raw' in step) yield step.raw;
        else if ('tool' in step) yield { type: 'tool-call', call: { id: 'call-1', name: step.tool, input: {} } };
        else if ('fault' in step) { over = true; yield { type: 'error', error: new InferenceError(step.fault, { retryAfterMs: step.retryAfterMs }) }; return; }
        else { over = true; const { finish = 'stop', ...usage } = step.end; if (inText) yield { type: 'text-end' }; yield { type: 'usage', usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, ...usage }, finish, model: this.modelName }; return; }
      }
      over = true;
      if (signal.aborted) { yield { type: 'error', error: new InferenceError('aborted') }; return; }
      if (inText) yield { type: 'text-end' };
      yield { type: 'usage', usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0 }, finish: 'stop', model: this.modelName };
    } finally {
      if (over) signal.removeEventListener('abort', onAbort);
      this.running--;
    }
  }

  generate(request: ModelRequest, options: CallOptions) { return collectStream(this.stream(request, options)); }
}

function until(signal: AbortSignal | undefined, ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

const LANE: LaneConfig = laneConfigSchema.parse({
  about: 'A lane of the tests.', order: [], priority: 'interactive', concurrency: 64, contextTokens: 4096, maxOutputTokens: 256,
  firstTokenTimeoutMs: 2_000, localFirstTokenTimeoutMs: null, idleTimeoutMs: 2_000, timeoutMs: 5_000, cache: false, tokenLimit: null, costLimitMicroUsd: null,
});

export const connection = (id: string, change: Partial<Connection> = {}): Connection => connectionSchema.parse({ id, kind: 'openai', name: id.toUpperCase(), model: `${id}-model`, concurrency: 64, ...change });

/** A configuration in memory whose files can be changed while calls run. */
export class ConfigInMemory implements ModelsConfig {
  readonly #listeners = new Set<() => void>();
  #connections: Connection[];
  #lanes: Record<Lane, LaneConfig>;
  #prices: PricesFile['prices'] = [];

  constructor(connections: Connection[], lane: Partial<LaneConfig> = {}) {
    const each = { ...LANE, ...lane };
    this.#connections = connections;
    this.#lanes = { 'interactive-deep': each, 'interactive-light': each, background: { ...each, priority: 'background' }, embedding: { ...each, priority: 'background' } };
  }

  providers() { return { version: 1 as const, providers: this.#connections, presets: [] }; }
  lanes() { return { version: 1 as const, lanes: this.#lanes }; }
  prices() { return { version: 1 as const, prices: this.#prices }; }
  catalogue() { return { version: 1 as const, hub: 'http://127.0.0.1/', models: [] }; }
  problems(): ConfigProblem[] { return []; }
  saveConnections(connections: Connection[]): void { this.#connections = connections; this.#tell(); }
  saveLanes(lanes: Record<Lane, LaneConfig>): void { this.#lanes = lanes; this.#tell(); }
  setPrices(prices: PricesFile['prices']): void { this.#prices = prices; this.#tell(); }
  /** Changes one lane, as an edit of the file would. */
  setLane(lane: Lane, change: Partial<LaneConfig>): void { this.saveLanes({ ...this.#lanes, [lane]: { ...this.#lanes[lane], ...change } }); }
  reload(): void {}
  onChange(listener: () => void): () => void { this.#listeners.add(listener); return () => this.#listeners.delete(listener); }
  close(): Promise<void> { return Promise.resolve(); }
  #tell(): void { for (const listener of this.#listeners) listener(); }
}

/** A pool over scripted models, one per connection, or per `connection model` for a lane's own model. */
export class ScriptedPool implements ProviderPool {
  readonly #config: ConfigInMemory;
  readonly #models: ReadonlyMap<string, LanguageModel>;
  readonly readinessOf = new Map<string, Readiness>();
  readonly embedders = new Map<string, EmbeddingModel>();
  readonly warmed: string[] = [];

  constructor(config: ConfigInMemory, models: readonly LanguageModel[]) {
    this.#config = config;
    // The first model of a connection is its own one.
    this.#models = new Map(models.toReversed().flatMap((model) => [[model.providerId, model], [`${model.providerId} ${model.modelName}`, model]] as const));
  }

  connections(): Connection[] { return this.#config.providers().providers; }
  readiness(id: string): Readiness {
    const known = this.readinessOf.get(id);
    if (known) return known;
    return this.connections().find((one) => one.id === id)?.enabled === false ? { state: 'disabled', says: 'Switched off.' } : { state: 'ready', says: 'Ready.' };
  }
  place(id: string): 'here' | 'away' { return this.connections().find((one) => one.id === id)?.kind === 'llama' ? 'here' : 'away'; }
  modelLabel(_id: string, model: string): string { return model; }
  host(id: string): string | null { return this.place(id) === 'here' ? null : `${id}.example`; }
  languageModel(id: string, modelName?: string): LanguageModel {
    const model = this.#models.get(modelName === undefined ? id : `${id} ${modelName}`);
    if (!model) throw new InferenceError('not-ready');
    return model;
  }
  embeddingModel(id: string): EmbeddingModel | undefined { return this.embedders.get(id); }
  warm(id: string): void { this.warmed.push(id); }
}
