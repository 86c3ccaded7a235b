import type { z } from 'zod';
import type { InferenceError } from './inference-error.ts';

/** One message of a conversation, the same for every provider. */
export type Message =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls?: ToolCall[] }
  | { role: 'tool'; toolCallId: string; text: string };

export interface ToolDefinition { name: string; description: string; input: z.ZodType }
export interface ToolCall { id: string; name: string; input: unknown }

/** What a model is asked. Providers ignore what they cannot do only where that is said here. */
export interface ModelRequest {
  messages: Message[];
  /**
   * How many leading messages stay byte-identical from call to call of this conversation. Providers that can mark them for their
   * prompt cache; llama.cpp finds the unchanged prefix by itself.
   */
  stableMessages?: number;
  /** Names the conversation, so that a local model can go on from the state it kept. */
  conversationId?: string;
  maxOutputTokens: number;
  temperature?: number;
  topP?: number;
  /** Ignored by providers without one. */
  seed?: number;
  stop?: string[];
  tools?: ToolDefinition[];
  toolChoice?: 'auto' | 'none' | { name: string };
  /** Structured output: the text is JSON that this schema accepts. */
  output?: { name: string; schema: z.ZodType };
}

/** Tokens as the provider counts them. `inputTokens` is the whole prompt, `cachedInputTokens` the part of it that was not computed anew. */
export interface Usage { inputTokens: number | null; outputTokens: number | null; cachedInputTokens: number | null }
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'filtered';

/**
 * A stream is `text-start, text-delta…, text-end` (any number of blocks) and `tool-call`s, and ends with exactly one `usage` or one `error`.
 * It never throws.
 */
export type StreamPart =
  | { type: 'text-start' }
  | { type: 'text-delta'; text: string }
  | { type: 'text-end' }
  | { type: 'tool-call'; call: ToolCall }
  | { type: 'usage'; usage: Usage; finish: FinishReason; /** What the provider says answered. */ model: string }
  | { type: 'error'; error: InferenceError };

export interface ModelAnswer {
  text: string;
  toolCalls: ToolCall[];
  /** The parsed text, when an output schema was given; it has passed the schema. */
  output?: unknown;
  usage: Usage;
  finish: FinishReason;
  model: string;
}

export interface Capabilities {
  place: 'here' | 'away';
  tools: boolean;
  structuredOutput: 'schema' | 'prompted';
  /** Continues a last message of the assistant instead of beginning a new one. */
  continuesAssistant: boolean;
  /** Prompt and answer together; null when the provider does not tell. */
  contextTokens: number | null;
}

export interface CallOptions {
  /** Cancels down to the socket or the evaluation. */
  signal: AbortSignal;
  /** Written to the network ledger. */
  reason: string;
  /** `background` calls yield to `interactive` ones where they compete. */
  priority: 'interactive' | 'background';
}

/** Counts tokens of plain texts; marks of a chat template are not in it. */
export interface Tokenizer {
  /** Two models with the same name count alike. */
  readonly name: string;
  /** Whether it is the model's own. */
  readonly exact: boolean;
  /** One count per text, in order. Never loads a model. @throws InferenceError when it cannot count now */
  count(texts: readonly string[]): Promise<number[]>;
}

/** One model of one provider, ready to be called. */
export interface LanguageModel {
  readonly providerId: string;
  readonly modelName: string;
  readonly capabilities: Capabilities;
  /** Not there where nobody but the provider can count. */
  readonly tokenizer?: Tokenizer;
  /** @throws InferenceError */
  generate(request: ModelRequest, options: CallOptions): Promise<ModelAnswer>;
  stream(request: ModelRequest, options: CallOptions): AsyncIterable<StreamPart>;
  /**
   * Reads what the next call of a conversation begins with, while nobody waits; false when that was not done. Only there in models that
   * keep what they read in this machine. Never loads anything. @throws InferenceError
   */
  readAhead?(ahead: { messages: Message[]; conversationId: string }, signal: AbortSignal): Promise<boolean>;
}

export interface EmbeddingModel {
  readonly providerId: string;
  readonly modelName: string;
  readonly place: 'here' | 'away';
  readonly tokenizer?: Tokenizer;
  /** One vector per text, in order, all of one length. @throws InferenceError */
  embed(texts: string[], options: CallOptions): Promise<Float32Array[]>;
}

/** Puts a stream together. @throws InferenceError from its error part */
export async function collectStream(parts: AsyncIterable<StreamPart>): Promise<ModelAnswer> {
  let text = '';
  const toolCalls: ToolCall[] = [];
  for await (const part of parts) {
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'tool-call') toolCalls.push(part.call);
    else if (part.type === 'error') throw part.error;
    else if (part.type === 'usage') return { text, toolCalls, usage: part.usage, finish: part.finish, model: part.model };
  }
  throw new Error('a stream ended without usage or error');
}
