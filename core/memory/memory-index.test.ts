import fc from 'fast-check';
import { stemmer } from 'stemmer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { openPassageStore, type PassageStore, type TestItem } from '../../testing/passage-store.ts';
import { MEMORY_KINDS } from '../contract/memory.ts';
import { INDEX_SQL, type IndexQuery } from './memory-index.ts';
import { SEARCH_RULES } from './search-rules.ts';

let folder: ReturnType<typeof temporaryFolder>;
let memory: PassageStore;
beforeEach(() => { folder = temporaryFolder(); memory = openPassageStore(folder.path); });
afterEach(() => { memory.close(); folder.dispose(); });

const unit = (...values: number[]): Float32Array => { const length = Math.hypot(...values) || 1; return Float32Array.from(values, (value) => value / length); };
const chunksOf = (query: Partial<IndexQuery> & { text: string }): number[] => memory.index.search({ limit: 10, ...query }).map(({ chunk }) => chunk);
const only = (item: TestItem): number => memory.add(item)[0]!;

describe('a search', () => {
  it('finds words in any form, says which of them it found, and puts more and rarer ones first', () => {
    const both = only({ title: 'Ledger', passages: ['We migrated the ledger to another database.'] });
    const one = only({ passages: ['The migration took a week.'] });
    only({ passages: ['Nothing of that kind.'] });
    const hits = memory.index.search({ text: 'What about migrating the Ledgers?', limit: 10 });
    expect(hits.map(({ chunk }) => chunk)).toEqual([both, one]);
    expect(hits[0]?.keyword?.terms).toEqual(['migrating', 'Ledgers']);
    expect(hits[1]?.keyword?.terms).toEqual(['migrating']);
    expect(hits[0]).toMatchObject({ score: hits[0]!.keyword!.score, vector: null, alike: null });
  });

  it('finds by vectors what shares no word, and says how near it is', () => {
    const near = only({ passages: ['salary talk'] }), far = only({ passages: ['cooking'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk: near, vector: unit(1, 0.1) }, { chunk: far, vector: unit(0, 1) }]);
    const hits = memory.index.search({ text: 'money', limit: 10, vector: { set, query: unit(1, 0), weight: 0.5 } });
    expect(hits.map(({ chunk }) => chunk)).toEqual([near]);
    expect(hits[0]?.keyword).toBeNull();
    expect(hits[0]?.vector?.cosine).toBeCloseTo(1 / Math.hypot(1, 0.1), 6);
    expect(hits[0]?.score).toBeCloseTo(0.5 * hits[0]!.vector!.cosine, 9);
  });

  it('compares what the other side found exactly, and says null where there is no vector', () => {
    const worded = only({ passages: ['ledger'] }), bare = only({ passages: ['ledger too'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk: worded, vector: unit(-1, 0.5) }]);
    const [first, second] = memory.index.search({ text: 'ledger', limit: 10, vector: { set, query: unit(1, 0), weight: 0.3 } });
    expect(first).toMatchObject({ chunk: bare, vector: null });
    expect(second).toMatchObject({ chunk: worded });
    expect(second?.vector?.cosine).toBeLessThan(0);
  });

  it('compares the vector of a passage that was found by its words alone, however far it is', () => {
    const set = memory.vectors.open('m', 'M', 2);
    for (let n = 0; n < 2 * SEARCH_RULES.nearest; n++) memory.vectors.put(set, [{ chunk: only({ passages: ['other words'] }), vector: unit(1, n / 100) }]);
    const chunk = only({ passages: ['ledger'] });
    memory.vectors.put(set, [{ chunk, vector: unit(-3, 4) }]);
    expect(memory.index.search({ text: 'ledger', limit: 10, vector: { set, query: unit(1, 0), weight: 0.1 } })[0]).toMatchObject({ chunk, vector: { cosine: -0.6, score: expect.closeTo(-0.06) as number } });
  });

  it('shows each item once, with its best passage, also when one long item holds all that is near', () => {
    const long = memory.add({ passages: Array.from({ length: 150 }, (_, n) => `ledger ${'ledger '.repeat(n % 7)} ${n}`) });
    const others = Array.from({ length: 5 }, (_, n) => only({ passages: [`the ledger once, and other words ${n}`] }));
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [...long.map((chunk) => ({ chunk, vector: unit(1, 0.001) })), ...others.map((chunk) => ({ chunk, vector: unit(1, 0.5) }))]);
    for (const text of ['ledger', 'unknown']) {
      const hits = chunksOf({ text, vector: { set, query: unit(1, 0), weight: 0.6 } });
      expect(hits).toHaveLength(6);
      expect(hits.filter((chunk) => long.includes(chunk))).toHaveLength(1);
    }
  });

  it('sees what a transaction has just added and deleted', () => {
    memory.store.write(() => {
      const chunk = only({ passages: ['ledger'] });
      expect(chunksOf({ text: 'ledger' })).toEqual([chunk]);
      memory.store.prepare('DELETE FROM memory_item').run();
      expect(chunksOf({ text: 'ledger' })).toEqual([]);
    });
  });

  it('never shows what was deleted, even while its vector is still there', () => {
    const chunk = only({ passages: ['ledger'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk, vector: unit(1, 0) }]);
    memory.store.write(() => memory.store.prepare('DELETE FROM memory_item').run());
    expect(memory.vectors.left([chunk])).toBe(1);
    expect(chunksOf({ text: 'ledger', vector: { set, query: unit(1, 0), weight: 1 } })).toEqual([]);
  });

  it('goes on with words alone where sqlite-vec cannot be loaded', () => {
    const chunk = only({ passages: ['ledger'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk, vector: unit(1, 0) }]);
    memory.close();
    memory = openPassageStore(folder.path, () => '/nowhere/vec0');
    expect(memory.index.search({ text: 'ledger', limit: 5, vector: { set, query: unit(1, 0), weight: 1 } })).toMatchObject([{ chunk, vector: null }]);
  });

  it('leaves the twin of a hit for later when hits should differ, with vectors and without', () => {
    const twins = [1, 2].map(() => only({ passages: ['ledger database outage in the payment system at night'] }));
    const other = only({ passages: ['ledger words about something else entirely, a different story of another time'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk: twins[0]!, vector: unit(1, 0) }, { chunk: twins[1]!, vector: unit(1, 0) }, { chunk: other, vector: unit(0.2, 1) }]);
    const text = 'ledger database outage';
    expect(chunksOf({ text })).toEqual([...twins, other]);
    for (const vector of [undefined, { set, query: unit(1, 0.3), weight: 0.1 }]) {
      const hits = memory.index.search({ text: 'ledger', limit: 10, diverse: true, vector });
      expect(hits[0]?.alike).toBeNull();
      expect(hits.map(({ chunk }) => chunk).indexOf(other)).toBe(1);
      expect(hits[2]?.alike).toBeGreaterThan(0);
    }
  });

  it('marks the words of the query in a passage', () => {
    expect(memory.index.marks('migrating "ledgers"', 'A ledger was migrated.')).toEqual([{ start: 2, end: 8 }, { start: 13, end: 21 }]);
    expect(memory.index.marks('the of', 'the best of it')).toEqual([]);
  });
});

describe('any text is a query', () => {
  const odd = ['', '   ', 'the of and is', '?!… — “”', 'AND OR NOT NEAR', 'NEAR(a b, 2)', 'ledger AND', '"ledger', "led'ger; DROP TABLE memory_chunk", '* ^ : - + ( ) { }', 'ledger* heading:ledger ^ledger', '😀 👩‍👩‍👧', '日本語', 'a\u0000ledger\u0000b', '\uD800', 'x'.repeat(2_000), 'ledger '.repeat(285), Array.from({ length: 400 }, (_, n) => `word${n}`).join(' ').slice(0, 1_980)];
  it.each(odd.map((text) => [text.length > 60 ? `${text.slice(0, 20)}… (${text.length})` : JSON.stringify(text), text]))('%s', (_, text) => {
    const chunk = only({ title: 'heading', passages: ['the ledger of word7 and NEAR things'] });
    const set = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(set, [{ chunk, vector: unit(1, 0) }]);
    const hits = memory.index.search({ text, limit: 10 });
    expect(hits.length).toBe(/ledger|near\b|word7|heading/i.test(text) ? 1 : 0);
    expect(memory.index.search({ text, limit: 10, diverse: true, vector: { set, query: unit(1, 1), weight: 1 } })).toHaveLength(1);
    expect(memory.index.search({ text, limit: 10, vector: { set, query: unit(0, 0), weight: 1 } })).toEqual(hits);
    expect(() => memory.index.marks(text, text)).not.toThrow();
  });

  it('whatever characters it has', () => {
    only({ passages: ['the ledger of word7 and NEAR things'] });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => { memory.index.search({ text, limit: 3, diverse: true }); }));
  });

  it('of a page it takes the rarest words', () => {
    for (let n = 0; n < 40; n++) only({ passages: [Array.from({ length: 30 }, (_, word) => `common${word}`).join(' ')] });
    const rare = only({ passages: ['a needle among them'] });
    expect(chunksOf({ text: `${Array.from({ length: 30 }, (_, word) => `common${word}`).join(' ')} needle`, limit: 1 })).toEqual([rare]);
  });
});

describe('a search is the same as looking at everything', () => {
  const WORDS = ['ledger', 'ledgers', 'cache', 'caching', 'outage', 'payment', 'team', 'the', 'of', 'salary'];
  const body = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  const axis = fc.integer({ min: -3, max: 3 });
  const session = fc.constantFrom('one', 'two', 'three');
  const day = fc.integer({ min: 1, max: 9 }).map((n) => `2026-11-0${n}T10:00:00.000Z`);
  const item = fc.record({
    kind: fc.constantFrom(...MEMORY_KINDS.slice(0, 4)), title: fc.option(body, { nil: '' }), at: day,
    passages: fc.array(fc.record({ text: body, vector: fc.option(fc.tuple(axis, axis, axis)) }), { minLength: 1, maxLength: 4 }),
    sources: fc.uniqueArray(fc.record({ sessionId: session, at: day }), { selector: ({ sessionId }) => sessionId, maxLength: 3 }),
  });
  const filter = fc.record({
    kinds: fc.uniqueArray(fc.constantFrom(...MEMORY_KINDS.slice(0, 4)), { minLength: 1 }), sessionId: session, notSessionId: session, from: day, to: day,
  }, { requiredKeys: [] });
  const query = fc.record({ text: body, vector: fc.option(fc.tuple(axis, axis, axis)), limit: fc.integer({ min: 1, max: 50 }), filter });

  const stop = new Set(['the', 'of']);
  const termsOf = (text: string): string[] => text.split(' ').filter((word) => word !== '').map((word) => stemmer(word));

  it('with any filter, by words, by vectors and by both', () => {
    fc.assert(fc.property(fc.array(item, { maxLength: 9 }), fc.array(query, { minLength: 1, maxLength: 4 }), (items, queries) => {
      memory.store.write(() => memory.store.prepare('DELETE FROM memory_item').run());
      memory.vectors.purge();
      const set = memory.vectors.open('m', 'M', 3);
      const all = items.flatMap((one) => {
        const chunks = memory.add({ ...one, passages: one.passages.map(({ text }) => text) });
        return one.passages.map(({ text, vector }, at) => ({ chunk: chunks[at]!, item: one, text, vector: vector && vector.some((value) => value !== 0) ? unit(...vector) : null }));
      });
      memory.vectors.put(set, all.flatMap(({ chunk, vector }) => (vector ? [{ chunk, vector }] : [])));

      for (const { text, vector, limit, filter: asked } of queries) {
        const { k1, b, heading } = SEARCH_RULES;
        const terms = [...new Set(termsOf(text.split(' ').filter((word) => !stop.has(word)).join(' ')))];
        const long = (title: string, own: string): number => termsOf(own).length + heading * termsOf(title).length;
        const usual = all.reduce((sum, one) => sum + long(one.item.title, one.text), 0) / all.length;
        const times = (one: (typeof all)[number], term: string): number => termsOf(one.text).filter((each) => each === term).length + heading * termsOf(one.item.title).filter((each) => each === term).length;
        const idf = (term: string): number => { const n = all.filter((one) => times(one, term) > 0).length; return Math.log(1 + (all.length - n + 0.5) / (n + 0.5)); };
        const most = terms.reduce((sum, term) => sum + idf(term) * (k1 + 1), 0);
        const scored = all.filter(({ item: { kind, at, sources } }) => {
          const newest = sources.toSorted((x, y) => (x.at < y.at || (x.at === y.at && x.sessionId < y.sessionId) ? 1 : -1))[0]?.sessionId;
          return (!asked.kinds || asked.kinds.includes(kind)) && (!asked.sessionId || newest === asked.sessionId) && (!asked.notSessionId || newest !== asked.notSessionId)
            && (!asked.from || at >= asked.from) && (!asked.to || at <= asked.to);
        }).map((one) => {
          const keyword = terms.reduce((sum, term) => { const tf = times(one, term); return sum + idf(term) * (k1 + 1) * tf / (tf + k1 * (1 - b + b * long(one.item.title, one.text) / usual)); }, 0) / (most || 1);
          const pointed = vector?.some((value) => value !== 0) ? unit(...vector) : null;
          const cosine = pointed && one.vector ? pointed.reduce((sum, value, at) => sum + value * one.vector![at]!, 0) : 0;
          return { ...one, score: keyword + 0.6 * cosine };
        });
        const best = new Map<unknown, number>();
        for (const one of scored) if (one.score > 1e-9) best.set(one.item, Math.max(best.get(one.item) ?? 0, one.score));
        const expected = [...best.values()].sort((x, y) => y - x).slice(0, limit);

        const asking: IndexQuery = { text, limit, ...asked, ...(vector ? { vector: { set, query: unit(...vector), weight: 0.6 } } : {}) };
        const hits = memory.index.search(asking).filter(({ score }) => score > 1e-6);
        expect(hits.map(({ score }) => score)).toEqual(expected.filter((score) => score > 1e-6).map((score) => expect.closeTo(score, 5) as number));
        for (const hit of hits) expect(scored.find(({ chunk }) => chunk === hit.chunk)?.score).toBeCloseTo(hit.score, 5);
        expect(memory.index.search(asking)).toEqual(memory.index.search(asking));
        const diverse = memory.index.search({ ...asking, diverse: true });
        expect(diverse[0]).toEqual(memory.index.search(asking)[0]);
        for (const hit of diverse) expect(scored.some(({ chunk }) => chunk === hit.chunk)).toBe(true);
      }
    }), { numRuns: 150 });
  });

  it('lets no passage through that a filter does not, also when hundreds are nearer', () => {
    const set = memory.vectors.open('m', 'M', 2);
    const add = (n: number, rest: Omit<TestItem, 'passages'>): number => { const chunk = only({ passages: ['ledger'], ...rest }); memory.vectors.put(set, [{ chunk, vector: unit(1, n / 1000) }]); return chunk; };
    for (let n = 0; n < 260; n++) add(n, { kind: 'turn', sources: [{ sessionId: 'now' }], at: '2026-11-01T10:00:00.000Z' });
    const kept = Array.from({ length: 12 }, (_, n) => add(500 + n, { kind: 'note', at: '2026-10-01T10:00:00.000Z' }));
    const vector = { set, query: unit(1, 0), weight: 0.6 };
    for (const filter of [{ kinds: ['note' as const] }, { notSessionId: 'now' }, { to: '2026-10-31T00:00:00Z' }, { notSessionId: 'now', kinds: ['note' as const, 'turn' as const] }]) {
      for (const text of ['ledger', 'nothing']) expect(chunksOf({ text, vector, ...filter })).toEqual(kept.slice(0, 10));
      expect(chunksOf({ text: 'ledger', ...filter })).toEqual(kept.slice(0, 10));
    }
    expect(chunksOf({ text: 'ledger', vector, sessionId: 'elsewhere' })).toEqual([]);
  });

  it('goes by an item’s newest source, as it is at the time of the search', () => {
    const chunk = only({ passages: ['ledger'], sources: [{ sessionId: 'old', at: '2026-01-01T00:00:00.000Z' }] });
    expect(chunksOf({ text: 'ledger', sessionId: 'old' })).toEqual([chunk]);
    memory.store.write(() => memory.store.prepare("INSERT INTO memory_source (item, session_id, seq, at) SELECT item, 'new', 1, '2026-02-01T00:00:00.000Z' FROM memory_chunk").run());
    expect(chunksOf({ text: 'ledger', sessionId: 'old' })).toEqual([]);
    expect(chunksOf({ text: 'ledger', sessionId: 'new' })).toEqual([chunk]);
    expect(chunksOf({ text: 'ledger', notSessionId: 'new' })).toEqual([]);
  });
});

describe('no search by words reads all of a table', () => {
  const plan = (sql: string): string => memory.store.prepare<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', "'[1]'")}`).all().map(({ detail }) => detail).join('\n');

  it.each([
    ['items of passages', INDEX_SQL.items('TRUE')],
    ['those of some kinds', INDEX_SQL.items('i.kind IN (SELECT value FROM json_each(?))')],
    ['texts of passages', INDEX_SQL.texts],
    ['passages of one session', INDEX_SQL.chunks('i.id IN (SELECT item FROM memory_source WHERE session_id = ?)')],
    ['passages of some kinds', INDEX_SQL.chunks('i.kind IN (SELECT value FROM json_each(?))')],
    ['occurrences of a term', 'SELECT doc FROM temp.memory_term WHERE term = ?'],
  ])('%s', (_, sql) => {
    expect(plan(sql)).not.toMatch(/SCAN (c|i|s|memory_chunk|memory_item|memory_source)\b/);
  });

  it('looks up a term in the full-text index', () => {
    expect(plan('SELECT doc FROM temp.memory_term WHERE term = ?')).toMatch(/VIRTUAL TABLE INDEX [1-9]/);
  });
});
