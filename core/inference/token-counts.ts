import type { Lane } from '../contract/models.ts';
import type { Tokenizer } from './language-model.ts';
import { estimatedTokens } from './middleware/prices.ts';
import type { ProviderPool } from './provider-definition.ts';
import type { RouteTable } from './route-table.ts';

export interface TokenCountsOptions { pool: ProviderPool; table: RouteTable; /** Told why an estimate was given although there is a tokenizer. */ onFault?: (error: unknown) => void }

/** Characters of the texts whose counts are remembered: some 1,000 turns of a conversation, a few MB. */
const REMEMBERED_CHARACTERS = 2_000_000;
/** What stands for a tokenizer where there is none. */
const ESTIMATE = 'estimate';

/** Tokens of texts as whoever would answer on a lane counts them. A text is counted once, since a conversation is sent again and again. */
export class TokenCounts {
  readonly #options: TokenCountsOptions;
  /** By tokenizer and text, the longest unused first. */
  readonly #known = new Map<string, number>();
  #characters = 0;
  /** Counts that were asked for before the person was forgotten are not remembered. */
  #generation = 0;

  constructor(options: TokenCountsOptions) { this.#options = options; }

  /** Never throws and never loads a model: what cannot be counted now is estimated, on the safe side for English. */
  async count(lane: Lane, texts: readonly string[]): Promise<{ counts: number[]; tokenizer: string; exact: boolean }> {
    const tokenizer = this.#tokenizer(lane);
    if (!tokenizer) return estimate(texts);
    const counts = texts.map((text) => this.#recall(tokenizer, text));
    const missing = [...new Set(texts.filter((_, index) => counts[index] === undefined))];
    if (missing.length > 0) {
      const generation = this.#generation;
      try {
        const counted = await tokenizer.count(missing);
        const found = new Map(missing.map((text, index) => [text, counted[index] ?? estimatedTokens(text.length)]));
        if (generation === this.#generation) for (const [text, tokens] of found) this.#remember(tokenizer, text, tokens);
        return { counts: texts.map((text, index) => counts[index] ?? found.get(text) ?? 0), tokenizer: tokenizer.name, exact: tokenizer.exact };
      } catch (error) {
        this.#options.onFault?.(error);
        return estimate(texts);
      }
    }
    return { counts: counts.map((count) => count ?? 0), tokenizer: tokenizer.name, exact: tokenizer.exact };
  }

  forget(): void { this.#generation++; this.#known.clear(); this.#characters = 0; }

  /** Of the one who would be called first; of an experiment, the likeliest arm. */
  #tokenizer(lane: Lane): Tokenizer | undefined {
    const { pool, table } = this.#options;
    const route = table.firstReady(lane);
    if (!route) return undefined;
    const { connection, model } = route;
    try {
      return lane === 'embedding' ? pool.embeddingModel(connection.id)?.tokenizer : pool.languageModel(connection.id, model === null || model === connection.model ? undefined : model).tokenizer;
    } catch { return undefined; }
  }

  #recall(tokenizer: Tokenizer, text: string): number | undefined {
    const key = keyOf(tokenizer, text);
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    this.#known.delete(key);
    this.#known.set(key, known);
    return known;
  }

  #remember(tokenizer: Tokenizer, text: string, tokens: number): void {
    const key = keyOf(tokenizer, text);
    if (key.length > REMEMBERED_CHARACTERS / 4 || this.#known.has(key)) return;
    this.#known.set(key, tokens);
    this.#characters += key.length;
    for (const oldest of this.#known.keys()) {
      if (this.#characters <= REMEMBERED_CHARACTERS) return;
      this.#known.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

const keyOf = ({ name }: Tokenizer, text: string): string => `${name}\n${text}`;

const estimate = (texts: readonly string[]): { counts: number[]; tokenizer: string; exact: boolean } =>
  ({ counts: texts.map(({ length }) => estimatedTokens(length)), tokenizer: ESTIMATE, exact: false });
