import type { Message } from '../inference/language-model.ts';
import { estimateTokens } from '../tokens.ts';
import type { Count } from './context-messages.ts';

/** Tokens of each text, by the tokenizer of whoever will answer. */
export type CountTexts = (texts: readonly string[]) => Promise<{ counts: readonly number[]; tokenizer: string }>;

/** What a message costs beside its words, in tokens. */
const MESSAGE_TOKENS = estimateTokens([{ text: '' }]);
/** Shorter texts say little about what a text of their kind costs. In characters. */
const TELLING_CHARACTERS = 80;
/** Texts in one go, so that a tokenizer in this process holds nobody up. */
const BATCH = 40;
/** The ratio grows in steps, so that what is cut by it is cut alike in many calls. */
const RATIO_STEP = 1 / 8;

/**
 * Counts messages at once by what a tokenizer that has to be waited for said of their texts before. A text it has not been asked about
 * costs its estimate times the highest ratio of count to estimate seen.
 */
export class CalibratedCount {
  readonly #countTexts: CountTexts;
  #known = new Map<string, number>();
  #tokenizer = '';
  #ratio = 0;

  constructor(countTexts: CountTexts) { this.#countTexts = countTexts; }

  /** Has these texts counted that are not known yet, and forgets all others. */
  async learn(texts: readonly string[]): Promise<void> {
    const before = this.#known;
    this.#known = new Map();
    for (const text of texts) { const count = before.get(text); if (count !== undefined) this.#known.set(text, count); }
    await this.#ask([...new Set(texts)].filter((text) => !this.#known.has(text)), texts);
  }

  /** Tokens of messages, known or estimated. */
  readonly count: Count = (messages) => messages.reduce((sum, { text }) => sum + MESSAGE_TOKENS + (this.#known.get(text) ?? textEstimate(text) * (this.#ratio || 1)), 0);

  /** Tokens of messages by the tokenizer itself. */
  async exact(messages: readonly Message[]): Promise<number> {
    await this.#ask([...new Set(messages.map(({ text }) => text))].filter((text) => !this.#known.has(text)), messages.map(({ text }) => text));
    return this.count(messages);
  }

  /** @param all what has to be known in the end, also when somebody else answers now and counts differently */
  async #ask(texts: readonly string[], all: readonly string[], again = true): Promise<void> {
    for (let from = 0; from < texts.length; from += BATCH) {
      const batch = texts.slice(from, from + BATCH);
      const { counts, tokenizer } = await this.#countTexts(batch);
      const changed = tokenizer !== this.#tokenizer && this.#tokenizer !== '';
      this.#tokenizer = tokenizer;
      if (changed) { this.#known.clear(); this.#ratio = 0; }
      this.#take(batch, counts);
      if (changed && again) return this.#ask([...new Set(all)].filter((text) => !this.#known.has(text)), all, false);
    }
  }

  #take(texts: readonly string[], counts: readonly number[]): void {
    texts.forEach((text, index) => {
      const count = counts[index] ?? textEstimate(text);
      this.#known.set(text, count);
      if (text.length >= TELLING_CHARACTERS) this.#ratio = Math.max(this.#ratio, Math.ceil(count / textEstimate(text) / RATIO_STEP) * RATIO_STEP);
    });
  }
}

const textEstimate = (text: string): number => estimateTokens([{ text }]) - MESSAGE_TOKENS;
