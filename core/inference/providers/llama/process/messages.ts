import type { InferenceFault } from '../../../inference-error.ts';
import type { CallOptions, FinishReason, Message, ModelRequest, Usage } from '../../../language-model.ts';

/** What one answer is generated from; plain data, so that it can cross to the inference process. */
export interface GenerateRequest extends Pick<ModelRequest, 'conversationId' | 'maxOutputTokens' | 'temperature' | 'topP' | 'seed' | 'stop'> {
  messages: Message[];
  /** JSON schema that the answer must match. */
  jsonSchema?: Record<string, unknown>;
}

export interface LoadRequest {
  role: 'instruct' | 'embedder';
  modelId: string;
  file: string;
  contextTokens: number;
  /** Conversations that can be kept or computed side by side. */
  sequences: number;
}

/** From the engine to the inference process. `id` names a call; every call ends with exactly one `done`, `failed` or its own result. */
export type ToProcess =
  | { type: 'ping' }
  | { type: 'load'; id: number; load: LoadRequest }
  | { type: 'unload'; id: number; role: LoadRequest['role'] }
  | { type: 'generate'; id: number; modelId: string; priority: CallOptions['priority']; request: GenerateRequest }
  | { type: 'read-ahead'; id: number; modelId: string; conversationId: string; messages: Message[] }
  | { type: 'embed'; id: number; modelId: string; priority: CallOptions['priority']; texts: string[] }
  | { type: 'count'; id: number; modelId: string; texts: string[] }
  | { type: 'queue'; id: number }
  | { type: 'abort'; id: number };

/** What is being worked on, for tests: ids of calls. */
export interface QueueView { running: number[]; waiting: number[]; paused: number[] }

/** Why a call failed. `unreadable`, `no-memory` and `load-failed` answer a load, the rest an inference call. */
export type ProcessFault = InferenceFault | 'unreadable' | 'load-failed';

/** From the inference process to the engine. */
export type FromProcess =
  | { type: 'ready'; accelerator: string; acceleratorBytes: number | null }
  | { type: 'pong' }
  | { type: 'log'; level: string; says: string }
  | { type: 'loaded'; id: number; contextTokens: number; modelBytes: number; contextBytes: number }
  | { type: 'text'; id: number; text: string }
  | { type: 'done'; id: number; usage: Usage; finish: FinishReason }
  /** Tokens that the next call of the conversation will find; 0 when they were not read. */
  | { type: 'read'; id: number; tokens: number }
  | { type: 'vectors'; id: number; vectors: Float32Array[] }
  | { type: 'counts'; id: number; counts: number[] }
  | { type: 'queued'; id: number; queue: QueueView }
  | { type: 'unloaded'; id: number }
  | { type: 'failed'; id: number; fault: ProcessFault; detail: string };
