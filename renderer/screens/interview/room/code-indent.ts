/** A text field's value and selection, in characters. */
export interface FieldState { text: string; from: number; to: number }

/** One step of indentation. */
export const INDENT = '  ';

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** What Tab does in the code field: a step at the caret, or every selected line one step in. */
export function indent({ text, from, to }: FieldState): FieldState {
  if (!text.slice(from, to).includes('\n')) return { text: text.slice(0, from) + INDENT + text.slice(to), from: from + INDENT.length, to: from + INDENT.length };
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  const moved = lines.map((line) => (line === '' ? line : INDENT + line));
  const added = moved.join('\n').length - lines.join('\n').length;
  return { text: text.slice(0, start) + moved.join('\n') + text.slice(to), from: from + (lines[0] === '' ? 0 : INDENT.length), to: to + added };
}

/** What Shift+Tab does: the lines of the selection one step out. */
export function outdent({ text, from, to }: FieldState): FieldState {
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  // The last line counts whole, so that its indentation is seen even when the caret stands inside it.
  const rest = text.slice(to);
  const cut = (line: string): number => (line.startsWith('\t') ? 1 : Math.min(INDENT.length, line.length - line.trimStart().length));
  const moved = lines.map((line) => line.slice(cut(line)));
  const removedFirst = cut(lines[0] ?? '');
  const removed = lines.join('\n').length - moved.join('\n').length;
  return { text: text.slice(0, start) + moved.join('\n') + rest, from: Math.max(start, from - removedFirst), to: Math.max(start, to - removed) };
}

/** What Enter does: a new line with the indentation of this one, one step more after an opening bracket or a colon. */
export function breakLine({ text, from, to }: FieldState): FieldState {
  const line = text.slice(lineStart(text, from), from);
  const lead = /^[ \t]*/.exec(line)?.[0] ?? '';
  const more = /[([{:]\s*$/.test(line) ? INDENT : '';
  const added = `\n${lead}${more}`;
  return { text: text.slice(0, from) + added + text.slice(to), from: from + added.length, to: from + added.length };
}
