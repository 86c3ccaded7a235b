import { fenceFollower, isIndented, LIST_ITEM } from './markdown-lines.ts';

/** One block of a text, from its first character to after its last. `level` is 1 to 6 for headings, else 0. */
export interface Block { start: number; end: number; level: number; title: string; code: boolean }
interface Line { start: number; end: number; text: string; fenced: boolean }

/** A heading in capitals is no longer than this; it counts as one of the first level. */
const CAPITALS_MOST = 60, CAPITALS_LEAST = 4, CAPITALS_LEVEL = 1;
const TITLE_MOST = 80;

/** Reads Markdown's structure from any text: headings (`#`, underlined, or a line in capitals), paragraphs, list items, code. Linear; never throws. */
export function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = linesOf(text);
  let open: Block | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!, next = lines[index + 1];
    if (!line.fenced && line.text.trim() === '') { open = undefined; continue; }
    const heading = line.fenced ? null : headingIn(line.text, lines[index - 1]?.text, next?.fenced ? undefined : next?.text);
    if (heading) {
      const last = heading.lines === 2 && next ? next : line;
      blocks.push({ start: line.start, end: last.end, level: heading.level, title: heading.title.slice(0, TITLE_MOST), code: false });
      index += heading.lines - 1;
      open = undefined;
      continue;
    }
    const code = line.fenced || (isIndented(line.text) && !LIST_ITEM.test(line.text) && open?.code !== false);
    if (open?.code === code && (code || !LIST_ITEM.test(line.text))) open.end = line.end;
    else blocks.push(open = { start: line.start, end: line.end, level: 0, title: '', code });
  }
  return blocks;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  const isFenced = fenceFollower();
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start), end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    lines.push({ start, end, text: line, fenced: isFenced(line) });
    start = end + 1;
  }
  return lines;
}

function headingIn(line: string, before: string | undefined, next: string | undefined): { level: number; title: string; lines: 1 | 2 } | null {
  const [, marks, marked] = /^ {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
  if (marks !== undefined && marked !== undefined) return { level: marks.length, title: marked, lines: 1 };
  const title = line.trim();
  const alone = before === undefined || before.trim() === '';
  if (!alone || isIndented(line) || LIST_ITEM.test(line) || title.startsWith('|')) return null;
  const [under] = /^ {0,3}(?:=+|-{2,}) *$/.exec(next ?? '') ?? [];
  if (under !== undefined && title.length <= TITLE_MOST) return { level: under.includes('=') ? 1 : 2, title, lines: 2 };
  const letters = title.match(/\p{L}/gu)?.length ?? 0;
  const capitals = letters >= CAPITALS_LEAST && title.length <= CAPITALS_MOST && title === title.toUpperCase() && title !== title.toLowerCase() && !/[.!?,;]$/.test(title);
  return capitals ? { level: CAPITALS_LEVEL, title: title.replace(/:$/, ''), lines: 1 } : null;
}
