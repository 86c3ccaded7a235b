import { describe, expect, it } from 'vitest';
import { analyseText } from './analysed-text.ts';
import { testLanguage, testTable } from '../../testing/coach.ts';
import { splitWords } from './words.ts';

const language = testLanguage(), table = testTable();
const analyse = (text: string) => analyseText(text, language, table);
const terms = (text: string) => analyse(text).tokens.filter((token) => !token.stop).map((token) => token.term);
const negated = (text: string) => analyse(text).tokens.filter((token) => token.negated && !token.stop).map((token) => token.word);

describe('splitting words', () => {
  it('keeps complexity classes, signs, decimals and apostrophes together, with their place', () => {
    expect(splitWords("O(n log n) isn't 99.9% of C++ on CI/CD").map((word) => word.word)).toEqual(['o(n log n)', "isn't", '99.9', '%', 'of', 'c++', 'on', 'ci/cd']);
    const text = 'Über p95 latency';
    expect(splitWords(text).map(({ start, end }) => text.slice(start, end))).toEqual(['Über', 'p95', 'latency']);
  });

  it('takes a megabyte without a space, or of commas, in well under a second', () => {
    const start = performance.now();
    splitWords('a'.repeat(1_000_000));
    splitWords('a,'.repeat(500_000));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('aliases', () => {
  it.each([
    ['k8s', 'Kubernetes'], ['postgres', 'PostgreSQL'], ['js', 'JavaScript'], ['CI/CD', 'continuous integration and delivery'],
    ['p95', '95th percentile'], ['linearithmic', 'O(n log n)'], ['constant time', 'O(1)'], ['FIFO', 'first in first out'], ['DB', 'databases'],
  ])('"%s" and "%s" are one term', (short, long) => {
    expect(terms(short)).toEqual(terms(long));
    expect(terms(short)).toHaveLength(1);
  });

  it('does not see "js" inside another word', () => {
    expect(terms('json')).not.toEqual(terms('js'));
  });
});

describe('negation', () => {
  it('reaches to the end of its clause and no further', () => {
    expect(negated('The server does not store the key, it stores the response.')).toEqual(['store', 'key']);
  });

  it('is turned back by a second one', () => {
    expect(negated('We never skip the backup')).not.toContain('backup');
  });

  it('takes in the whole statement when something is waved away', () => {
    expect(negated('Pinning a customer after a write is not needed.')).toEqual(expect.arrayContaining(['pinning', 'customer', 'write']));
  });

  it('leaves "not only" alone', () => {
    expect(negated('We store not only the key')).toEqual([]);
  });
});

describe('clauses', () => {
  it('end at punctuation and before joining words, not inside numbers or names', () => {
    const text = analyse('Latency fell from 1.8 to 0.4 seconds on node.js, because the index was used. Then we stopped.');
    expect(text.sentences).toHaveLength(2);
    expect(text.clauses.map((clause) => text.tokens[clause.first]!.word)).toEqual(['latency', 'because', 'then']);
  });
});
