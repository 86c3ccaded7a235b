import { diffArrays, diffWordsWithSpace } from 'diff';

/** A stretch of a line; `changed` when the other side does not have it. */
export interface DiffPart { text: string; changed: boolean }
export interface DiffSide { line: number; parts: readonly DiffPart[] }
/** Two lines beside each other; null where a side has none. */
export interface DiffRow { kind: 'same' | 'changed' | 'removed' | 'added'; left: DiffSide | null; right: DiffSide | null }

/** Below this share of words in common, two lines are one removed and one added rather than one changed. */
const ALIKE = 0.4;
/** Blocks with more pairs of lines than this are set side by side in order, without looking for the likeliest. */
const PAIRS_WEIGHED = 40_000;
const CONTEXT_LINES = 3;
/** Fewer lines than this are shown rather than folded. */
const FOLD_FROM = 4;

/** Both texts line by line beside each other; lines that changed have their changed words marked. */
export function diffRows(left: string, right: string): DiffRow[] {
  const rows: DiffRow[] = [];
  const changes = diffArrays(linesOf(left), linesOf(right));
  let leftLine = 1;
  let rightLine = 1;
  const same = (text: string): DiffRow => ({ kind: 'same', left: side(leftLine++, text), right: side(rightLine++, text) });
  const removed = (text: string): DiffRow => ({ kind: 'removed', left: side(leftLine++, text), right: null });
  const added = (text: string): DiffRow => ({ kind: 'added', left: null, right: side(rightLine++, text) });
  for (let at = 0; at < changes.length; at++) {
    const change = changes[at];
    if (!change) continue;
    if (!change.removed && !change.added) rows.push(...change.value.map(same));
    else {
      const next = changes[at + 1];
      const both = next && (next.added || next.removed) && next.added !== change.added;
      const gone = change.removed ? change.value : both ? next.value : [];
      const come = change.added ? change.value : both ? next.value : [];
      if (both) at++;
      for (const [was, is] of pairLines(gone, come)) {
        if (was !== null && is !== null) rows.push(changedRow(leftLine++, was, rightLine++, is));
        else if (was !== null) rows.push(removed(was));
        else if (is !== null) rows.push(added(is));
      }
    }
  }
  return rows;
}

/** How many lines changed, were added and were removed. */
export function countChanges(rows: readonly DiffRow[]): { changed: number; added: number; removed: number } {
  const count = (kind: DiffRow['kind']): number => rows.filter((row) => row.kind === kind).length;
  return { changed: count('changed'), added: count('added'), removed: count('removed') };
}

/** Rows to show, with long unchanged stretches in one piece each; a few lines around a change stay. */
export function foldRows(rows: readonly DiffRow[]): { folded: boolean; rows: readonly DiffRow[] }[] {
  const near = new Uint8Array(rows.length);
  rows.forEach(({ kind }, at) => { if (kind !== 'same') near.fill(1, Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES + 1); });
  const pieces: { folded: boolean; rows: DiffRow[] }[] = [];
  rows.forEach((row, at) => {
    const folded = near[at] === 0;
    const last = pieces.at(-1);
    if (last && last.folded === folded) last.rows.push(row);
    else pieces.push({ folded, rows: [row] });
  });
  return pieces.map((piece) => (piece.folded && piece.rows.length < FOLD_FROM ? { ...piece, folded: false } : piece));
}

/** Lines of a file; the end of the last line is not another line. */
export function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const side = (line: number, text: string): DiffSide => ({ line, parts: [{ text, changed: false }] });

function changedRow(leftLine: number, was: string, rightLine: number, is: string): DiffRow {
  const words = diffWordsWithSpace(was, is);
  return {
    kind: 'changed',
    left: { line: leftLine, parts: words.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, changed: removed })) },
    right: { line: rightLine, parts: words.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, changed: added })) },
  };
}

/** Lines of both sides in order, set beside each other where they have words in common: the pairs with the most in common in all. */
function pairLines(gone: readonly string[], come: readonly string[]): [string | null, string | null][] {
  if (gone.length === 0 || come.length === 0 || gone.length * come.length > PAIRS_WEIGHED) {
    return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => [gone[at] ?? null, come[at] ?? null]);
  }
  const left = gone.map(wordsOf);
  const right = come.map(wordsOf);
  const width = come.length + 1;
  const best = new Float64Array((gone.length + 1) * width); // the most in common from line i and line j on
  const alike = (i: number, j: number): number => likeness(left[i] ?? [], right[j] ?? []);
  const from = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = gone.length - 1; i >= 0; i--) {
    for (let j = come.length - 1; j >= 0; j--) {
      const share = alike(i, j);
      best[i * width + j] = Math.max(from(i + 1, j), from(i, j + 1), share >= ALIKE ? share + from(i + 1, j + 1) : 0);
    }
  }
  const pairs: [string | null, string | null][] = [];
  let i = 0;
  let j = 0;
  while (i < gone.length || j < come.length) {
    const share = i < gone.length && j < come.length ? alike(i, j) : 0;
    if (share >= ALIKE && from(i, j) === share + from(i + 1, j + 1)) pairs.push([gone[i++] ?? '', come[j++] ?? '']);
    else if (i < gone.length && (j >= come.length || from(i + 1, j) >= from(i, j + 1))) pairs.push([gone[i++] ?? '', null]);
    else pairs.push([null, come[j++] ?? '']);
  }
  return pairs;
}

const wordsOf = (line: string): string[] => line.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The share of words in common (Dice), 0 to 1, each counted as often as it occurs. */
function likeness(left: readonly string[], right: readonly string[]): number {
  if (left.length + right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count > 0) { common++; counts.set(word, count - 1); }
  }
  return (2 * common) / (left.length + right.length);
}
