import { readFileSync } from 'node:fs';

/**
 * The built-in table of related words: one small vector per word, hashed character n-grams for words outside the list,
 * and how common each word is in English. Finds what is related; it does not understand, so it never grades on its own.
 */
export interface RelatedWords {
  readonly dimensions: number;
  /** Row of a lower-case word, or -1 when the word is not in the list. */
  rowOf(word: string): number;
  /** −ln p(word): about 3 for "the", 10 and more for rare words; a fixed high value for unknown ones. */
  rarity(word: string): number;
  /** Unit vector of one word, or null when nothing is known about it (short unknown words, bare numbers). */
  wordVector(word: string): Float32Array | null;
  /** Adds a word's vector, damped by how common the word is, to `sum`; false when nothing is known about the word. */
  addWord(sum: Float32Array, word: string): boolean;
  /** L2-normalised sum of the vectors of a text's words; all zeros for a text without known words. */
  embed(text: string): Float32Array;
}

/** Words as the table knows them: accents folded, "c++", "node.js" and "ci/cd" kept whole, long digit runs dropped. */
export function tableWords(text: string): string[] {
  const plain = text.replace(/[\u2018\u2019]/g, "'").normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/asp\.net|\.net\b|[a-z]\+\+|[a-z]#(?![a-z0-9])|[a-z0-9]+\.(?:js|io)\b|ci\/cd|tcp\/ip|i\/o|a\/b|[a-z0-9]+(?:'(?:t|re|ve|ll|d|m)\b)?/g) ?? [];
  return words.filter((word) => word.length <= 24 && !(word.length > 4 && /^\d+$/.test(word)));
}

/** Dot product of `a` with as many numbers of `b` from `at` on. Four sums, so that additions need not wait for each other. */
export function dot(a: Float32Array, b: Float32Array, at: number): number {
  let first = 0, second = 0, third = 0, fourth = 0, i = 0;
  for (; i + 3 < a.length; i += 4) {
    first += a[i]! * b[at + i]!;
    second += a[i + 1]! * b[at + i + 1]!;
    third += a[i + 2]! * b[at + i + 2]!;
    fourth += a[i + 3]! * b[at + i + 3]!;
  }
  for (; i < a.length; i++) first += a[i]! * b[at + i]!;
  return first + second + third + fourth;
}

/** Dot product; the cosine of two unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b, 0);
}

/** Scales a vector to length 1 in place; an all-zero vector stays as it is. */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.sqrt(cosine(vector, vector)) || 1;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}

/** 32-bit FNV-1a over UTF-16 code units, modulo the number of buckets. */
function hashedGram(word: string, from: number, to: number, buckets: number): number {
  let hash = 2166136261;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16777619) >>> 0;
  return hash % buckets;
}

interface Header {
  dim: number; buckets: number; oovGain: number; oovIdf: number; sifA: number;
  sections: Record<'vocab' | 'scale' | 'sif' | 'matrix' | 'ngScale' | 'ngMatrix', { offset: number; bytes: number }>;
}

const WORDS_REMEMBERED = 4000;

/** Reads an RAE1 table (little endian). Throws when the file is missing, cut short or of another kind. */
export function readRelatedWords(file: string): RelatedWords {
  const bytes = readFileSync(file);
  if (bytes.length < 8 || bytes.toString('latin1', 0, 4) !== 'RAE1') throw new Error(`${file} is not a table of related words`);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + bytes.readUInt32LE(4))) as Header;
  for (const part of Object.values(header.sections)) {
    if (part.offset + part.bytes > bytes.length) throw new Error(`${file} is cut short`);
  }
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { sections, dim, buckets } = header;
  const floats = (name: 'scale' | 'sif' | 'ngScale') => new Float32Array(buffer, sections[name].offset, sections[name].bytes / 4);
  const ints = (name: 'matrix' | 'ngMatrix') => new Int8Array(buffer, sections[name].offset, sections[name].bytes);
  const words = bytes.toString('utf8', sections.vocab.offset, sections.vocab.offset + sections.vocab.bytes).split('\n');
  const rows = new Map(words.map((word, row) => [word, row]));
  const scale = floats('scale'), frequency = floats('sif'), matrix = ints('matrix');
  const gramScale = floats('ngScale'), gramMatrix = ints('ngMatrix');
  const vectors = new Map<string, Float32Array | null>();

  function add(sum: Float32Array, word: string): boolean {
    const row = rows.get(word);
    if (row !== undefined) {
      const factor = scale[row]!;
      for (let d = 0; d < dim; d++) sum[d]! += matrix[row * dim + d]! * factor;
      return true;
    }
    if (buckets === 0 || word.length < 3 || /^\d+$/.test(word)) return false;
    const bounded = `<${word}>`;
    const grams: number[] = [];
    for (let n = 3; n <= 5; n++) for (let i = 0; i + n <= bounded.length; i++) grams.push(hashedGram(bounded, i, i + n, buckets));
    for (const gram of grams) {
      const factor = (gramScale[gram]! * header.oovGain) / grams.length;
      for (let d = 0; d < dim; d++) sum[d]! += gramMatrix[gram * dim + d]! * factor;
    }
    return true;
  }

  return {
    dimensions: dim,
    rowOf: (word) => rows.get(word) ?? -1,
    rarity(word) {
      const row = rows.get(word);
      return row === undefined ? header.oovIdf : -Math.log(header.sifA / frequency[row]! - header.sifA);
    },
    wordVector(word) {
      const known = vectors.get(word);
      if (known !== undefined) return known;
      const sum = new Float32Array(dim);
      const vector = add(sum, word) ? normalise(sum) : null;
      if (vectors.size > WORDS_REMEMBERED) vectors.clear();
      vectors.set(word, vector);
      return vector;
    },
    addWord: add,
    embed(text) {
      const sum = new Float32Array(dim);
      for (const word of tableWords(text)) add(sum, word);
      return normalise(sum);
    },
  };
}
