import type { TextMark } from '../evidence/marked-text.ts';

/** Where the searched words stand in an excerpt, without regard to case and accents; beginnings of words count. */
export function findWords(text: string, search: string): TextMark[] {
  const fold = (value: string): string => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const wanted = search.split(/[^\p{L}\p{N}]+/u).filter(Boolean).map(fold);
  const marks: TextMark[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const word = fold(match[0]);
    if (wanted.some((each) => word.startsWith(each))) marks.push({ id: 'found', kind: 'evidence', start: match.index, end: match.index + match[0].length });
  }
  return marks;
}
