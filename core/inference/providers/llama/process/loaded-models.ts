import { resolveChatWrapper, type ChatWrapper, type Llama, type LlamaContext, type LlamaEmbeddingContext, type LlamaModel } from 'node-llama-cpp';
import type { CallOptions } from '../../../language-model.ts';
import { createJsonGrammar } from './json-grammar.ts';
import { generate, type GenerationCall, type GenerationModel } from './generation.ts';
import type { LoadRequest } from './messages.ts';
import type { PriorityGate } from './priority-gate.ts';
import { readAhead, type ReadAheadCall } from './read-ahead.ts';
import { SequenceSlots } from './sequence-slots.ts';

/** Tokens computed at once. On a processor more brings little and only takes memory and patience. */
const BATCH_TOKENS = { cpu: 128, gpu: 512 };

/** A chat model in memory with its context. */
export class InstructModel {
  readonly modelId: string;
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #wrapper: ChatWrapper;
  readonly #slots: SequenceSlots;
  readonly #gate: PriorityGate;

  private constructor(modelId: string, llama: Llama, model: LlamaModel, context: LlamaContext, gate: PriorityGate) {
    this.modelId = modelId;
    this.#llama = llama;
    this.#model = model;
    this.#context = context;
    this.#gate = gate;
    this.#slots = new SequenceSlots(context);
    // Thinking aloud costs a laptop minutes before the first word, so it is asked not to where the template can ask.
    this.#wrapper = resolveChatWrapper(model, { customWrapperSettings: { qwen: { thoughts: 'discourage' } } }) as ChatWrapper;
  }

  static async load(llama: Llama, gate: PriorityGate, load: LoadRequest, signal: AbortSignal): Promise<InstructModel> {
    const { contextTokens, sequences } = load;
    const model = await llama.loadModel({ modelPath: load.file, loadSignal: signal, ...(llama.gpu === false ? {} : { gpuLayers: { fitContext: { contextSize: contextTokens * sequences } } }) });
    try {
      const context = await model.createContext({ contextSize: contextTokens, sequences, batchSize: llama.gpu === false ? BATCH_TOKENS.cpu : BATCH_TOKENS.gpu, flashAttention: true, failedCreationRemedy: false, createSignal: signal });
      return new InstructModel(load.modelId, llama, model, context, gate);
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  get contextTokens(): number { return this.#context.contextSize; }
  get memory(): { modelBytes: number; contextBytes: number } { return { modelBytes: sum(this.#model.memoryUsage), contextBytes: sum(this.#context.memoryUsage) }; }

  async generate(call: Omit<GenerationCall, 'grammar'>): ReturnType<typeof generate> {
    const grammar = call.request.jsonSchema && await createJsonGrammar(this.#llama, call.request.jsonSchema);
    return generate(this.#parts, { ...call, grammar });
  }

  readAhead(call: ReadAheadCall): Promise<number> { return readAhead(this.#parts, call); }

  get #parts(): GenerationModel {
    return { model: this.#model, wrapper: this.#wrapper, contextTokens: this.contextTokens, batchTokens: this.#context.batchSize, slots: this.#slots, gate: this.#gate };
  }

  count(texts: string[]): number[] { return texts.map((text) => this.#model.tokenize(text).length); }
  async dispose(): Promise<void> { await this.#context.dispose(); await this.#model.dispose(); }
}

/** A model for vectors. */
export class EmbedderModel {
  readonly modelId: string;
  readonly contextTokens: number;
  readonly #model: LlamaModel;
  readonly #context: LlamaEmbeddingContext;
  readonly #contextBytes: number;
  readonly #gate: PriorityGate;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(load: LoadRequest, model: LlamaModel, context: LlamaEmbeddingContext, contextBytes: number, gate: PriorityGate) {
    this.modelId = load.modelId;
    this.contextTokens = load.contextTokens;
    this.#model = model;
    this.#context = context;
    this.#contextBytes = contextBytes;
    this.#gate = gate;
  }

  static async load(llama: Llama, gate: PriorityGate, load: LoadRequest, signal: AbortSignal): Promise<EmbedderModel> {
    const model = await llama.loadModel({ modelPath: load.file, loadSignal: signal });
    try {
      // A text is computed in one batch, so the batch has to hold the longest one.
      const context = await model.createEmbeddingContext({ contextSize: load.contextTokens, batchSize: load.contextTokens, threads: llama.maxThreads, createSignal: signal });
      const { cpuRam, gpuVram } = await model.fileInsights.estimateContextResourceRequirementsV2({ contextSize: load.contextTokens, batchSize: load.contextTokens, modelGpuLayers: model.gpuLayers, isEmbeddingContext: true });
      return new EmbedderModel(load, model, context, cpuRam + gpuVram, gate);
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  get memory(): { modelBytes: number; contextBytes: number } { return { modelBytes: sum(this.#model.memoryUsage), contextBytes: this.#contextBytes }; }

  /** Vectors of length 1. A text longer than the context counts by its beginning. */
  async embed(texts: string[], priority: CallOptions['priority'], signal: AbortSignal): Promise<Float32Array[]> {
    const leave = this.#gate.enter(priority);
    try {
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        await this.#gate.pass(priority, signal);
        vectors.push(await this.#one(text));
      }
      return vectors;
    } finally { leave(); }
  }

  count(texts: string[]): number[] { return texts.map((text) => this.#model.tokenize(text).length); }
  async dispose(): Promise<void> { await this.#context.dispose(); await this.#model.dispose(); }

  async #one(text: string): Promise<Float32Array> {
    const turn = this.#last.then(async () => {
      const tokens = this.#model.tokenize(text === '' ? ' ' : text).slice(0, this.contextTokens - 4); // room for marks at both ends
      const { vector } = await this.#context.getEmbeddingFor(tokens);
      const length = Math.hypot(...vector) || 1;
      return Float32Array.from(vector, (value) => value / length);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

const sum = ({ ram, vram }: { ram: number; vram: number }): number => ram + vram;
