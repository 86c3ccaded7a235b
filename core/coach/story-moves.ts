import type { AnalysedText } from './analysed-text.ts';
import type { Language } from './language.ts';

/** The moves of a story that a rubric point asks for, as bits. */
export function movesAsked(shows: AnalysedText, language: Language): number {
  let bits = 0;
  for (let i = 0; i < shows.words.length; i++) bits |= language.storyMoves.asked.at(shows.words, i)?.value ?? 0;
  return bits;
}

/** The moves told by the tokens from `first` to `end`, as bits; what is denied is not told, and neither is what somebody would do. */
export function movesTold(text: AnalysedText, first: number, end: number, language: Language): number {
  const words: string[] = [], tokens: number[] = [];
  // A cue that begins here may run a few words on.
  for (let t = first; t < Math.min(text.tokens.length, end + 4); t++) for (const word of text.tokens[t]!.word.split(' ')) { words.push(word); tokens.push(t); }
  let bits = 0;
  for (let i = 0; i < words.length && tokens[i]! < end; i++) {
    const token = text.tokens[tokens[i]!]!;
    if (!token.negated && (/^\d/.test(token.word) || language.numberWords.has(token.word))) bits |= language.storyMoves.figure;
    const hit = language.storyMoves.told.at(words, i);
    if (hit && !text.tokens[tokens[i + hit.length - 1]!]!.negated) bits |= hit.value;
  }
  return bits;
}

/** Number of bits set. */
export function countMoves(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
