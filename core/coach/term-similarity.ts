import type { Token } from './analysed-text.ts';
import { cosine, type RelatedWords } from './related-words.ts';

/** How alike two terms are, 0..1: the same word 1, a near-synonym 0.8, a misspelling 0.85, a related word up to 0.5. */
export interface TermSimilarity { between(a: Token, b: Token): number }

export const SYNONYM = 0.8;
const MISSPELLING = 0.85;
const RELATED_FROM = 0.3, RELATED_FULL = 0.65, RELATED_MOST = 0.5;

/** Builds the comparison over one table; remembers what it has compared, within bounds. */
export function createTermSimilarity(table: RelatedWords): TermSimilarity {
  const known = new Map<string, Map<string, number>>();
  let size = 0;
  return {
    between(a, b) {
      if (a.term === b.term) return 1;
      let row = known.get(a.term);
      if (!row) { row = new Map(); known.set(a.term, row); }
      const before = row.get(b.term);
      if (before !== undefined) return before;
      const value = compare(a, b);
      if (++size > 400_000) { known.clear(); size = 0; row = new Map(); known.set(a.term, row); }
      row.set(b.term, value);
      return value;
    },
  };

  function compare(a: Token, b: Token): number {
    if (isNumeric(a.word) || isNumeric(b.word)) return 0;
    for (const group of a.groups) if (b.groups.includes(group)) return SYNONYM;
    // "replicated" and "replica", "idempotency" and "idempotent": one family although the stems differ.
    if (sharesRoot(a.term, b.term)) return 0.85;
    if (isPartOf(a.term, b.term) || isPartOf(b.term, a.term)) return 0.6;
    if (misspells(a.word, b.word, table)) return MISSPELLING;
    if (a.word.includes(' ') || b.word.includes(' ')) return 0;
    const left = table.wordVector(a.word), right = table.wordVector(b.word);
    if (!left || !right) return 0;
    const related = (cosine(left, right) - RELATED_FROM) / (RELATED_FULL - RELATED_FROM);
    return related <= 0 ? 0 : Math.min(1, related) * RELATED_MOST;
  }
}

const isNumeric = (word: string) => /^[\d.,]+$/.test(word);

function sharesRoot(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 5) return false;
  let same = 0;
  while (same < shorter && a[same] === b[same]) same++;
  return same >= 5 && same >= shorter - 1 && Math.max(a.length, b.length) - same <= 4;
}

function isPartOf(part: string, whole: string): boolean {
  return whole.includes('_') && !part.includes('_') && whole.split('_').includes(part);
}

/** One of the two is unknown to the table and a letter or two apart from the other (five letters and more). */
function misspells(a: string, b: string, table: RelatedWords): boolean {
  if (a.length < 5 || b.length < 5 || Math.abs(a.length - b.length) > 2 || a.includes(' ') || b.includes(' ')) return false;
  if (table.rowOf(a) >= 0 && table.rowOf(b) >= 0) return false;
  return editDistance(a, b, 2) <= (Math.min(a.length, b.length) >= 8 ? 2 : 1);
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
