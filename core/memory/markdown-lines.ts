/** Follows fenced code through the lines of a text, each given once and in order: whether a line belongs to a block of code, its fences too. */
export function fenceFollower(): (line: string) => boolean {
  let open = '';
  return (line) => {
    const [, marks = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === '') {
      // Backticks after backticks are code within a line.
      if (marks !== '' && !(marks.startsWith('`') && rest.includes('`'))) open = marks;
      return open !== '';
    }
    if (marks.startsWith(open) && rest.trim() === '') open = '';
    return true;
  };
}

/** A line of code by its indentation; its blanks may mean something. */
export const isIndented = (line: string): boolean => /^(?: {4}|\t)/.test(line);

/** The beginning of a list item: a bullet or a number. */
export const LIST_ITEM = /^\s*(?:[-*+•–‣▪●◦]|\d{1,3}[.)])\s+\S/;
