import { statSync } from 'node:fs';
import { join } from 'node:path';
import { scoreKeywords } from '../core/memory/keyword-scores.ts';
import { queryWords } from '../core/memory/query-terms.ts';
import { SEARCH_RULES } from '../core/memory/search-rules.ts';
import { WordIndex } from '../core/memory/word-index.ts';
import { openPassageStore, type PassageStore } from '../testing/passage-store.ts';
import { describe, quantile } from './distribution.ts';
import { generatePassages } from './generated-passages.ts';
import type { BenchEmbedder } from './retrieval-quality.ts';
import { readSearchCollection } from './search-collection.ts';

const MB = 1024 * 1024;
const CUT = 10;
const AT_ONCE = 1_000;
const BUDGET_OF_EXACT = 20;
/** Of a bit vector's nearest, those that are compared by their floats. */
const RESCORED = 200;

/** How long a search takes over `passages` passages, and whether what it leaves out to be quick is missed. */
export function measureSearch(folder: string, embedder: BenchEmbedder, passages: number): void {
  const memory = openPassageStore(folder);
  try {
    const set = memory.vectors.open('bench', 'bench', embedder.dimensions);
    const built = fill(memory, set, embedder, passages);
    const texts = readSearchCollection().queries.map(({ text }) => text);
    const queries = texts.map((text) => ({ text, query: embedder.embedNow(text) }));
    const first = timed(() => memory.index.search({ text: texts[0]!, limit: CUT, vector: { set, query: queries[0]!.query, weight: embedder.weight } }));
    const hybrid = queries.map(({ text }) => timed(() => memory.index.search({ text, limit: CUT, vector: { set, query: embedder.embedNow(text), weight: embedder.weight } })));
    const keyword = queries.map(({ text }) => timed(() => memory.index.search({ text, limit: CUT })));
    const near = queries.map(({ query }) => timed(() => memory.vectors.nearest(set, query, SEARCH_RULES.nearest)));
    const diverse = queries.map(({ text, query }) => timed(() => memory.index.search({ text, limit: CUT, diverse: true, vector: { set, query, weight: embedder.weight } })));
    const filtered = queries.map(({ text, query }) => timed(() => memory.index.search({ text, limit: CUT, kinds: ['note'], vector: { set, query, weight: embedder.weight } })));
    const long = queries.slice(0, 20).map((_, at) => timed(() => memory.index.search({ text: texts.slice(at * 5, at * 5 + 40).join(' ').slice(0, 2_000), limit: CUT, vector: { set, query: queries[at]!.query, weight: embedder.weight } })));
    const n = passages.toLocaleString('en');
    console.log(`${n} passages: made in ${(built.totalMs / 1000).toFixed(1)} s (vectors ${(built.embedMs / 1000).toFixed(1)} s of it); the file has ${(statSync(join(folder, 'memory.db')).size / MB).toFixed(0)} MB`);
    console.log(`  hybrid query, its vector included:     ${describe(hybrid)}; the first one ${first.toFixed(1)} ms`);
    console.log(`  of it words:                           ${describe(keyword)}`);
    console.log(`  of it near vectors (${embedder.dimensions} floats):       ${describe(near)}`);
    console.log(`  hits that differ:                      ${describe(diverse)}`);
    console.log(`  one kind of four:                      ${describe(filtered)}`);
    console.log(`  2,000 characters as query:             ${describe(long)}`);
    const exact = exactly(memory, set, embedder, queries.slice(0, BUDGET_OF_EXACT), passages);
    console.log(`  against comparing everything:          vectors' first 10 found ${percent(exact.vectors)}, hybrid's first 10 ${percent(exact.hybrid)}`);
    const bits = withBits(memory, set, queries.map(({ query }) => query));
    console.log(`  an approximate index instead (bits, ${RESCORED} rescored): p50 ${quantile(bits.ms, 0.5).toFixed(2)} ms for near vectors, and ${percent(bits.recall)} of the first 10 found`);
  } finally {
    memory.close();
  }
}

function fill(memory: PassageStore, set: number, embedder: BenchEmbedder, passages: number): { totalMs: number; embedMs: number } {
  const next = generatePassages(passages);
  const kinds = ['note', 'turn', 'fact', 'card'] as const;
  let embedMs = 0;
  const begun = performance.now();
  for (let from = 0; from < passages; from += AT_ONCE) {
    memory.store.write(() => {
      for (let at = from; at < Math.min(passages, from + AT_ONCE); at++) {
        const { title, text } = next();
        const [chunk = 0] = memory.add({ kind: kinds[at % kinds.length]!, title, passages: [text] });
        const start = performance.now();
        const vector = embedder.embedNow(`${title}\n${text}`);
        embedMs += performance.now() - start;
        memory.vectors.put(set, [{ chunk, vector }]);
      }
    });
  }
  memory.store.sql.pragma('wal_checkpoint(TRUNCATE)');
  return { totalMs: performance.now() - begun, embedMs };
}

/** The part of the true first ten that the search's candidates hold: by vectors, and of the whole ranking. */
function exactly(memory: PassageStore, set: number, embedder: BenchEmbedder, queries: { text: string; query: Float32Array }[], passages: number): { vectors: number; hybrid: number } {
  const words = new WordIndex(memory.store);
  const vectors = memory.vectors.vectors(set, Array.from({ length: passages }, (_, at) => at + 1));
  let near = 0, best = 0;
  for (const { text, query } of queries) {
    const cosines = [...vectors].map(([chunk, vector]) => ({ chunk, cosine: vector.reduce((sum, value, at) => sum + value * query[at]!, 0) }));
    const scores = scoreKeywords([...new Set(words.termsOf(queryWords(text)).flat())].map((term) => words.occurrences(term)), words.statistics(), words.lengths(SEARCH_RULES.heading));
    const top = (score: (one: { chunk: number; cosine: number }) => number): number[] => cosines.toSorted((a, b) => score(b) - score(a)).slice(0, CUT).map(({ chunk }) => chunk);
    const found = new Set(memory.vectors.nearest(set, query, SEARCH_RULES.nearest).map(({ chunk }) => chunk));
    near += top(({ cosine }) => cosine).filter((chunk) => found.has(chunk)).length / CUT;
    const hits = new Set(memory.index.search({ text, limit: CUT, vector: { set, query, weight: embedder.weight } }).map(({ chunk }) => chunk));
    best += top(({ chunk, cosine }) => scores.score(chunk) + embedder.weight * cosine).filter((chunk) => hits.has(chunk)).length / CUT;
  }
  return { vectors: near / queries.length, hybrid: best / queries.length };
}

/** One bit for each number of a vector, in a table of its own, and the nearest of those compared again by their floats. */
function withBits(memory: PassageStore, set: number, queries: Float32Array[]): { ms: number[]; recall: number } {
  const { sql } = memory.store;
  const [size, dimensions] = [8, queries[0]!.length].map((n) => Math.ceil(n / 8) * 8) as [number, number];
  if (dimensions % size !== 0) return { ms: [], recall: Number.NaN };
  sql.exec(`CREATE VIRTUAL TABLE temp.bits USING vec0 (chunk INTEGER PRIMARY KEY, bits bit[${dimensions}]); INSERT INTO temp.bits (chunk, bits) SELECT chunk, vec_quantize_binary(vector) FROM memory_vector_${set}`);
  const near = sql.prepare<[Buffer, number], { chunk: number }>('SELECT chunk FROM temp.bits WHERE bits MATCH vec_quantize_binary(?) AND k = ?');
  let recall = 0;
  const ms = queries.map((query) => {
    let found: number[] = [];
    const time = timed(() => {
      const some = near.all(Buffer.from(query.buffer, query.byteOffset, query.byteLength), RESCORED).map(({ chunk }) => chunk);
      found = [...memory.vectors.vectors(set, some)].map(([chunk, vector]) => ({ chunk, cosine: vector.reduce((sum, value, at) => sum + value * query[at]!, 0) })).sort((a, b) => b.cosine - a.cosine).slice(0, CUT).map(({ chunk }) => chunk);
    });
    const truth = memory.vectors.nearest(set, query, CUT).map(({ chunk }) => chunk);
    recall += truth.filter((chunk) => found.includes(chunk)).length / Math.max(1, truth.length);
    return time;
  });
  sql.exec('DROP TABLE temp.bits');
  return { ms, recall: recall / queries.length };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
