import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Continuation, overlapLength } from './continuation.ts';

const join = (said: string, pieces: string[], exact: boolean): string => { const seam = new Continuation(said, exact); return said + pieces.map((piece) => seam.push(piece)).join('') + seam.flush(); };

describe('joining what two models said', () => {
  it.each([
    ['a repeated tail', 'What did you measure before', ['you measure before', ' you began?'], 'What did you measure before you began?'],
    ['the whole text begun again', 'What did you measure', ['What did ', 'you measure first?'], 'What did you measure first?'],
    ['a word cut in half', 'What did you mea', ['measure first?'], 'What did you measure first?'],
    ['a missing space', 'What did you', ['measure first?'], 'What did you measure first?'],
    ['a new sentence', 'I see.', ['What did you measure?'], 'I see. What did you measure?'],
    ['punctuation', 'I see', [', and what then?'], 'I see, and what then?'],
    ['a space too many', 'What did you ', [' measure?'], 'What did you measure?'],
    ['a paragraph', 'I see. ', ['\n\nWhat then?'], 'I see. \n\nWhat then?'],
    ['nothing', 'I see.', ['  '], 'I see.'],
    ['a repeated tail after a space', 'What did you measure before ', ['you measure before you began?'], 'What did you measure before you began?'],
  ])('handles %s', (_, said, pieces, whole) => { expect(join(said, pieces, false)).toBe(whole); });

  it.each([
    ['a half word', 'What did you mea', ['sure', ' first?'], 'What did you measure first?'],
    ['a space of its own', 'What did you', [' measure?'], 'What did you measure?'],
    ['a repetition nonetheless', 'What did you measure before', ['What did you measure before you began?'], 'What did you measure before you began?'],
  ])('takes an exact continuation as it is: %s', (_, said, pieces, whole) => { expect(join(said, pieces, true)).toBe(whole); });

  it('is the same wherever the continuation was cut into pieces', () => {
    const words = fc.array(fc.constantFrom('what', 'did', 'you', 'measure', 'before', 'the', 'index', 'grew?', 'then'), { minLength: 1, maxLength: 14 }).map((list) => list.join(' '));
    fc.assert(fc.property(words, words, fc.nat(20), fc.boolean(), fc.array(fc.nat(60), { maxLength: 4 }), (said, next, back, exact, cuts) => {
      const text = said.slice(-back) + next;
      const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((one, other) => one - other)];
      const pieces = places.map((from, index) => text.slice(from, places[index + 1] ?? text.length));
      expect(join(said, pieces, exact)).toBe(join(said, [text], exact));
    }), { numRuns: 500 });
  });

  it('holds text back no longer than it could be a repetition', () => {
    const seam = new Continuation('What did you measure before', true);
    expect([seam.push('you mea'), seam.push('nt to say'), seam.push(' it')]).toEqual(['', 'you meant to say', ' it']);
  });

  it('does not take chance for a repetition', () => {
    expect([overlapLength('before you', 'you began'), overlapLength('what did you measure', 'did you measure first')]).toEqual([0, 15]);
  });
});
