import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChanges, diffRows, foldRows, linesOf, type DiffRow, type DiffSide } from './diff-rows.ts';

const text = (side: DiffSide | null): string | null => side && side.parts.map((part) => part.text).join('');
const marked = (side: DiffSide | null): string[] => side?.parts.filter(({ changed }) => changed).map((part) => part.text) ?? [];
const shape = (rows: readonly DiffRow[]): [string, string | null, string | null][] => rows.map((row) => [row.kind, text(row.left), text(row.right)]);

describe('two versions beside each other', () => {
  test('a changed line has only its changed words marked', () => {
    const [row] = diffRows('Ask one follow-up question now.\n', 'Ask one short question now.\n');
    expect(row?.kind).toBe('changed');
    expect(marked(row?.left ?? null).join('')).toContain('follow');
    expect(marked(row?.right ?? null)).toEqual(['short']);
  });

  test('a line that was put in shifts nothing: the lines around it stay beside each other', () => {
    expect(shape(diffRows('one thing\ntwo things\nthree\n', 'one thing\nquite another matter\ntwo things\nthree\n'))).toEqual([
      ['same', 'one thing', 'one thing'], ['added', null, 'quite another matter'], ['same', 'two things', 'two things'], ['same', 'three', 'three'],
    ]);
  });

  test('in a block that was rewritten, lines stand beside the ones they have words in common with', () => {
    const rows = diffRows('Begin from something the candidate said.\nAsk only one thing.', 'Be brief, please and always.\nBegin from anything the candidate said.\nAsk just one thing.');
    expect(rows.map(({ kind, left, right }) => [kind, left?.line ?? null, right?.line ?? null])).toEqual([['added', null, 1], ['changed', 1, 2], ['changed', 2, 3]]);
  });

  test('lines with nothing in common are one removed and one added', () => {
    expect(diffRows('alpha beta', 'gamma delta').map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });

  test('the end of the last line is no line, and the ends of lines of another system are no change', () => {
    expect(diffRows('one\r\ntwo\r\n', 'one\ntwo').map(({ kind }) => kind)).toEqual(['same', 'same']);
    expect(linesOf('')).toEqual([]);
  });

  test('whatever the texts, each side reads as its text from top to bottom, with its line numbers', () => {
    const line = fc.oneof(fc.constantFrom('', 'Ask one question.', 'Ask two questions.', '{{intent}}', 'Say who you are.'), fc.string({ maxLength: 12 }).filter((given) => !/[\r\n]/.test(given)));
    fc.assert(fc.property(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), (left, right) => {
      const rows = diffRows(left.join('\n'), right.join('\n'));
      const of = (pick: (row: DiffRow) => DiffSide | null) => rows.flatMap((row) => pick(row) ?? []);
      expect(of((row) => row.left).map(text)).toEqual(linesOf(left.join('\n')));
      expect(of((row) => row.right).map(text)).toEqual(linesOf(right.join('\n')));
      expect(of((row) => row.left).map((side) => side.line)).toEqual(of((row) => row.left).map((_, at) => at + 1));
      expect(of((row) => row.right).map((side) => side.line)).toEqual(of((row) => row.right).map((_, at) => at + 1));
      for (const row of rows) if (row.kind === 'same') expect(text(row.left)).toBe(text(row.right));
    }));
  });

  test('a thousand rewritten lines are compared in no time', () => {
    const many = (word: string): string => Array.from({ length: 1_000 }, (_, at) => `${word} line ${at} of many`).join('\n');
    const started = performance.now();
    expect(countChanges(diffRows(many('old'), many('new'))).changed).toBe(1_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('folding', () => {
  const body = (changed: number): string => Array.from({ length: 20 }, (_, at) => (at === changed ? `line ${at} has other words` : `line ${at} has words`)).join('\n');

  test('three lines around a change stay, longer unchanged stretches are one piece each', () => {
    const pieces = foldRows(diffRows(body(-1), body(10)));
    expect(pieces.map(({ folded, rows }) => [folded, rows.length])).toEqual([[true, 7], [false, 7], [true, 6]]);
  });

  test('a few lines are not worth folding', () => {
    expect(foldRows(diffRows(body(-1), body(5))).map(({ folded, rows }) => [folded, rows.length])).toEqual([[false, 2], [false, 7], [true, 11]]);
  });

  test('changes are counted by what they are', () => {
    expect(countChanges(diffRows('a b c\nx\n', 'a b d\ny z w\nk\n'))).toEqual({ changed: 1, added: 2, removed: 1 });
  });
});
