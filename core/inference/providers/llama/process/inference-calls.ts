import { InsufficientMemoryError, type Llama } from 'node-llama-cpp';
import { ContextOverflow } from './generation.ts';
import { EmbedderModel, InstructModel } from './loaded-models.ts';
import type { FromProcess, LoadRequest, ProcessFault, ToProcess } from './messages.ts';
import { PriorityGate } from './priority-gate.ts';
import { TextBatch } from './text-batch.ts';

type Role = LoadRequest['role'];
type Call = Exclude<ToProcess, { type: 'ping' | 'abort' }>;
interface Running { role: Role | undefined; abort: AbortController; state: 'running' | 'waiting' | 'paused'; ended: Promise<void> }

/** Serves the engine's calls, each with its own abort, over the models in memory. */
export class InferenceCalls {
  readonly #llama: Promise<Llama>;
  readonly #send: (message: FromProcess) => void;
  readonly #beforeLoad: (file: string) => void;
  readonly #gate = new PriorityGate();
  readonly #running = new Map<number, Running>();
  #instruct: InstructModel | undefined;
  #embedder: EmbedderModel | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(llama: Promise<Llama>, send: (message: FromProcess) => void, beforeLoad: (file: string) => void) {
    this.#llama = llama;
    this.#send = send;
    this.#beforeLoad = beforeLoad;
  }

  take(message: Exclude<ToProcess, { type: 'ping' }>): void {
    if (message.type === 'abort') return this.#running.get(message.id)?.abort.abort(new DOMException('cancelled', 'AbortError'));
    const running: Running = { role: roleOf(message), abort: new AbortController(), state: 'running', ended: Promise.resolve() };
    this.#running.set(message.id, running);
    running.ended = this.#serve(message, running)
      .catch((error: unknown) => this.#send({ type: 'failed', id: message.id, ...describe(error, message, running.abort.signal) }))
      .finally(() => this.#running.delete(message.id));
  }

  async #serve(call: Call, running: Running): Promise<void> {
    const { id } = call;
    const { signal } = running.abort;
    switch (call.type) {
      case 'load': return this.#inTurn(() => this.#load(id, call.load, signal));
      case 'unload': return this.#inTurn(async () => { await this.#unload(call.role); this.#send({ type: 'unloaded', id }); });
      case 'generate': {
        const text = new TextBatch((piece) => this.#send({ type: 'text', id, text: piece }));
        try {
          const done = await this.#need('instruct', call.modelId).generate({ request: call.request, priority: call.priority, signal, onText: (piece) => text.push(piece), onState: (state) => { running.state = state; } });
          text.flush();
          return this.#send({ type: 'done', id, ...done });
        } finally { text.flush(); }
      }
      case 'read-ahead': {
        const { conversationId, messages } = call;
        return this.#send({ type: 'read', id, tokens: await this.#need('instruct', call.modelId).readAhead({ conversationId, messages, signal, onState: (state) => { running.state = state; } }) });
      }
      case 'embed': return this.#send({ type: 'vectors', id, vectors: await this.#need('embedder', call.modelId).embed(call.texts, call.priority, signal) });
      case 'count': return this.#send({ type: 'counts', id, counts: (this.#embedder?.modelId === call.modelId ? this.#embedder : this.#need('instruct', call.modelId)).count(call.texts) });
      case 'queue': return this.#send({ type: 'queued', id, queue: { running: this.#inState('running'), waiting: this.#inState('waiting'), paused: this.#inState('paused') } });
    }
  }

  async #load(id: number, load: LoadRequest, signal: AbortSignal): Promise<void> {
    const llama = await this.#llama.catch((error: unknown) => { throw new Error(`llama.cpp cannot run on this machine (${firstLine(error)})`); });
    await this.#unload(load.role);
    this.#beforeLoad(load.file);
    signal.throwIfAborted();
    const loaded = load.role === 'instruct'
      ? this.#instruct = await InstructModel.load(llama, this.#gate, load, signal)
      : this.#embedder = await EmbedderModel.load(llama, this.#gate, load, signal);
    if (signal.aborted) { await this.#unload(load.role); signal.throwIfAborted(); }
    this.#send({ type: 'loaded', id, contextTokens: loaded.contextTokens, ...loaded.memory });
  }

  /** Ends what is using the model, then frees it. */
  async #unload(role: Role): Promise<void> {
    const users = [...this.#running.values()].filter((one) => one.role === role);
    for (const { abort } of users) abort.abort(new NotLoaded());
    await Promise.all(users.map(({ ended }) => ended));
    const model = role === 'instruct' ? this.#instruct : this.#embedder;
    if (role === 'instruct') this.#instruct = undefined; else this.#embedder = undefined;
    await model?.dispose();
  }

  /** Loads and unloads follow each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #need(role: 'instruct', modelId: string): InstructModel;
  #need(role: 'embedder', modelId: string): EmbedderModel;
  #need(role: Role, modelId: string): InstructModel | EmbedderModel {
    const model = role === 'instruct' ? this.#instruct : this.#embedder;
    if (model?.modelId !== modelId) throw new NotLoaded();
    return model;
  }

  #inState(state: Running['state']): number[] { return [...this.#running].flatMap(([id, one]) => (one.state === state && one.role ? [id] : [])); }
}

class NotLoaded extends Error {}

const roleOf = (call: Call): Role | undefined => (call.type === 'generate' || call.type === 'read-ahead' ? 'instruct' : call.type === 'embed' ? 'embedder' : undefined);

/** A failure in the engine's words. Texts of llama.cpp are its own, never the person's. */
function describe(error: unknown, call: Call, signal: AbortSignal): { fault: ProcessFault; detail: string } {
  const cause = signal.aborted ? signal.reason as unknown : error;
  if (cause instanceof NotLoaded) return { fault: 'not-ready', detail: 'the model is not loaded' };
  if (signal.aborted) return { fault: 'aborted', detail: 'cancelled' };
  if (error instanceof ContextOverflow) return { fault: 'context-overflow', detail: error.message };
  if (error instanceof InsufficientMemoryError) return { fault: 'no-memory', detail: firstLine(error) };
  return { fault: call.type === 'load' ? 'load-failed' : 'server-error', detail: firstLine(error) };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
