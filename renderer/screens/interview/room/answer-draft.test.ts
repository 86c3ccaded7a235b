import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../../core/contract/interview.ts';
import { countWords, draftToAnswer, emptyDraft, isDraftEmpty, reshapeDraft, weighStar } from './answer-draft.ts';

const star = (situation: string, task: string, action: string, result: string): Extract<Draft, { shape: 'star' }> => ({ shape: 'star', situation, task, action, result });
const wordsOf = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

describe('draftToAnswer', () => {
  test('joins the STAR fields as paragraphs and leaves empty ones out', () => {
    expect(draftToAnswer(star(' We were slow. ', '', 'I measured.', 'Twice as fast.'))).toBe('We were slow.\n\nI measured.\n\nTwice as fast.');
  });

  test('sends code as a fenced block after the words', () => {
    expect(draftToAnswer({ shape: 'code', text: 'A set.', code: 'a = {1}\n' })).toBe('A set.\n\n```\na = {1}\n```');
  });

  test('takes a longer fence when the code holds one', () => {
    expect(draftToAnswer({ shape: 'code', text: '', code: '```\nx\n```' })).toBe('````\n```\nx\n```\n````');
  });

  test('counts blanks alone as nothing to send', () => {
    expect(isDraftEmpty(star(' ', '\n', '', '\t'))).toBe(true);
    expect(isDraftEmpty(emptyDraft('code'))).toBe(true);
  });
});

describe('reshapeDraft', () => {
  test('brings the fields back apart when nothing was changed in between', () => {
    const before = star('S one', 'T two', 'A three', '');
    const plain = reshapeDraft(before, 'plain');
    expect(plain).toEqual({ shape: 'plain', text: 'S one\n\nT two\n\nA three' });
    expect(reshapeDraft(plain, 'star', before)).toEqual(before);
  });

  test('does not bring back fields that no longer say the same', () => {
    const back = reshapeDraft({ shape: 'plain', text: 'Something new' }, 'star', star('old', 'old', 'old', 'old'));
    expect(back).toEqual(star('Something new', '', '', ''));
  });

  test('finds the code again in a plain text that ends with a fenced block', () => {
    expect(reshapeDraft({ shape: 'plain', text: 'Words.\n\n```py\nx = 1\n\ny = 2\n```' }, 'code')).toEqual({ shape: 'code', text: 'Words.', code: 'x = 1\n\ny = 2' });
  });

  test('never drops a word, whichever way the shape is changed', () => {
    const shapes = fc.constantFrom('plain' as const, 'star' as const, 'code' as const);
    const words = fc.array(fc.constantFrom('one', 'two', '`x`', '\n\n', '\n'), { maxLength: 12 }).map((parts) => parts.join(' '));
    const letters = (draft: Draft): string => draftToAnswer(draft).replace(/[`\s]/g, '');
    fc.assert(fc.property(words, words, shapes, shapes, (a, b, first, second) => {
      const draft: Draft = { shape: 'code', text: a, code: b };
      expect(letters(reshapeDraft(reshapeDraft(draft, first), second))).toBe(letters(draft));
    }));
  });
});

describe('weighStar', () => {
  test('gives whole percentages that add up to 100', () => {
    const { share } = weighStar(star(wordsOf(1), wordsOf(1), wordsOf(1), ''));
    expect(share).toEqual({ situation: 34, task: 33, action: 33, result: 0 });
  });

  test.each([
    ['empty', star('', '', '', '')],
    ['no-action', star(wordsOf(20), wordsOf(5), '', '')],
    ['no-result', star(wordsOf(18), wordsOf(13), wordsOf(43), '')],
    ['long-situation', star(wordsOf(60), wordsOf(10), wordsOf(40), wordsOf(10))],
    ['thin-action', star(wordsOf(20), wordsOf(10), wordsOf(20), wordsOf(50))],
    ['thin-result', star(wordsOf(20), wordsOf(10), wordsOf(60), wordsOf(5))],
    ['balanced', star(wordsOf(20), wordsOf(10), wordsOf(50), wordsOf(25))],
  ] as const)('says "%s" when that is the thing to look at', (advice, draft) => {
    expect(weighStar(draft).advice).toBe(advice);
  });
});

test('counts words, not dashes and bullets', () => {
  expect(countWords('  - One, two – three 88 %\n• four ')).toBe(5);
});
