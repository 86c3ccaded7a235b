import type { Draft } from '../../../../core/contract/interview.ts';

export const STAR_FIELDS = ['situation', 'task', 'action', 'result'] as const;
export type StarField = (typeof STAR_FIELDS)[number];
export type AnswerShape = Draft['shape'];

/** An editor with nothing in it. */
export function emptyDraft(shape: AnswerShape): Draft {
  if (shape === 'star') return { shape, situation: '', task: '', action: '', result: '' };
  if (shape === 'code') return { shape, text: '', code: '' };
  return { shape, text: '' };
}

/** Counts words the way a reader would: runs of characters with a letter or a digit in them. */
export function countWords(text: string): number {
  let words = 0;
  for (const word of text.split(/\s+/)) if (/[\p{L}\p{N}]/u.test(word)) words += 1;
  return words;
}

/** A fence longer than any run of backticks in the code, so that code cannot close it. */
function fenceFor(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}

/** The answer as it is sent: STAR fields become paragraphs, code becomes a fenced block after the words. */
export function draftToAnswer(draft: Draft): string {
  if (draft.shape === 'star') return STAR_FIELDS.map((field) => draft[field].trim()).filter(Boolean).join('\n\n');
  if (draft.shape === 'code') {
    if (!draft.code.trim()) return draft.text.trim();
    const fence = fenceFor(draft.code);
    return [draft.text.trim(), `${fence}\n${draft.code.replace(/\s+$/, '')}\n${fence}`].filter(Boolean).join('\n\n');
  }
  return draft.text.trim();
}

/** True when there is nothing in the editor that could be lost. */
export function isDraftEmpty(draft: Draft): boolean {
  return draftToAnswer(draft) === '';
}

/** All of the draft's own words, for the counter. */
export function countDraftWords(draft: Draft): number {
  if (draft.shape === 'star') return STAR_FIELDS.reduce((sum, field) => sum + countWords(draft[field]), 0);
  if (draft.shape === 'code') return countWords(draft.text) + countWords(draft.code);
  return countWords(draft.text);
}

/**
 * The same words in another shape; nothing is ever dropped. `remembered` is the draft last seen in the wanted shape:
 * when it still says the same, it is taken, so that changing the shape there and back keeps the fields apart.
 */
export function reshapeDraft(draft: Draft, shape: AnswerShape, remembered?: Draft): Draft {
  if (draft.shape === shape) return draft;
  if (remembered?.shape === shape && draftToAnswer(remembered) === draftToAnswer(draft)) return remembered;
  const text = draft.shape === 'plain' ? draft.text : draftToAnswer(draft);
  if (shape === 'plain') return { shape, text };
  if (shape === 'code') {
    const fenced = /(?:^|\n)(`{3,})[^\n]*\n([\s\S]*?)\n\1\s*$/.exec(text);
    if (!fenced) return { shape, text, code: '' };
    return { shape, text: text.slice(0, fenced.index).trimEnd(), code: fenced[2] ?? '' };
  }
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  const [situation, task, action, result] = paragraphs;
  if (paragraphs.length === 4) return { shape, situation: situation ?? '', task: task ?? '', action: action ?? '', result: result ?? '' };
  return { shape, situation: text, task: '', action: '', result: '' };
}

/** What the STAR balance shows and the one thing worth saying about it. */
export interface StarBalance {
  words: Record<StarField, number>;
  /** Whole percent of all words; adds up to 100 unless nothing is written. */
  share: Record<StarField, number>;
  advice: 'empty' | 'no-action' | 'no-result' | 'thin-action' | 'thin-result' | 'long-situation' | 'balanced';
}

/**
 * Share of the words each STAR field has. The advice follows the usual rule of thumb: action about half, result about a
 * quarter, situation and task together no more than the rest. The order is the order in which people write.
 */
export function weighStar(draft: Extract<Draft, { shape: 'star' }>): StarBalance {
  const words = { situation: countWords(draft.situation), task: countWords(draft.task), action: countWords(draft.action), result: countWords(draft.result) };
  const total = STAR_FIELDS.reduce((sum, field) => sum + words[field], 0);
  const share = { situation: 0, task: 0, action: 0, result: 0 };
  if (total === 0) return { words, share, advice: 'empty' };
  // Largest remainders, so that the shown percentages add up.
  const exact = STAR_FIELDS.map((field) => ({ field, exact: (words[field] / total) * 100 }));
  for (const part of exact) share[part.field] = Math.floor(part.exact);
  let left = 100 - STAR_FIELDS.reduce((sum, field) => sum + share[field], 0);
  for (const part of exact.toSorted((a, b) => (b.exact % 1) - (a.exact % 1))) {
    if (left <= 0) break;
    share[part.field] += 1;
    left -= 1;
  }
  if (words.action === 0) return { words, share, advice: 'no-action' };
  if (words.result === 0) return { words, share, advice: 'no-result' };
  if (share.situation + share.task > 50) return { words, share, advice: 'long-situation' };
  if (share.action < 30) return { words, share, advice: 'thin-action' };
  if (share.result < 12) return { words, share, advice: 'thin-result' };
  return { words, share, advice: 'balanced' };
}
