/** Characters of English per token, for want of the tokenizer of whoever will answer. */
export const CHARACTERS_PER_TOKEN = 3.5;
/** What a message costs beside its words, in tokens. */
const MESSAGE_TOKENS = 6;

/** About how many tokens messages have, on the safe side for English; cheap enough for every turn. */
export const estimateTokens = (messages: readonly { text: string }[]): number => messages.reduce((sum, { text }) => sum + text.length / CHARACTERS_PER_TOKEN + MESSAGE_TOKENS, 0);

/** The encoding that screens and reports count with. */
export const TOKENIZER = 'o200k_base';

/** The exact number of tokens of a text in {@link TOKENIZER}. The first call loads its table: some 80 ms and 60 MB. */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base');
  // Marks of chat templates in a text are text.
  return count(text, { disallowedSpecial: new Set() });
}
