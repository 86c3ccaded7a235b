import { describe, expect, test } from 'vitest';
import { breakLine, indent, outdent, type FieldState } from './code-indent.ts';

/** `|` stands for the caret, two of them for a selection. */
const field = (marked: string): FieldState => {
  const [before = '', middle, after] = marked.split('|');
  if (after === undefined) return { text: before + (middle ?? ''), from: before.length, to: before.length };
  return { text: before + middle + after, from: before.length, to: before.length + (middle ?? '').length };
};
const show = ({ text, from, to }: FieldState): string => (from === to ? `${text.slice(0, from)}|${text.slice(from)}` : `${text.slice(0, from)}|${text.slice(from, to)}|${text.slice(to)}`);

describe('code field', () => {
  test('Tab puts a step at the caret', () => expect(show(indent(field('a|b')))).toBe('a  |b'));
  test('Tab moves every selected line in and keeps them selected', () => expect(show(indent(field('if x:\n|a\n\nb|')))).toBe('if x:\n  |a\n\n  b|'));
  test('Shift+Tab moves the line out, wherever the caret is in it', () => expect(show(outdent(field('x\n    a|b')))).toBe('x\n  a|b'));
  test('Shift+Tab never moves the caret to the line before', () => expect(show(outdent(field('x\n | ab')))).toBe('x\n|ab'));
  test('Shift+Tab moves all lines of a selection out and keeps them selected', () => expect(show(outdent(field('  i|f x:\n    a\n | b')))).toBe('i|f x:\n  a\n|b'));
  test('Shift+Tab leaves a line that is not indented alone', () => expect(show(outdent(field('a|b')))).toBe('a|b'));
  test('Enter keeps the indentation', () => expect(show(breakLine(field('  a;|')))).toBe('  a;\n  |'));
  test('Enter goes a step further in after a colon or a bracket', () => {
    expect(show(breakLine(field('def f():|')))).toBe('def f():\n  |');
    expect(show(breakLine(field('  if (x) {|}')))).toBe('  if (x) {\n    |}');
  });
});
