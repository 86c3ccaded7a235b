import { CHARACTERS_PER_TOKEN } from '../tokens.ts';
import type { Passage } from './memory.ts';
import { readBlocks, type Block } from './text-blocks.ts';

/** The longest passage, and what it takes from the end of the one it continues, in estimated tokens. */
const PASSAGE_TOKENS = 512, OVERLAP_TOKENS = 50;
const LONGEST = Math.floor(PASSAGE_TOKENS * CHARACTERS_PER_TOKEN), OVERLAP = Math.floor(OVERLAP_TOKENS * CHARACTERS_PER_TOKEN);
/** A text up to this length, in characters, is one passage whatever headings it has. */
const SHORT = 420;
const PATH = ' › ';
/** Where a sentence ends: after its marks and what closes them, or at a line's end. */
const SENTENCE_END = /[.!?…]+["'”’)\]]*(?=\s)|[。！？]["'”’）」』]*|\n/g;

interface Range { start: number; end: number }
/** A part of a section that is not divided again. `broken` when it goes on in the middle of a sentence. */
interface Piece extends Range { broken: boolean }

/**
 * A cleaned text in passages of at most 512 estimated tokens: section by section, in them as many whole paragraphs, list items and blocks of
 * code as fit; what is longer is divided at sentences or lines, then at words, and a word only when it is longer than a passage. A passage
 * that continues another one repeats its last sentences, up to 50 tokens. `heading` is the path of headings, the title first. A passage is
 * always exactly what stands at `start`, and every character but blanks is in one. Never throws.
 */
export function chunkText(text: string, { title }: { title: string }): Passage[] {
  const whole = trimmed(text, { start: 0, end: text.length });
  if (whole.start >= whole.end) return [];
  if (whole.end - whole.start <= SHORT) return [{ position: 0, heading: title, text: text.slice(whole.start, whole.end), start: whole.start }];
  const passages: Passage[] = [];
  for (const { path, blocks } of sectionsOf(readBlocks(text))) {
    const heading = [title, ...path].filter((part) => part !== '').join(PATH);
    for (const { start, end } of packed(text, blocks)) passages.push({ position: passages.length, heading, text: text.slice(start, end), start });
  }
  return passages;
}

/** What stands under one heading, with the headings it begins with: one without words of its own goes to the first one under it. */
function sectionsOf(blocks: readonly Block[]): { path: string[]; blocks: Block[] }[] {
  const sections: { path: string[]; blocks: Block[] }[] = [];
  let above: { level: number; title: string }[] = [];
  let bare = false;
  for (const block of blocks) {
    const open = sections.at(-1);
    if (block.level === 0) {
      bare = false;
      if (open) open.blocks.push(block); else sections.push({ path: [], blocks: [block] });
      continue;
    }
    const deeper = bare && (above.at(-1)?.level ?? 0) < block.level;
    above = [...above.filter(({ level }) => level < block.level), { level: block.level, title: block.title }];
    const path = above.map((heading) => heading.title);
    if (deeper && open) { open.path = path; open.blocks.push(block); } else sections.push({ path, blocks: [block] });
    bare = true;
  }
  return sections;
}

/** Joins pieces up to the limit, from the last sentences of the passage before on. */
function packed(text: string, blocks: readonly Block[]): Range[] {
  const ranges: Range[] = [];
  let open: Range | undefined;
  for (const piece of blocks.flatMap((block) => piecesOf(text, block))) {
    if (open && piece.end - open.start <= LONGEST) { open.end = piece.end; continue; }
    const start: number = open ? overlapFrom(text, open, piece) : piece.start;
    ranges.push(open = { start, end: piece.end });
  }
  return ranges.map((range) => trimmed(text, range)).filter(({ start, end }) => start < end);
}

/** Where a passage begins that goes on after another one: at the earliest sentence, or word where a sentence was divided, that is near enough. */
function overlapFrom(text: string, before: Range, next: Piece): number {
  const from = clearOfHalves(text, Math.max(before.start, next.start - OVERLAP, next.end - LONGEST));
  const near = text.slice(from, next.start);
  const borders = next.broken ? wordsOf(near).map(({ index }) => index).slice(1) : Array.from(near.matchAll(SENTENCE_END), ({ index, 0: { length } }) => index + length);
  const border = borders.find((at) => /\S/.test(near.slice(at))) ?? near.length;
  return from + border + (/\S/.exec(near.slice(border))?.index ?? 0);
}

/** A block whole, or in sentences (of code, lines), or those in words. */
function piecesOf(text: string, block: Block): Piece[] {
  if (block.end - block.start <= LONGEST) return [{ start: block.start, end: block.end, broken: false }];
  const pieces: Piece[] = [];
  for (const sentence of sentencesOf(text, block)) {
    let { start } = sentence, broken = false;
    if (sentence.end - start > LONGEST) {
      // Leaves room for the words that are repeated.
      for (; sentence.end - start > LONGEST - OVERLAP; broken = true) {
        const end = wordBorder(text, start, start + LONGEST - OVERLAP);
        pieces.push({ start, end, broken });
        start = end;
      }
    }
    pieces.push({ start, end: sentence.end, broken });
  }
  return pieces;
}

function sentencesOf(text: string, { start, end, code }: Block): Range[] {
  const borders = code ? /\n/g : new RegExp(SENTENCE_END);
  const sentences: Range[] = [];
  let from = start;
  borders.lastIndex = start;
  for (let found = borders.exec(text); found && found.index < end; found = borders.exec(text)) {
    const to = Math.min(end, found.index + found[0].length);
    if (to > from) sentences.push({ start: from, end: to });
    from = to;
  }
  if (from < end) sentences.push({ start: from, end });
  return sentences;
}

/** The last place up to `most` where a word ends. Scripts without blanks have theirs too; a word longer than a passage is cut between characters. */
function wordBorder(text: string, start: number, most: number): number {
  for (let at = most; at > start; at--) if (/\s/.test(text[at]!)) return at;
  const from = clearOfHalves(text, Math.max(start, most - NEAR));
  const border = wordsOf(text.slice(from, most + NEAR)).findLast(({ index }) => from + index <= most && index > 0);
  return border ? from + border.index : clearOfHalves(text, most);
}
/** How far a border of words is looked for where there are no blanks, in characters. */
const NEAR = 64;

/** Runs between blanks; where there are none, words as Unicode tells them. */
const wordsOf = (text: string): { index: number }[] => (/\s/.test(text) ? [...text.matchAll(/(?<=\s|^)\S/g)] : [...SEGMENTER.segment(text)]);
const SEGMENTER = new Intl.Segmenter('en', { granularity: 'word' });

/** Not between the halves of a character. */
const clearOfHalves = (text: string, at: number): number => (/[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at);

function trimmed(text: string, { start, end }: Range): Range {
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}
