import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterJoiner, StopTexts, ThoughtFilter } from './reply-text.ts';

const pieces = (text: string, sizes: number[]): string[] => {
  const out: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn++) { const size = sizes[turn % sizes.length] ?? 1; out.push(text.slice(at, at + size)); at += size; }
  return out;
};
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
const run = (filter: { push(text: string): string; flush(): string }, texts: string[]): string => texts.map((text) => filter.push(text)).join('') + filter.flush();

describe('characters', () => {
  it('come whole, byte by byte, and broken ones come as what they are', () => {
    const decode = (tokens: number[]): string => new TextDecoder().decode(Uint8Array.from(tokens));
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      const joiner = new CharacterJoiner<number>(decode, []);
      const out = [...new TextEncoder().encode(text)].map((byte) => joiner.push(byte));
      expect(out.join('') + joiner.flush()).toBe(text);
      for (const piece of out) expect(piece.isWellFormed()).toBe(true);
    }));
    const joiner = new CharacterJoiner<number>(decode, []);
    expect([0xff, 0x41].map((byte) => joiner.push(byte)).join('') + joiner.flush()).toBe('\uFFFDA');
  });
});

describe('stop texts', () => {
  it('end the text before the first of them, however it is cut', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '#'), maxLength: 30 }), sizes, (text, cut) => {
      const stops = ['#b', 'aa#'];
      const ends = stops.map((stop) => text.indexOf(stop)).filter((index) => index !== -1);
      const filter = new StopTexts(stops);
      // A longer one that begins earlier may be completed later than a shorter one.
      const shown = run(filter, pieces(text, cut));
      expect(filter.stopped).toBe(ends.length > 0);
      expect(text.startsWith(shown)).toBe(true);
      for (const stop of stops) expect(shown).not.toContain(stop);
      if (ends.length === 0) expect(shown).toBe(text);
    }));
  });
});

describe('thoughts', () => {
  it('are left out, however the text is cut, and an unfinished one too', () => {
    fc.assert(fc.property(sizes, (cut) => {
      expect(run(new ThoughtFilter('<think>\n', '\n</think>'), pieces('a <think>b\nc</think>\n\nd<thin e', cut))).toBe('a d<thin e');
      expect(run(new ThoughtFilter('<think>', '</think>'), pieces('a<think>never ends', cut))).toBe('a');
      expect(run(new ThoughtFilter('<think>', '</think>', true), pieces('so</think> a', cut))).toBe('a');
      expect(run(new ThoughtFilter('', ''), pieces('a<think>b', cut))).toBe('a<think>b');
    }));
  });
});
