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

/** What Shift+Tab does: every line the selection touches one step out. */
export function outdent({ text, from, to }: FieldState): FieldState {
  const start = lineStart(text, from);
  const newline = text.indexOf('\n', to);
  const end = newline === -1 ? text.length : newline;
  const lines = text.slice(start, end).split('\n');
  const cut = (line: string): number => (line.startsWith('\t') ? 1 : Math.min(INDENT.length, line.length - line.trimStart().length));
  const moved = lines.map((line) => line.slice(cut(line))).join('\n');
  const lastStart = lineStart(text, to);
  const removed = end - start - moved.length;
  const removedLast = cut(lines.at(-1) ?? '');
  // Ends of the selection stay on their lines, wherever in the indentation they stood.
  const keep = (at: number, line: number, gone: number, before: number): number => Math.max(line, at - gone) - before;
  return {
    text: text.slice(0, start) + moved + text.slice(end),
    from: keep(from, start, cut(lines[0] ?? ''), 0),
    to: keep(to, lastStart, removedLast, removed - removedLast),
  };
}

/** What Enter does: a new line with the indentation of this one, one step more after an opening bracket or a colon. */
export function breakLine({ text, from, to }: FieldState): FieldState {
  const line = text.slice(lineStart(text, from), from);
  const lead = /^[ \t]*/.exec(line)?.[0] ?? '';
  const more = /[([{:]\s*$/.test(line) ? INDENT : '';
  const added = `\n${lead}${more}`;
  return { text: text.slice(0, from) + added + text.slice(to), from: from + added.length, to: from + added.length };
}
