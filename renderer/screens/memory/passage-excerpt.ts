/** A stretch of text, from `start` up to `end`, in characters. */
export interface Stretch { start: number; end: number }

/** A passage cut to what can be read at a glance; `marks` are places in `text`. */
export interface Excerpt { text: string; marks: Stretch[]; cutBefore: boolean; cutAfter: boolean }

/** How much of a passage stands before the first marked word of an excerpt, in characters. */
const LEAD = 60;

/** The part of a passage of at most about `most` characters that holds the most marks, cut between words. Without marks it is the beginning. */
export function excerptOf(passage: string, marks: readonly Stretch[], most: number): Excerpt {
  const inside = marks.map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(passage.length, end) })).filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start);
  if (passage.length <= most) return { text: passage, marks: inside, cutBefore: false, cutAfter: false };
  const held = (from: number): number => inside.filter(({ start, end }) => start >= from && end <= from + most - LEAD).length;
  const best = inside.reduce<Stretch | undefined>((chosen, mark) => (!chosen || held(mark.start) > held(chosen.start) ? mark : chosen), undefined);
  const start = wordAfter(passage, Math.min(Math.max(0, (best?.start ?? 0) - LEAD), passage.length - most));
  const end = wordBefore(passage, Math.min(start + most, passage.length), start);
  return {
    text: passage.slice(start, end), cutBefore: start > 0, cutAfter: end < passage.length,
    marks: inside.filter((mark) => mark.end > start && mark.start < end).map((mark) => ({ start: Math.max(mark.start, start) - start, end: Math.min(mark.end, end) - start })),
  };
}

/** The first beginning of a word from `at` on, not far away; `at` itself where there is none. */
function wordAfter(text: string, at: number): number {
  if (at === 0 || /\s/.test(text[at - 1] ?? '')) return at;
  const gap = text.slice(at, at + LEAD).search(/\s/);
  return gap === -1 ? at : at + gap + 1;
}

function wordBefore(text: string, at: number, from: number): number {
  if (at === text.length || /\s/.test(text[at] ?? '')) return at;
  const gap = text.slice(Math.max(from, at - LEAD), at).search(/\s\S*$/);
  return gap === -1 ? at : Math.max(from, at - LEAD) + gap;
}

/**
 * Cuts a long text between lines into blocks of about `size` characters, so that the window lays out only those in view.
 * Each line break at a cut belongs to no block; every other character to exactly one.
 */
export function textBlocks(text: string, size = 1_500): Stretch[] {
  const blocks: Stretch[] = [];
  for (let start = 0; start < text.length;) {
    let end = text.length - start <= size ? text.length : text.indexOf('\n', start + size);
    // An empty line at the edge of a block would not be drawn.
    while (end > 0 && end < text.length && text[end - 1] === '\n') end = text.indexOf('\n', end + 1);
    if (end === -1) end = text.length;
    blocks.push({ start, end });
    start = end + 1;
  }
  return blocks;
}
