/** A stretch of text with something to say about it: evidence for a rubric point, a hedge, a finding. */
export interface TextMark {
  /** Names what the mark stands for, for instance a point id. Several marks may share one. */
  id: string;
  kind: 'evidence' | 'hedge' | 'filler' | 'finding';
  start: number;
  end: number;
}

/** A piece of text that the same marks cover from end to end. */
export interface TextSegment {
  start: number;
  end: number;
  text: string;
  marks: TextMark[];
  /** The marks that end with this piece: their numbers stand after it. */
  closing: TextMark[];
}

/** A paragraph or a fenced code block of an answer, in characters of the whole answer. */
export interface TextBlock {
  shape: 'paragraph' | 'code';
  start: number;
  end: number;
}

/**
 * Cuts `text` at every edge of every mark, so that overlapping and nested marks each keep their exact words.
 * Marks outside of the text are clamped to it, empty ones are left out.
 */
export function splitByMarks(text: string, marks: readonly TextMark[], from = 0, to = text.length): TextSegment[] {
  const inside = marks
    .map((mark) => ({ mark, start: Math.max(from, mark.start), end: Math.min(to, mark.end) }))
    .filter(({ start, end }) => start < end);
  const edges = [...new Set([from, to, ...inside.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const segments: TextSegment[] = [];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const start = edges[i] as number;
    const end = edges[i + 1] as number;
    const covering = inside.filter((each) => each.start <= start && each.end >= end);
    segments.push({
      start, end, text: text.slice(start, end),
      marks: covering.map(({ mark }) => mark),
      // A mark that goes on in the next block is not closed here.
      closing: covering.filter((each) => each.end === end && each.mark.end <= to).map(({ mark }) => mark),
    });
  }
  return segments;
}

/** Finds the paragraphs and fenced code blocks of an answer; fences and blank lines belong to no block. */
export function findBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let open = null as TextBlock | null;
  let fence = '';
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    const ticks = /^\s*(`{3,})(.*)$/.exec(line);
    // Inside a block only a run at least as long as the opening one ends it, as in Markdown.
    if (ticks && (fence === '' || (ticks[1]?.length ?? 0) >= fence.length && ticks[2]?.trim() === '')) {
      if (open && open.end > open.start) blocks.push(open);
      open = null;
      fence = fence === '' ? (ticks[1] ?? '') : '';
    } else if (fence !== '') {
      open = open ? { ...open, end } : { shape: 'code', start: at, end };
    } else if (line.trim() === '') {
      if (open) blocks.push(open);
      open = null;
    } else {
      open = open ? { ...open, end } : { shape: 'paragraph', start: at, end };
    }
    at = end + 1;
  }
  if (open && open.end > open.start) blocks.push(open);
  return blocks;
}
