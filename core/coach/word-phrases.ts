/** A list of word sequences that can be looked up at a position of a text. "..." in a phrase stands for up to four words. */
export interface WordPhrases<T> {
  /** The longest phrase that starts at `index`, with the number of words it takes there; null when none does. */
  at(words: readonly string[], index: number): { value: T; length: number } | null;
}

const GAP = '...';
const LONGEST_GAP = 4;

/** Builds the lookup from phrases already cut into lower-case words. */
export function createWordPhrases<T>(phrases: Iterable<{ words: readonly string[]; value: T }>): WordPhrases<T> {
  const byFirst = new Map<string, { words: readonly string[]; value: T }[]>();
  for (const phrase of phrases) {
    const first = phrase.words[0];
    if (first === undefined) continue;
    const list = byFirst.get(first);
    if (list) list.push(phrase);
    else byFirst.set(first, [phrase]);
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.words.length - a.words.length);
  return {
    at(words, index) {
      for (const phrase of byFirst.get(words[index] ?? '') ?? []) {
        const length = lengthAt(phrase.words, words, index);
        if (length > 0) return { value: phrase.value, length };
      }
      return null;
    },
  };
}

/** Words taken when `phrase` stands at `index`, 0 when it does not. Gaps are short, so the search stays linear in practice. */
function lengthAt(phrase: readonly string[], words: readonly string[], index: number): number {
  let at = index;
  for (let i = 0; i < phrase.length; i++) {
    if (phrase[i] !== GAP) {
      if (words[at] !== phrase[i]) return 0;
      at++;
      continue;
    }
    const rest = phrase.slice(i + 1);
    for (let skipped = 0; skipped <= LONGEST_GAP; skipped++) {
      const length = lengthAt(rest, words, at + skipped);
      if (length > 0) return at + skipped + length - index;
    }
    return 0;
  }
  return at - index;
}
