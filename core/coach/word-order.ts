import type { Language } from './language.ts';
import counted from './word-order.json' with { type: 'json' };

/** How often one kind of word follows another in the packs' own prose; grammar words are their own kind. */
export interface WordOrderCounts { kinds: string[]; follows: string[] }

const SMOOTHING = 0.5;
/** A pair can speak for or against an order by so much, in nats. */
const MOST_PER_PAIR = 2.5;

/** `pairs` is how many neighbours with a grammar word were looked at; the value of a few says little. */
export type WordOrder = (sentences: readonly (readonly string[])[]) => { value: number; pairs: number };

/** Grammar words stand for themselves, all others for their ending: what may stand beside them hangs on little else. */
export function wordKind(word: string, language: Language): string {
  if (language.isStop(word) || language.isVerb(word)) return word;
  if (/^[\d%]/.test(word)) return '#';
  const ending = /(?:ing|ed|ly|tion|ment|ness|ity|ive|al|ous|able|er|s)$/.exec(word);
  return ending && word.length > ending[0].length + 2 ? `~${ending[0]}` : '~';
}

/**
 * How much more often each word follows the one before it than chance would have it: mean pointwise mutual information of
 * neighbouring kinds, in nats (Church and Hanks 1990). Prose lies well above 0, the same words shuffled at or below 0.
 */
export function createWordOrder(language: Language, counts: WordOrderCounts = counted): WordOrder {
  const numberOf = new Map(counts.kinds.map((kind, number) => [kind, number]));
  const size = counts.kinds.length;
  const pairCounts = new Map<number, number>();
  const first = new Float64Array(size), second = new Float64Array(size);
  const grammar = counts.kinds.map((kind) => !/^[~#]/.test(kind));
  let total = 0;
  counts.follows.forEach((row, from) => row.split(' ').filter(Boolean).forEach((entry) => {
    const [to = 0, count = 0] = entry.split(':').map(Number);
    pairCounts.set(from * size + to, count);
    first[from]! += count;
    second[to]! += count;
    total += count;
  }));
  return (sentences) => {
    let sum = 0, pairs = 0;
    for (const words of sentences) {
      let before = -1;
      for (const word of words) {
        const now = numberOf.get(wordKind(word, language)) ?? -1;
        // Two content words side by side are ordinary in notes and names, so they speak neither way.
        if (before >= 0 && now >= 0 && (grammar[before] || grammar[now])) {
          const expected = (first[before]! * second[now]!) / total;
          const value = Math.log(((pairCounts.get(before * size + now) ?? 0) + SMOOTHING) / (expected + SMOOTHING));
          sum += Math.max(-MOST_PER_PAIR, Math.min(MOST_PER_PAIR, value));
          pairs++;
        }
        before = now;
      }
    }
    return { value: pairs === 0 ? 0 : sum / pairs, pairs };
  };
}
