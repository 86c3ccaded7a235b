import { describe, expect, test } from 'vitest';
import type { SessionView, Turn } from '../../../../core/contract/interview.ts';
import { adoptView, type EditorEntry, offeredShape, submissionFor } from './editor-sync.ts';

type View = Pick<SessionView, 'current' | 'draft' | 'turns'>;
const asking = (questionIndex: number, followUp: number | null = null, kind: 'behavioural' | 'technical' = 'technical'): View => ({
  current: {
    questionIndex, questionId: `q${questionIndex}`, kind, question: 'Why?', asked: 'Why?', followUp: followUp === null ? null : { number: followUp, of: 2 },
    setAsideMs: 1, spentMs: 0, hint: null, hintsLeft: 1, goodWords: { from: 1, to: 2 },
  },
  draft: null, turns: [],
});
const answerTurn = (text: string): Turn => ({ seq: 1, by: 'candidate', kind: 'answer', questionIndex: 0, text, at: '2026-01-01T00:00:00Z', elapsedMs: 1, words: 1, madeBy: null, state: 'said', cut: null, rating: null });
const typed = (key: string, text: string): EditorEntry => ({ key, draft: { shape: 'plain', text }, remembered: {}, touched: true, submission: null });

describe('adoptView', () => {
  test('opens with the draft the engine kept', () => {
    const { entry } = adoptView(undefined, { ...asking(0), draft: { shape: 'code', text: 'kept', code: '' } }, {});
    expect(entry?.draft).toEqual({ shape: 'code', text: 'kept', code: '' });
  });

  test('lets what was typed here win over the engine\'s draft for the same question', () => {
    const mine = typed('0.0', 'newer words');
    expect(adoptView(mine, { ...asking(0), draft: { shape: 'plain', text: 'older' } }, {})).toEqual({ entry: mine, leftover: null });
  });

  test('follows a draft typed in another window until something is typed here', () => {
    const idle = { ...typed('0.0', ''), touched: false };
    expect(adoptView(idle, { ...asking(0), draft: { shape: 'plain', text: 'from there' } }, {}).entry?.draft).toEqual({ shape: 'plain', text: 'from there' });
  });

  test('hands back unsent words when the interview has moved on', () => {
    const { entry, leftover } = adoptView(typed('0.0', 'not sent'), asking(1), {});
    expect(leftover).toEqual({ key: '0.0', text: 'not sent' });
    expect(entry?.draft).toEqual({ shape: 'plain', text: '' });
  });

  test('knows an answer that arrived although its reply was lost', () => {
    expect(adoptView(typed('0.0', 'sent '), { ...asking(0, 1), turns: [answerTurn('sent')] }, {}).leftover).toBeNull();
  });

  test('lets go of the draft of a skipped question, which the record keeps as a remark', () => {
    const remark: Turn = { ...answerTurn('half  a\nthought'), kind: 'remark' };
    expect(adoptView(typed('0.0', 'half a\n\nthought'), { ...asking(1), turns: [remark] }, {}).leftover).toBeNull();
  });

  test('hands back unsent words when nothing is asked any more', () => {
    expect(adoptView(typed('0.0', 'late'), { current: null, draft: null, turns: [] }, {})).toEqual({ entry: undefined, leftover: { key: '0.0', text: 'late' } });
  });
});

test('offers STAR for a behavioural question, not for its follow-up, and remembers another choice', () => {
  expect(offeredShape(asking(0, null, 'behavioural'), {})).toBe('star');
  expect(offeredShape(asking(0, 1, 'behavioural'), {})).toBe('plain');
  expect(offeredShape(asking(0, null, 'behavioural'), { behavioural: 'plain' })).toBe('plain');
  expect(offeredShape(asking(0), {})).toBe('plain');
  const closing = asking(5, null, 'behavioural');
  expect(offeredShape({ current: closing.current && { ...closing.current, questionId: '' } }, {})).toBe('plain');
});

test('sends the same text again under the same id, and a changed text under a new one', () => {
  const entry = typed('0.0', 'my answer');
  const first = submissionFor(entry, () => 'id-1');
  expect(submissionFor({ ...entry, submission: first }, () => 'id-2')).toEqual(first);
  expect(submissionFor({ ...typed('0.0', 'my better answer'), submission: first }, () => 'id-2').id).toBe('id-2');
});
