import { totalmem } from 'node:os';
import { z } from 'zod';
import { EngineError } from '../../../contract/errors.ts';
import { isoFrom, systemClock, type Clock } from '../../../sources.ts';
import { InferenceError } from '../../inference-error.ts';
import type { CallOptions, Message, ModelRequest, StreamPart } from '../../language-model.ts';
import { estimateMemory, readGguf } from './gguf-facts.ts';
import type { InferenceProcessLauncher } from './inference-process.ts';
import type { GgufFacts, LlamaHost, LlamaLoad, LlamaStatus, MachineMemory, MemoryEstimate } from './llama-host.ts';
import type { LoadCrashRepository } from './load-crash-repository.ts';
import { planMemory, type MemoryPlan } from './memory-plan.ts';
import { ProcessCalls } from './process-calls.ts';
import { ProcessSupervisor, type Backoff } from './process-supervisor.ts';
import type { GenerateRequest, QueueView } from './process/messages.ts';

type Role = LlamaLoad['role'];
const ROLES = ['instruct', 'embedder'] as const;
/** A model that ended the process this often while loading waits to be asked. */
const MOST_LOAD_CRASHES = 2;

export interface LlamaHostOptions {
  launch: InferenceProcessLauncher;
  crashes: Pick<LoadCrashRepository, 'crashes' | 'begin' | 'takeBack' | 'clear'>;
  /** Stamps load attempts. */
  clock?: Clock;
  /** Never gets text of the person. */
  onLog?: (says: string) => void;
  /** Bytes that can be used now; for tests. */
  availableBytes?: () => number;
  /** Pauses between restarts; for tests. */
  backoff?: Partial<Backoff>;
}

/** The host with what only tests look at. */
export interface TestableLlamaHost extends LlamaHost {
  /** Calls in the inference process by what they do now. */
  queue(): Promise<QueueView>;
}

/** Builds the host of the inference process; nothing is started before a model is to be loaded. */
export function createSupervisedLlamaHost(options: LlamaHostOptions): TestableLlamaHost { return new SupervisedLlama(options); }

/** `kept` is what was loaded last without failing: what is loaded again after a crash. */
interface RoleState { status: LlamaStatus; kept: LlamaLoad | null }

class SupervisedLlama implements TestableLlamaHost {
  readonly #options: LlamaHostOptions;
  readonly #supervisor: ProcessSupervisor;
  readonly #calls: ProcessCalls;
  readonly #roles: Record<Role, RoleState> = { instruct: { status: emptyStatus('instruct'), kept: null }, embedder: { status: emptyStatus('embedder'), kept: null } };
  readonly #listeners = new Set<() => void>();
  #accelerator: Pick<MachineMemory, 'accelerator' | 'acceleratorBytes'> = { accelerator: 'CPU', acceleratorBytes: null };
  /** Loads follow each other. */
  #loads: Promise<unknown> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LlamaHostOptions) {
    this.#options = options;
    this.#supervisor = new ProcessSupervisor({
      launch: options.launch, ...(options.backoff ? { backoff: options.backoff } : {}),
      onMessage: (message) => {
        if (message.type === 'ready') this.#accelerator = { accelerator: message.accelerator, acceleratorBytes: message.acceleratorBytes };
        else if (message.type === 'log') this.#log(`llama.cpp ${message.level}: ${message.says.trim()}`);
        else this.#calls.take(message);
      },
      onDown: (how, says) => this.#down(how, says),
    });
    this.#calls = new ProcessCalls((message) => this.#supervisor.send(message));
  }

  get pid(): number | undefined { return this.#supervisor.pid; }

  status(): LlamaStatus[] { return ROLES.map((role) => ({ ...this.#roles[role].status })); }

  machine(): Promise<MachineMemory> { return Promise.resolve({ totalBytes: totalmem(), availableBytes: this.#availableBytes(), ...this.#accelerator }); }

  async inspect(file: string): Promise<GgufFacts> { return (await readGguf(file)).facts; }

  async estimate(file: string, contextTokens: number, role: Role): Promise<MemoryEstimate> { return estimateMemory(await readGguf(file), contextTokens, 1, role); }

  load(want: LlamaLoad, signal?: AbortSignal): Promise<LlamaStatus> { return this.#inTurn(() => this.#loadWanted(want, signal)); }

  unload(role: Role): Promise<void> {
    return this.#inTurn(async () => {
      this.#roles[role].kept = null;
      if (this.#supervisor.running) await this.#calls.ask({ type: 'unload', role }, 'unloaded').catch(() => undefined); // gone is unloaded too
      this.#set(role, emptyStatus(role));
    });
  }

  async *stream(modelId: string, request: ModelRequest, options: CallOptions): AsyncGenerator<StreamPart> {
    const fault = options.signal.aborted ? new InferenceError('aborted') : this.#notReady('instruct', modelId);
    if (fault) { yield { type: 'error', error: fault }; return; }
    let started = false;
    for await (const told of this.#calls.stream({ type: 'generate', modelId, priority: options.priority, request: plainRequest(request) }, options.signal)) {
      if (told.type === 'failed') { yield { type: 'error', error: told.error }; return; }
      if (told.type === 'text') {
        if (!started) { started = true; yield { type: 'text-start' }; }
        yield { type: 'text-delta', text: told.text };
      } else {
        if (started) yield { type: 'text-end' };
        yield { type: 'usage', usage: told.usage, finish: told.finish, model: modelId };
      }
    }
  }

  async readAhead(modelId: string, ahead: { messages: Message[]; conversationId: string }, signal: AbortSignal): Promise<number> {
    if (signal.aborted || this.#notReady('instruct', modelId)) return 0;
    return (await this.#calls.ask({ type: 'read-ahead', modelId, ...ahead }, 'read', signal)).tokens;
  }

  async embed(modelId: string, texts: string[], { signal, priority }: CallOptions): Promise<Float32Array[]> {
    if (signal.aborted) throw new InferenceError('aborted');
    const fault = this.#notReady('embedder', modelId);
    if (fault) throw fault;
    return (await this.#calls.ask({ type: 'embed', modelId, priority, texts }, 'vectors', signal)).vectors;
  }

  async countTokens(modelId: string, texts: string[]): Promise<number[]> {
    const fault = this.#notReady('instruct', modelId);
    if (fault && this.#notReady('embedder', modelId)) throw fault;
    return (await this.#calls.ask({ type: 'count', modelId, texts }, 'counts')).counts;
  }

  async queue(): Promise<QueueView> { return (await this.#calls.ask({ type: 'queue' }, 'queued')).queue; }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const stopped = this.#supervisor.stop();
    this.#calls.failAll('aborted', 'the app is closing');
    await stopped;
    await this.#loads.catch(() => undefined);
  }

  // ---- loading

  async #loadWanted(want: LlamaLoad, signal: AbortSignal | undefined): Promise<LlamaStatus> {
    signal?.throwIfAborted();
    const { role, file } = want;
    const state = this.#roles[role];
    const { kept } = state;
    if (state.status.state === 'loaded' && kept?.modelId === want.modelId && kept.file === file && kept.contextTokens === want.contextTokens) return state.status;
    try {
      const plan = await this.#plan(want);
      if (!want.asked && this.#options.crashes.crashes(file) >= MOST_LOAD_CRASHES) return this.#holdBack(want);
      return await this.#loadNow(want, plan, signal);
    } catch (error) {
      if (state.status.state !== 'loaded' && state.kept === null && state.status.state !== 'held-back') {
        this.#set(role, { ...emptyStatus(role), modelId: want.modelId, name: want.name, state: 'failed', says: error instanceof Error ? error.message : String(error) });
      }
      // The process is up but what answered before made room: it comes back. After a crash the restart does that.
      if (state.kept !== null && state.status.state !== 'loaded' && this.#supervisor.running && !this.#closed) void this.#inTurn(() => this.#loadKept(role));
      throw error;
    }
  }

  /** @throws EngineError MODEL_UNREADABLE, MODEL_TOO_LARGE; what is loaded stays loaded then */
  async #plan({ name, file, role, contextTokens }: LlamaLoad): Promise<MemoryPlan> {
    const shape = await readGguf(file);
    const [mine, other] = [this.#roles[role].status, this.#roles[role === 'instruct' ? 'embedder' : 'instruct'].status];
    // Weights are mapped from the file, so the system counts them as available although the other model needs them.
    const available = this.#availableBytes() + mine.contextBytes - other.modelBytes + (this.#accelerator.acceleratorBytes ?? 0);
    return planMemory(name, shape, role, contextTokens, available);
  }

  async #loadNow(want: LlamaLoad, plan: MemoryPlan, signal?: AbortSignal): Promise<LlamaStatus> {
    if (this.#closed) throw new EngineError('ENGINE_CLOSING');
    const { role, modelId, name, file } = want;
    const { crashes } = this.#options;
    this.#set(role, { ...emptyStatus(role), modelId, name, state: 'loading', contextTokens: plan.contextTokens });
    this.#note(() => crashes.begin(file, isoFrom((this.#options.clock ?? systemClock).now())));
    this.#supervisor.start();
    this.#supervisor.loading = true;
    try {
      const loaded = await this.#calls.ask({ type: 'load', load: { role, modelId, file, ...plan } }, 'loaded', signal);
      this.#note(() => crashes.clear(file));
      this.#roles[role].kept = want;
      this.#set(role, { role, modelId, name, state: 'loaded', says: null, contextTokens: loaded.contextTokens, modelBytes: loaded.modelBytes, contextBytes: loaded.contextBytes });
      return this.#roles[role].status;
    } catch (error) {
      const crashed = error instanceof InferenceError && (error.fault === 'crashed' || error.fault === 'timeout');
      if (!crashed) this.#note(() => crashes.takeBack(file));
      else if (crashes.crashes(file) >= MOST_LOAD_CRASHES) {
        if (this.#roles[role].kept?.file === file) this.#roles[role].kept = null;
        if (this.#roles[role].kept === null) this.#holdBack(want);
      }
      signal?.throwIfAborted();
      if (this.#closed) throw new EngineError('ENGINE_CLOSING', {}, { cause: error });
      if (error instanceof InferenceError && error.fault === 'no-memory') {
        throw new EngineError('MODEL_TOO_LARGE', { name, contextTokens: plan.contextTokens, neededMb: Math.ceil((await this.estimate(file, plan.contextTokens, role)).totalBytes / 1e6), availableMb: Math.floor(this.#availableBytes() / 1e6), advice: 'Choose a smaller context or a smaller model.' }, { cause: error });
      }
      throw new EngineError('MODEL_LOAD_FAILED', { name, reason: crashed ? 'llama.cpp stopped while loading it.' : `llama.cpp says: ${error instanceof Error ? error.message : String(error)}` }, { cause: error });
    } finally { this.#supervisor.loading = false; }
  }

  #holdBack({ role, modelId, name }: LlamaLoad): LlamaStatus {
    const held: LlamaStatus = { ...emptyStatus(role), modelId, name, state: 'held-back', says: `It stopped llama.cpp ${MOST_LOAD_CRASHES} times while loading and waits to be asked.` };
    if (this.#roles[role].status.state !== 'loaded') this.#set(role, held);
    return held;
  }

  // ---- falling and getting up

  #down(how: 'crashed' | 'hung', says: string): void {
    this.#log(`the inference process ${how === 'hung' ? 'did not answer and was ended' : 'ended'} (${says})`);
    for (const role of ROLES) if (this.#roles[role].kept) this.#set(role, { ...this.#roles[role].status, state: 'restarting', says: 'It stopped and is being started again.' });
    this.#calls.failAll(how === 'hung' ? 'timeout' : 'crashed', how === 'hung' ? 'the model stopped responding' : 'the model stopped working');
    if (this.#closed || !ROLES.some((role) => this.#roles[role].kept)) return;
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => { for (const role of ROLES) void this.#inTurn(() => this.#loadKept(role)); }, this.#supervisor.nextDelayMs());
    this.#restart.unref();
  }

  /** Loads what was there before, if it is still missing. A failure shows in the status. */
  async #loadKept(role: Role): Promise<void> {
    const { kept, status } = this.#roles[role];
    if (!kept || this.#closed || (status.state === 'loaded' && status.modelId === kept.modelId)) return;
    if (this.#options.crashes.crashes(kept.file) >= MOST_LOAD_CRASHES) { this.#roles[role].kept = null; this.#holdBack(kept); return; }
    try {
      await this.#loadNow(kept, await this.#plan(kept));
    } catch (error) {
      if (this.#closed || !this.#supervisor.running || this.#roles[role].kept === null) return; // fell again: another restart is due, or it is held back
      this.#roles[role].kept = null;
      this.#set(role, { ...emptyStatus(role), modelId: kept.modelId, name: kept.name, state: 'failed', says: error instanceof Error ? error.message : String(error) });
    }
  }

  // ---- small things

  #notReady(role: Role, modelId: string): InferenceError | undefined {
    const { status } = this.#roles[role];
    if (status.modelId === modelId && status.state === 'loaded') return undefined;
    const says = { loading: 'the model is being loaded', restarting: 'the model is being started again', 'held-back': 'the model waits to be asked', failed: 'the model could not be loaded', empty: undefined, loaded: 'another model is loaded' }[status.state];
    return new InferenceError('not-ready', { detail: says });
  }

  #availableBytes(): number { return this.#options.availableBytes?.() ?? process.availableMemory(); }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#loads.then(() => { if (this.#closed) throw new EngineError('ENGINE_CLOSING'); return work(); });
    this.#loads = result.catch(() => undefined);
    return result;
  }

  #set(role: Role, status: LlamaStatus): void {
    this.#roles[role].status = status;
    for (const listener of this.#listeners) listener();
  }

  /** A full disk is no reason not to load a model. */
  #note(write: () => void): void {
    try { write(); } catch (error) { this.#log(`the load was not noted (${error instanceof Error ? error.message : String(error)})`); }
  }

  #log(says: string): void { this.#options.onLog?.(says); }
}

const emptyStatus = (role: Role): LlamaStatus => ({ role, modelId: null, name: null, state: 'empty', says: null, contextTokens: null, modelBytes: 0, contextBytes: 0 });

/** The request as plain data. Tools are refused by the provider before it comes here. */
function plainRequest({ messages, conversationId, maxOutputTokens, temperature, topP, seed, stop, output }: ModelRequest): GenerateRequest {
  return {
    messages, maxOutputTokens, ...(conversationId === undefined ? {} : { conversationId }), ...(temperature === undefined ? {} : { temperature }), ...(topP === undefined ? {} : { topP }),
    ...(seed === undefined ? {} : { seed }), ...(stop === undefined ? {} : { stop }), ...(output === undefined ? {} : { jsonSchema: z.toJSONSchema(output.schema, { unrepresentable: 'any' }) as Record<string, unknown> }),
  };
}
