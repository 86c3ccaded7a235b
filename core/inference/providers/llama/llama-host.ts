import type { CallOptions, Message, ModelRequest, StreamPart } from '../../language-model.ts';

/** What is to be in memory for a role. */
export interface LlamaLoad {
  modelId: string;
  /** For people. */
  name: string;
  /** Absolute path of the GGUF file. */
  file: string;
  role: 'instruct' | 'embedder';
  /** null chooses by memory, at most what the model was trained for. */
  contextTokens: number | null;
  /** A person asked for it just now: a model held back after crashes is tried again. */
  asked: boolean;
}

export interface LlamaStatus {
  role: 'instruct' | 'embedder';
  modelId: string | null;
  name: string | null;
  state: 'empty' | 'loading' | 'loaded' | 'restarting' | 'failed' | 'held-back';
  says: string | null;
  contextTokens: number | null;
  /** Estimated bytes of what is loaded. */
  modelBytes: number; contextBytes: number;
}

/** What a GGUF file says about itself. */
export interface GgufFacts {
  architecture: string; name: string | null; licence: string | null; parameters: number | null; quantisation: string | null;
  trainedContextTokens: number | null; fileBytes: number; hasChatTemplate: boolean; isEmbedder: boolean;
}
export interface MemoryEstimate { modelBytes: number; contextBytes: number; totalBytes: number }
export interface MachineMemory { totalBytes: number; availableBytes: number; accelerator: string; acceleratorBytes: number | null }

/**
 * The supervised process that owns llama.cpp, as the engine sees it. The process is started at first need, noticed within a second
 * when it dies or hangs, and started again with growing pauses; calls running in it end with `crashed` (or `timeout` for a hang).
 */
export interface LlamaHost {
  status(): LlamaStatus[];
  machine(): Promise<MachineMemory>;
  /** Reads the header only. @throws EngineError MODEL_UNREADABLE */
  inspect(file: string): Promise<GgufFacts>;
  /** @throws EngineError MODEL_UNREADABLE */
  estimate(file: string, contextTokens: number, role: LlamaLoad['role']): Promise<MemoryEstimate>;
  /** Loads what is wanted in place of what is there. @throws EngineError MODEL_TOO_LARGE, MODEL_UNREADABLE, MODEL_LOAD_FAILED */
  load(want: LlamaLoad, signal?: AbortSignal): Promise<LlamaStatus>;
  unload(role: LlamaLoad['role']): Promise<void>;
  /** Ends with an `error` part `not-ready` when nothing is loaded. `modelId` must be the one loaded. */
  stream(modelId: string, request: ModelRequest, options: CallOptions): AsyncIterable<StreamPart>;
  /** Reads what the next call of a conversation begins with, in the background and only with what is loaded; gives how many tokens that call will find, 0 when they were not read. @throws InferenceError */
  readAhead(modelId: string, ahead: { messages: Message[]; conversationId: string }, signal: AbortSignal): Promise<number>;
  /** @throws InferenceError */
  embed(modelId: string, texts: string[], options: CallOptions): Promise<Float32Array[]>;
  /** Tokens of texts by the loaded model's tokenizer. @throws InferenceError not-ready */
  countTokens(modelId: string, texts: string[]): Promise<number[]>;
  onChange(listener: () => void): () => void;
  /** The process id, for tests that kill it; undefined when none runs. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}
