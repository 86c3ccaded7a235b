import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testTable } from '../../testing/coach.ts';
import { createWordLikeness } from './word-likeness.ts';

const likenessTo = createWordLikeness(testTable());
const like = (query: string, passage: string): number => likenessTo(query)(passage);

describe('likeness of words', () => {
  it('is 1 for a passage that has all telling words, in whatever order, case or accents', () => {
    expect(like('Kubernetes outage', 'The OUTAGE of our kubernétes cluster')).toBeCloseTo(1, 9);
    expect(like('what did I say about the outage', 'outage')).toBeCloseTo(like('outage said', 'outage'), 0);
  });

  it('is 0 for one that has none of them, and for a query without telling words', () => {
    expect(like('Kubernetes outage', 'I like to go by bus')).toBe(0);
    for (const query of ['', 'the of and to', '!?', '🎉']) expect(like(query, 'the of and to 🎉')).toBe(0);
  });

  it('finds what a misspelt word means', () => {
    const likeness = likenessTo('kuberntes');
    expect(likeness('We ran Kubernetes there')).toBeGreaterThan(0.5);
    expect(likeness('We ran a number of cubes there')).toBeLessThan(0.2);
    expect(like('переговры', 'долгие переговоры')).toBeGreaterThan(like('переговры', 'долгие каникулы') + 0.3);
  });

  it('counts a rare word for more than a common one', () => {
    expect(like('idempotency team', 'idempotency')).toBeGreaterThan(like('idempotency team', 'team'));
  });

  it('prefers all of a query once to a part of it often', () => {
    const likeness = likenessTo('payment outage postmortem');
    expect(likeness('The payment outage: a postmortem')).toBeGreaterThan(likeness('payment payment outage payment outage payment'));
  });

  it('stays between 0 and 1, and remembers nothing of other passages or queries', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.array(fc.constantFrom('payment', 'kuberntes', 'banana', "isn't", 'C++', '界界', 'x'.repeat(80)), { maxLength: 40 }).map((words) => words.join(' ')));
    fc.assert(fc.property(text, text, text, (one, other, passage) => {
      const first = likenessTo(one), before = first(passage);
      expect(before).toBeGreaterThanOrEqual(0);
      expect(before).toBeLessThanOrEqual(1 + 1e-9);
      likenessTo(other)(passage);
      first(other);
      expect(first(passage)).toBe(before);
      expect(createdAnew(one)(passage)).toBe(before);
    }), { numRuns: 200 });
  });

  const createdAnew = (query: string) => createWordLikeness(testTableOnce())(query);
  let tableOnce: ReturnType<typeof testTable> | undefined;
  const testTableOnce = () => (tableOnce ??= testTable());
});
