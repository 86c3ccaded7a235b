import { fenceFollower, isIndented, LIST_ITEM } from './markdown-lines.ts';

/** A page's header or footer is no longer than this, in characters. */
const PAGE_LINE_CHARACTERS = 80;
/** It returns this often at least, with a page of lines between: pages have more lines than this, blank ones not counted, and about equally many. */
const PAGE_LINE_TIMES = 3, PAGE_LINES_LEAST = 12, PAGE_LINES_SLACK = 0.15, PAGE_LINES_SLACK_LEAST = 2;
/** A block that was pasted twice has more characters than this; shorter ones are headings, names and dates that may well return. */
const BLOCK_CHARACTERS = 60;
/** So many shorter ones before a longer one are looked at, to take them along. */
const SHORT_BLOCKS_MOST = 20;

/**
 * Headers and footers of pages kept once: short lines that return three times or more at regular distance, whatever numbers they hold.
 * Headings, list items, table rows, labels ("Tasks:") and code are none.
 */
export function withoutPageLines(lines: readonly string[]): string[] {
  const places = new Map<string, { line: number; at: number }[]>();
  const isFenced = fenceFollower();
  let at = 0;
  lines.forEach((text, line) => {
    const fenced = isFenced(text);
    if (text === '') return;
    at++;
    const key = fenced || (isIndented(text) && [lines[line - 1], lines[line + 1]].some((next) => next !== undefined && isIndented(next))) ? null : pageLine(text);
    if (key === null) return;
    const known = places.get(key);
    if (known) known.push({ line, at }); else places.set(key, [{ line, at }]);
  });
  const gone = new Set<number>();
  for (const found of places.values()) if (isRegular(found)) for (const { line } of found.slice(1)) gone.add(line);
  return gone.size === 0 ? [...lines] : lines.filter((_, line) => !gone.has(line));
}

/** What makes two such lines the same one; null for a line that is none. */
function pageLine(line: string): string | null {
  const text = line.trim();
  if (text.length > PAGE_LINE_CHARACTERS || !/[\p{L}\p{N}]/u.test(text)) return null;
  if (/^#{1,6}\s|^\||[:,;{}]$/.test(text) || (LIST_ITEM.test(line) && !/^-\s\d+\s-$/.test(text))) return null;
  return text.replace(/\d+/g, '0').replace(/\s+/g, ' ');
}

function isRegular(found: readonly { at: number }[]): boolean {
  if (found.length < PAGE_LINE_TIMES) return false;
  const gaps = found.slice(1).map(({ at }, index) => at - found[index]!.at).toSorted((one, other) => one - other);
  const middle = gaps[gaps.length >> 1]!;
  const slack = Math.max(PAGE_LINES_SLACK_LEAST, middle * PAGE_LINES_SLACK);
  return middle >= PAGE_LINES_LEAST && gaps.every((gap) => Math.abs(gap - middle) <= slack);
}

/** A run of lines between blank ones, or one block of code. */
interface Block { from: number; to: number; key: string; size: number; code: boolean }

/** Blocks that stand in the text already are left out, and with them their short neighbours when these return too. Code stays. */
export function withoutRepeatedBlocks(lines: readonly string[]): string[] {
  const blocks = blocksOf(lines);
  const first = new Map<string, number>();
  const gone = new Set<number>();
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]!;
    const same = block.code ? undefined : first.get(block.key);
    if (same === undefined) {
      if (!block.code) first.set(block.key, index);
      continue;
    }
    let length = 0, telling = false;
    while (telling || length < SHORT_BLOCKS_MOST) {
      const [here, there] = [blocks[index + length], blocks[same + length]];
      if (!here || here.code || here.key !== there?.key) break;
      telling ||= here.size >= BLOCK_CHARACTERS;
      length++;
    }
    if (!telling) continue;
    for (const { from, to } of blocks.slice(index, index + length)) for (let line = from; line < to; line++) gone.add(line);
    index += length - 1;
  }
  return gone.size === 0 ? [...lines] : lines.filter((_, line) => !gone.has(line));
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  const isFenced = fenceFollower();
  let open: Block | undefined;
  lines.forEach((text, line) => {
    const fenced = isFenced(text), code = fenced || isIndented(text);
    if (!fenced && text.trim() === '') { open = undefined; return; }
    if (open?.code !== code) blocks.push(open = { from: line, to: line, key: '', size: 0, code });
    const squeezed = text.trim().replace(/\s+/g, ' ');
    open.to = line + 1;
    open.key += `${squeezed}\n`;
    open.size += squeezed.length;
  });
  return blocks;
}
