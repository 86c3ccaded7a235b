import type { Token } from './analysed-text.ts';
import { dot, type RelatedWords } from './related-words.ts';

/** One term of a rubric that an answer's word stands for, and how well, 0..1. */
export interface TermMatch { term: number; strength: number }

/** Finds which of a fixed list of terms a word stands for. */
export interface TermMatcher {
  matches(token: Token): readonly TermMatch[];
  /** How well `said` stands for the listed term `expected`, 0..1. */
  strength(expected: string, said: Token): number;
}

/** How alike two terms count: the same word 1, and then by what connects them. */
const SAME_ROOT = 0.85, MISSPELLING = 0.85, SYNONYM = 0.8, PART = 0.6, BROAD = 0.3;
/** Cosine at which a related word begins to count, at which it counts most, and what it then counts. */
const RELATED_FROM = 0.3, RELATED_FULL = 0.65, RELATED_MOST = 0.5;
const REMEMBERED = 600;

/** Builds the matcher over a rubric's terms; what it has seen once it remembers, within bounds. */
export function createTermMatcher(terms: readonly Token[], table: RelatedWords): TermMatcher {
  const size = table.dimensions;
  const numberOf = new Map(terms.map((token, number) => [token.term, number]));
  const byGroup = new Map<number, number[]>(), byRoot = new Map<string, number[]>();
  const vectors = new Float32Array(terms.length * size);
  const unknown: number[] = [], spellable: number[] = [], compound: number[] = [];
  terms.forEach((token, number) => {
    for (const group of token.groups) push(byGroup, group, number);
    if (token.term.length >= 5) push(byRoot, token.term.slice(0, 5), number);
    if (token.term.includes('_')) compound.push(number);
    const single = !token.word.includes(' ') && !isNumeric(token.word);
    const vector = single ? table.wordVector(token.word) : null;
    if (vector) vectors.set(vector, number * size);
    if (single && token.word.length >= 5) {
      spellable.push(number);
      if (table.rowOf(token.word) < 0) unknown.push(number);
    }
  });
  const known = new Map<string, TermMatch[]>();
  return {
    matches,
    strength(expected, said) {
      if (expected === said.term) return 1;
      const number = numberOf.get(expected);
      if (number === undefined) return 0;
      return matches(said).find((match) => match.term === number)?.strength ?? 0;
    },
  };

  function matches(token: Token): TermMatch[] {
    const key = token.groups.length > 1 ? `${token.term} ${token.groups.join(' ')}` : token.term;
    let found = known.get(key);
    if (!found) {
      found = compare(token);
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, found);
    }
    return found;
  }

  function compare(token: Token): TermMatch[] {
    const best = new Map<number, number>();
    const offer = (number: number, strength: number) => { if (strength > (best.get(number) ?? 0)) best.set(number, strength); };
    const same = numberOf.get(token.term);
    if (same !== undefined) offer(same, 1);
    if (!isNumeric(token.word)) {
      for (const group of token.groups) for (const number of byGroup.get(group) ?? []) offer(number, group >= 0 ? SYNONYM : BROAD);
      for (const number of byRoot.get(token.term.slice(0, 5)) ?? []) if (sharesRoot(terms[number]!.term, token.term)) offer(number, SAME_ROOT);
      for (const number of compound) if (isPartOf(token.term, terms[number]!.term)) offer(number, PART);
      if (token.term.includes('_')) for (const part of token.term.split('_')) if (numberOf.has(part)) offer(numberOf.get(part)!, PART);
      if (!token.word.includes(' ')) addSpelledAndRelated(token, offer);
    }
    return [...best].map(([term, strength]) => ({ term, strength }));
  }

  function addSpelledAndRelated(token: Token, offer: (number: number, strength: number) => void): void {
    if (token.word.length >= 5) {
      for (const number of table.rowOf(token.word) < 0 ? spellable : unknown) if (misspells(terms[number]!.word, token.word)) offer(number, MISSPELLING);
    }
    const vector = table.wordVector(token.word);
    if (!vector) return;
    for (let number = 0; number < terms.length; number++) {
      const related = (dot(vector, vectors, number * size) - RELATED_FROM) / (RELATED_FULL - RELATED_FROM);
      if (related > 0) offer(number, Math.min(1, related) * RELATED_MOST);
    }
  }
}

function push<K>(lists: Map<K, number[]>, key: K, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const isNumeric = (word: string) => /^[\d.,]+$/.test(word);

/** "Replicated" and "replica", "idempotency" and "idempotent": one family although the stems differ. */
function sharesRoot(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a[same] === b[same]) same++;
  return same >= 5 && same >= shorter - 1 && Math.max(a.length, b.length) - same <= 4;
}

function isPartOf(part: string, whole: string): boolean {
  return whole.includes('_') && !part.includes('_') && whole.split('_').includes(part);
}

/** A letter apart, or two in words of eight letters and more. */
function misspells(a: string, b: string): boolean {
  const most = Math.min(a.length, b.length) >= 8 ? 2 : 1;
  return Math.abs(a.length - b.length) <= most && editDistance(a, b, most) <= most;
}

/** Damerau–Levenshtein distance with adjacent swaps (optimal string alignment), cut off above `most`. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (!same && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
