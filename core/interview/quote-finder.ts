import type { AnswerPart, Span } from '../coach/grade-types.ts';

/** A word, or a run of signs that tells code apart, folded for comparison; offsets are UTF-16 into the original text. */
export interface QuoteToken { fold: string; start: number; end: number }

const TOKEN = /[\p{L}\p{M}\p{N}]+|[=<>‹›!+*/%&|^~#$]+/gu;
/** Where a model leaves words out: three dots, with or without brackets. */
const GAP = /\[?\s*(?:…|\.\s?\.\s?\.)\s*\]?/;
/** A quote that is not there letter for letter still counts when one run of it holds this share of its words, and so many words. */
const RUN_SHARE = 0.6, RUN_LEAST = 4;

/**
 * Cuts a text for comparison. Case, accents, white space, punctuation, dashes and the shape of quotation marks do not count; letters,
 * digits and the signs of code do. The marks that fences put in place of `<` and `>` are those again.
 */
export function quoteTokens(text: string): QuoteToken[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: word, index }) => ({
    fold: word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('‹', '<').replaceAll('›', '>'), start: index, end: index + word.length,
  }));
}

/** The longest run of one list that stands in another, in both as token indices. O(a·b). */
export function longestRun(a: readonly QuoteToken[], b: readonly QuoteToken[]): { inA: number; inB: number; length: number } {
  const best = { inA: 0, inB: 0, length: 0 };
  let before = new Uint32Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    const now = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      if (a[i]!.fold !== b[j]!.fold) continue;
      const length = before[j]! + 1;
      now[j + 1] = length;
      if (length > best.length) Object.assign(best, { inA: i - length + 1, inB: j - length + 1, length });
    }
    before = now;
  }
  return best;
}

/** Where in the answer a quote stands, with the tokens of that part; null when it does not stand there. */
export interface FoundQuote { span: Span; first: number; end: number; tokens: readonly QuoteToken[] }

/**
 * Finds a model's quote in the answer. Words left out must be marked; then every piece has to be there, in one part and in order, and
 * the longest piece is the span: evidence is a stretch that somebody said, never one that was put together.
 */
export function findQuote(quote: string, parts: readonly AnswerPart[]): FoundQuote | null {
  const pieces = quote.split(GAP).map(quoteTokens).filter((tokens) => tokens.length > 0);
  if (pieces.length === 0) return null;
  const cut = parts.map(({ text }) => quoteTokens(text));
  for (const [number, tokens] of cut.entries()) {
    const at = inOrder(pieces, tokens);
    if (at) return found(number, tokens, at.first, at.first + at.length);
  }
  // Small models mend a word or two while copying.
  const whole = pieces.flat();
  const runs = cut.map((tokens) => longestRun(whole, tokens));
  const number = runs.reduce((best, run, index) => (run.length > runs[best]!.length ? index : best), 0);
  const run = runs[number];
  return run && run.length >= Math.max(RUN_LEAST, Math.ceil(whole.length * RUN_SHARE)) ? found(number, cut[number]!, run.inB, run.inB + run.length) : null;

  function found(part: number, tokens: readonly QuoteToken[], first: number, end: number): FoundQuote {
    const start = tokens[first]!.start, stop = tokens[end - 1]!.end;
    return { span: { part, start, end: stop, text: parts[part]!.text.slice(start, stop) }, first, end, tokens };
  }
}

/** The place of the longest piece when all pieces follow each other. */
function inOrder(pieces: readonly QuoteToken[][], tokens: readonly QuoteToken[]): { first: number; length: number } | undefined {
  let from = 0;
  let longest: { first: number; length: number } | undefined;
  for (const piece of pieces) {
    let at = from;
    while (at + piece.length <= tokens.length && !piece.every(({ fold }, i) => tokens[at + i]!.fold === fold)) at++;
    if (at + piece.length > tokens.length) return undefined;
    if (!longest || piece.length > longest.length) longest = { first: at, length: piece.length };
    from = at + piece.length;
  }
  return longest;
}

/** Share of a stretch's tokens that stand in one run of a text, 0..1. */
export function shareFrom(stretch: readonly QuoteToken[], text: string): number {
  return stretch.length === 0 ? 0 : longestRun(stretch, quoteTokens(text)).length / stretch.length;
}
