import type { Message, ModelRequest, Usage } from '../language-model.ts';
import type { Connection, PricesFile } from '../models-config.ts';

export type Price = PricesFile['prices'][number];
/** Tokens of a call, guessed before or measured after it. */
export interface TokenCount { inputTokens: number; outputTokens: number; cachedInputTokens: number }

/** English text has about four characters a token; a little less keeps a guess on the safe side. */
const CHARACTERS_PER_TOKEN = 3.5;
const PER_MILLION = 1_000_000;

export const estimatedTokens = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);

const characters = (messages: readonly Message[]): number => messages.reduce((sum, message) => sum + message.text.length, 0);

/** What a call may use at most: its prompt by characters, and the whole answer it is allowed. */
export function estimateUse(request: ModelRequest): TokenCount {
  return { inputTokens: estimatedTokens(characters(request.messages)), outputTokens: request.maxOutputTokens, cachedInputTokens: 0 };
}

/** The price of a model by its connection's id, or else by its kind; undefined is unknown and never free. */
export function findPrice({ prices }: PricesFile, { id, kind }: Pick<Connection, 'id' | 'kind'>, model: string): Price | undefined {
  return prices.find((price) => price.provider === id && price.model === model) ?? prices.find((price) => price.provider === kind && price.model === model);
}

/** Micro-dollars, rounded up so that many small calls do not come out as free. */
export function costOf(price: Price, { inputTokens, outputTokens, cachedInputTokens }: TokenCount): number {
  const cached = Math.min(cachedInputTokens, inputTokens);
  return Math.ceil(((inputTokens - cached) * price.inputMicroUsd + cached * (price.cachedInputMicroUsd ?? price.inputMicroUsd) + outputTokens * price.outputMicroUsd) / PER_MILLION);
}

/** The provider's count where it gave one, else the guess. */
export function countedUse(usage: Usage, guess: TokenCount): TokenCount {
  return { inputTokens: usage.inputTokens ?? guess.inputTokens, outputTokens: usage.outputTokens ?? guess.outputTokens, cachedInputTokens: usage.cachedInputTokens ?? 0 };
}
