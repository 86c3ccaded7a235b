import { stemmer } from 'stemmer';
import { describe, expect, it } from 'vitest';
import { passesFilter, readSearchCollection } from './search-collection.ts';

const { docs, queries, qrels } = readSearchCollection();
const docById = new Map(docs.map((doc) => [doc.id, doc]));
const queryById = new Map(queries.map((query) => [query.id, query]));
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const whole = (id: string): string => `${docById.get(id)!.title} ${docById.get(id)!.text}`;

function runs(text: string, length: number): Set<string> {
  const list = words(text);
  return new Set(list.slice(0, Math.max(0, list.length - length + 1)).map((_, at) => list.slice(at, at + length).join(' ')));
}

/** Little words that a paraphrase may share with its document. */
const GRAMMAR = new Set(('a about above after all an and any are as at be been before but by can do does for from had has have how i if in into is it its '
  + 'me my no not of on or our so some than that the their them then they this to too up was we were what when where which while who why with without you your').split(' '));

describe('the labelled search collection', () => {
  it('has every id, text and judgement once', () => {
    for (const list of [docs.map((doc) => doc.id), docs.map((doc) => doc.text), queries.map((query) => query.id),
      queries.map((query) => query.text.toLowerCase()), qrels.map((row) => `${row.query} ${row.doc}`)]) {
      expect(list.filter((entry, at) => list.indexOf(entry) !== at)).toEqual([]);
    }
  });

  it('judges only queries and documents that exist, and finds nothing relevant behind a filter', () => {
    const wrong = qrels.filter(({ query, doc, grade }) => !queryById.has(query) || !docById.has(doc) || ![0, 1, 2, 3].includes(grade)
      || (grade > 0 && !passesFilter(docById.get(doc)!, queryById.get(query)!.filter)));
    expect(wrong).toEqual([]);
  });

  it('has a document of grade 3 for every query, and nothing at all for the unanswerable ones', () => {
    for (const query of queries) {
      const best = Math.max(0, ...qrels.filter((row) => row.query === query.id).map((row) => row.grade));
      expect([query.id, best]).toEqual([query.id, query.kind === 'unanswerable' ? 0 : 3]);
    }
  });

  it('has documents of 20 to 180 words, no two alike', () => {
    const trigrams = docs.map((doc) => runs(doc.text, 3));
    docs.forEach((doc, i) => {
      const length = doc.text.split(/\s+/).length;
      expect(length >= 20 && length <= 180, doc.id).toBe(true);
      for (let j = 0; j < i; j++) {
        let shared = 0;
        for (const run of trigrams[i]!) if (trigrams[j]!.has(run)) shared++;
        expect(shared / (trigrams[i]!.size + trigrams[j]!.size - shared), `${doc.id} ${docs[j]!.id}`).toBeLessThan(0.2);
      }
    });
  });

  it('has no query that copies six words in a row, or all of its words, from a document', () => {
    for (const query of queries) {
      const phrases = [...runs(query.text, 6), ...(words(query.text).length === 5 ? [words(query.text).join(' ')] : [])];
      const copied = docs.filter((doc) => phrases.some((phrase) => ` ${words(whole(doc.id)).join(' ')} `.includes(` ${phrase} `)));
      expect([query.id, copied.map((doc) => doc.id)]).toEqual([query.id, []]);
    }
  });

  it('has paraphrases that share no stem with the documents looked for', () => {
    for (const { query, doc } of qrels.filter((row) => row.grade === 3 && queryById.get(row.query)!.kind === 'paraphrase')) {
      const stems = new Set(words(whole(doc)).map((word) => stemmer(word)));
      const shared = words(queryById.get(query)!.text).filter((word) => !GRAMMAR.has(word) && stems.has(stemmer(word)));
      expect([query, doc, shared]).toEqual([query, doc, []]);
    }
  });

  it('keeps a third of each kind for development', () => {
    for (const kind of new Set(queries.map((query) => query.kind))) {
      const own = queries.filter((query) => query.kind === kind);
      expect(Math.abs(own.filter((query) => query.split === 'dev').length - own.length / 3)).toBeLessThan(1);
    }
  });
});
