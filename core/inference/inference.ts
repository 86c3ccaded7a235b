import type { AppStatus } from '../contract/app.ts';
import type { Lane, Switch } from '../contract/models.ts';
import type { InferenceError } from './inference-error.ts';
import type { Message, ModelAnswer, ModelRequest, Usage } from './language-model.ts';

/** The exact words a call was made from. */
export interface PromptUsed { id: string; version: string; hash: string }

/** A call on a lane; who serves it is the router's business. */
export interface LaneCall {
  lane: Lane;
  request: Omit<ModelRequest, 'maxOutputTokens'> & { maxOutputTokens?: number };
  /** The prompt with the instruction; `with` names the others whose words are in the request. */
  prompt: PromptUsed & { with?: readonly PromptUsed[] };
  /** An experiment's arm stays the same for one session. */
  sessionId?: string;
  /** Scoring is never answered from the cache, whatever the lane allows. */
  scoring?: boolean;
  /** Messages to add so that a model which cannot continue an unfinished reply goes on after `said`; without it such a reply is begun anew. */
  continueAfter?: (said: string) => Message[];
}

/** A model that makes vectors. `ready`: it would be tried now, though it may have to be loaded first. `inputTokens` are those it reads at once, where that is known. */
export interface LaneEmbedder { embedderId: string; name: string; place: 'here' | 'away'; ready: boolean; inputTokens?: number; /** What its makers put before a query and before a passage. */ prefixes?: { query: string; passage: string } }

/** Who answered, for provenance. */
export interface ServedBy { providerId: string; providerName: string; place: 'here' | 'away'; model: string; usage: Usage; costMicroUsd: number | null; cached: boolean }

/** What a call on a lane tells while it runs. It ends with `end` or `gave-up`, and never throws; after an abort it just ends with `gave-up`. */
export type LaneEvent =
  | { type: 'attempt'; providerId: string; providerName: string; model: string; place: 'here' | 'away' }
  | { type: 'delta'; text: string }
  /** The next provider goes on: after the text so far, or from the beginning (the text so far is `cut`). `to` is null when nobody is left: the caller's coach goes on. */
  | { type: 'switch'; from: string; to: string | null; says: string; error: InferenceError; how: 'continued' | 'restarted' | 'nothing-shown' }
  | { type: 'end'; answer: ModelAnswer; by: ServedBy }
  | { type: 'gave-up'; says: string; aborted: boolean; /** What had been shown of an unfinished answer. */ cut: string };

/** What features see of all models together. */
export interface Inference {
  /** Whether any model would be tried on this lane now. */
  ready(lane: Lane): boolean;
  /** Who would answer on a lane now; the coach when no model would. */
  answering(lane: Lane): AppStatus['answering'];
  /** Tokens that prompt and answer of this lane may have together, so that they fit everybody who may have to go on. */
  contextTokens(lane: Lane): { total: number; output: number };
  stream(call: LaneCall, signal: AbortSignal): AsyncIterable<LaneEvent>;
  /** Like `stream`, put together. Undefined when nobody could answer. */
  generate(call: LaneCall, signal: AbortSignal): Promise<Extract<LaneEvent, { type: 'end' }> | undefined>;
  /** Vectors from the embedding lane; undefined when it has no provider. With `only`, the texts go to this embedder and to no other. */
  embed(texts: string[], signal: AbortSignal, only?: string): Promise<{ vectors: Float32Array[]; embedderId: string } | undefined>;
  /** The embedders of the embedding lane in its order, whether they answer now or not. */
  embedders(): LaneEmbedder[];
  /** Loads what a lane needs in the background, so that the first call finds it ready. */
  warm(lane: Lane): void;
  /**
   * Has the model that would answer the next call of a conversation read its beginning, if that model is loaded in this machine; anybody
   * else is never asked, and `beginning` not even made. Yields to every call; counts as none: no budget, no ledger, no word kept.
   * False when it was not read, for whatever reason. @throws what `beginning` throws
   */
  readAhead(call: { lane: Lane; sessionId: string }, beginning: (signal: AbortSignal) => Promise<Message[] | undefined>, signal: AbortSignal): Promise<boolean>;
  lastSwitch(lane?: Lane): Switch | null;
  /** Tokens of each text, by the tokenizer of whoever would answer on this lane now; `exact` is false where only an estimate can be had. */
  countTokens(lane: Lane, texts: readonly string[]): Promise<{ counts: number[]; tokenizer: string; exact: boolean }>;
  /** Whether a person is being answered by a model in this machine now, so that other work for it should wait. */
  answeringHere(): boolean;
  /** Told each time that has ended. Gives what ends the listening. */
  onAnsweredHere(listener: () => void): () => void;
}
