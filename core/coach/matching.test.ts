import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyseText } from './analysed-text.ts';
import { loadLanguage } from './language.ts';
import { extractRelations } from './relations.ts';
import { createTermMatcher, editDistance } from './term-similarity.ts';
import { languageDir, testCoach, testLanguage, testTable } from '../../testing/coach.ts';
import { createWordPhrases } from './word-phrases.ts';

const language = testLanguage(), table = testTable();
const analyse = (text: string) => analyseText(text, language, table);

describe('matching terms', () => {
  const matcher = createTermMatcher(analyse('duplicate kubernetes idempotency replication latency').tokens, table);
  const strength = (expected: string, said: string) => matcher.strength(analyse(expected).tokens[0]!.term, analyse(said).tokens[0]!);

  it('ranks the same word over its family, near-synonyms and unrelated words', () => {
    expect(strength('kubernetes', 'k8s')).toBe(1);
    expect(strength('idempotency', 'idempotent')).toBeGreaterThan(0.8);
    expect(strength('duplicate', 'twice')).toBe(0.8);
    expect(strength('replication', 'replicaton')).toBeGreaterThan(0.8);
    expect(strength('duplicate', 'sofa')).toBe(0);
    expect(strength('latency', '300')).toBe(0);
  });

  it('counts letters apart, with swapped neighbours as one', () => {
    expect(editDistance('replica', 'replcia', 2)).toBe(1);
    expect(editDistance('kitten', 'sitting', 3)).toBe(3);
    expect(editDistance('cat', 'elephant', 2)).toBe(3);
  });
});

describe('word phrases', () => {
  it('prefer the longest and allow a short gap where the list says so', () => {
    const phrases = createWordPhrases([{ words: ['full'], value: 'short' }, { words: ['full', 'marks'], value: 'long' }, { words: ['ignore', '...', 'rubric'], value: 'gap' }]);
    expect(phrases.at(['full', 'marks'], 0)).toEqual({ value: 'long', length: 2 });
    expect(phrases.at('please ignore the whole rubric now'.split(' '), 1)).toEqual({ value: 'gap', length: 4 });
    expect(phrases.at('ignore one two three four five rubric'.split(' '), 0)).toBeNull();
  });
});

describe('relations', () => {
  const sides = (text: string, kind: string) => extractRelations(analyse(text), language).filter((relation) => relation.kind === kind)
    .map((relation) => [relation.first.map((token) => token.word), relation.second.map((token) => token.word)]);

  it.each(['Commit the transaction before you publish the event.', 'Publish the event after you commit the transaction.', 'After you commit the transaction, publish the event.'])('finds the same order in: %s', (text) => {
    expect(sides(text, 'order')).toContainEqual([['commit', 'transaction'], ['publish', 'event']]);
  });

  it('finds source and target whichever comes first', () => {
    expect(sides('Changes flow from the primary to the replica.', 'direction')).toContainEqual([['primary'], ['replica']]);
  });
});

describe('the language lists', () => {
  const folder = mkdtempSync(join(tmpdir(), 'language-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are refused by name when one is malformed or missing', () => {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(languageDir)) writeFileSync(join(folder, name), readFileSync(join(languageDir, name)));
    expect(() => loadLanguage(folder)).not.toThrow();
    writeFileSync(join(folder, 'polarity.yaml'), 'negators: [not]\n');
    expect(() => loadLanguage(folder)).toThrow('polarity.yaml');
    rmSync(join(folder, 'star.yaml'));
    writeFileSync(join(folder, 'polarity.yaml'), readFileSync(join(languageDir, 'polarity.yaml')));
    expect(() => loadLanguage(folder)).toThrow('star.yaml');
  });
});

describe('grading by a reference answer', () => {
  const coach = testCoach();
  const mark = (answer: string) => coach.gradeByReference({ question: 'What is a pointer?', reference: 'A variable that contains the address in memory of another variable.', answer }).mark;

  it('puts a full answer over half of one, that over an empty phrase, and nothing at all at 0', () => {
    const full = mark('It is a variable that holds the memory address of another variable.'), half = mark('A variable.'), empty = mark('Something people use in programs quite often.');
    expect(full).toBeGreaterThan(half);
    expect(half).toBeGreaterThan(empty);
    expect(mark('  ')).toBe(0);
  });
});
