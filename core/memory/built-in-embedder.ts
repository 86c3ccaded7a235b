import type { RelatedWords } from '../coach/related-words.ts';
import type { BuiltInEmbedder } from './memory.ts';

/** Names the way these vectors are made: whatever changes one of them makes it another embedder, with vectors of its own. */
const ID = 'built-in-1';
const NAME = 'Built-in';
/** Numbers for spelling, beside those of the table. More find a little more and are slower to compare. */
const SPELLING_DIMENSIONS = 128;
/** The part of a cosine that is meaning; the rest is spelling. */
const MEANING_SHARE = 2 / 3;
/** What a cosine counts beside BM25 over its query maximum. */
const WEIGHT = 0.6;
/** Words as common as this (−ln p) and more say nothing by their spelling. */
const TELLING_FROM = 5;
/** Characters of an n-gram, the marks of a word's beginning and end among them. */
const GRAM = 3;
/** Longer runs without a blank are no words: a key, an encoded file. Their beginning counts. */
const LONGEST_WORD = 64;

/**
 * The embedder that needs no model: one unit vector of two parts, the cosine of two being 2/3 of the texts' cosine in the table of related
 * words and 1/3 of their cosine in character trigrams inside words, hashed with signs (Weinberger et al., Feature Hashing for Large Scale
 * Multitask Learning, 2009) and weighted by how rare a word is. The first finds what means much the same, the second misspellings, names and
 * codes that no table knows. A text without any character but blanks has a vector of zeros; nothing compares with it.
 */
export function createBuiltInEmbedder(table: RelatedWords): BuiltInEmbedder {
  const dimensions = table.dimensions + SPELLING_DIMENSIONS;
  const meaningPart = Math.sqrt(MEANING_SHARE), spellingPart = Math.sqrt(1 - MEANING_SHARE);

  function embedNow(text: string): Float32Array {
    const vector = new Float32Array(dimensions);
    const spelling = vector.subarray(table.dimensions);
    const meaning = table.embed(text);
    for (const [word, count] of countedWords(text)) addWord(spelling, word, tellingOf(word) * (1 + Math.log(count)));
    const meaningScale = scaleTo(meaning, meaningPart), spellingScale = scaleTo(spelling, spellingPart);
    for (let i = 0; i < meaning.length; i++) vector[i] = meaning[i]! * meaningScale;
    for (let i = 0; i < spelling.length; i++) spelling[i]! *= spellingScale;
    // When one part is empty the other stands for the whole.
    const whole = scaleTo(vector, 1);
    if (meaningScale === 0 || spellingScale === 0) for (let i = 0; i < dimensions; i++) vector[i]! *= whole;
    return vector;
  }

  const tellingOf = (word: string): number => Math.max(0, table.rarity(word) - TELLING_FROM);

  return {
    id: ID, name: NAME, place: 'here', weight: WEIGHT, dimensions, embedNow,
    ready: () => true,
    async embed(texts, signal) {
      signal.throwIfAborted();
      return texts.map(embedNow);
    },
  };
}

/** Words with how often each stands in the text; what holds no word counts by its signs. */
function countedWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const words = foldedWords(text);
  for (const word of words.length > 0 ? words : (text.match(/\S+/g) ?? [])) {
    const kept = word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD) : word;
    counts.set(kept, (counts.get(kept) ?? 0) + 1);
  }
  return counts;
}

/** Without case, accents and the many forms of the apostrophe. */
export const foldText = (text: string): string => (/[^\u0000-\u007f]/.test(text) ? text.replace(/[\u2018\u2019]/g, "'").normalize('NFKD').replace(/\p{M}/gu, '') : text).toLowerCase();

/** Words of any script, folded; "isn't" is one, "team's" two. */
export const foldedWords = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+(?:'(?:t|re|ve|ll|d|m)(?![\p{L}\p{N}]))?/gu) ?? [];

/** Adds the trigrams of `<word>`; every word counts alike before its weight, however long it is. */
function addWord(sum: Float32Array, word: string, weight: number): void {
  if (weight === 0) return;
  const marked = `<${word}>`;
  const grams = marked.length - GRAM + 1;
  const each = weight / Math.sqrt(grams);
  for (let from = 0; from < grams; from++) {
    const hash = hashGram(marked, from);
    sum[(hash >>> 1) % sum.length]! += hash & 1 ? each : -each;
  }
}

/** FNV-1a over UTF-16 code units, its bits mixed once more (the finaliser of MurmurHash3), since the lowest ones choose sign and place. */
function hashGram(text: string, from: number): number {
  let hash = 2166136261;
  for (let i = from; i < from + GRAM; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What to multiply a vector by so that it gets this length; 0 for one without any. */
function scaleTo(vector: Float32Array, length: number): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! * vector[i]!;
  return square > 0 ? length / Math.sqrt(square) : 0;
}
