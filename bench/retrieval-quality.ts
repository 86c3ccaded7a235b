import type { KeywordRules } from '../core/memory/keyword-scores.ts';
import { MemoryIndex } from '../core/memory/memory-index.ts';
import { openPassageStore } from '../testing/passage-store.ts';
import { passesFilter, readSearchCollection, type SearchDocument, type SearchQuery } from './search-collection.ts';

/** What turns a text into a unit vector, at once. */
export interface BenchEmbedder { dimensions: number; weight: number; embedNow(text: string): Float32Array }

/** The collection behind the product's own index, and how good a ranking of it is. */
export interface QualityBench {
  /** nDCG@10 with gain 2^grade − 1 of each answerable query of a split, in the collection's order. */
  measure(split: 'dev' | 'test', rank: Ranker): number[];
  queries(split: 'dev' | 'test'): SearchQuery[];
  rankers: Record<'keyword' | 'vector' | 'hybrid' | 'rank fusion', Ranker>;
  /** With another weight of a cosine or other rules of BM25, for choosing on `dev`. */
  hybrid(weight: number): Ranker;
  withRules(rules: KeywordRules): QualityBench['rankers'];
  close(): void;
}
/** Ids of documents, best first. */
export type Ranker = (query: SearchQuery) => string[];

const CUT = 10;
/** Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) with its usual constant, for comparison. */
const RANK_CONSTANT = 60;

/** @param folder an empty one, where the collection's database goes */
export function openQualityBench(folder: string, embedder: BenchEmbedder): QualityBench {
  const { docs, queries, qrels } = readSearchCollection();
  const memory = openPassageStore(folder);
  const docOf = new Map<number, SearchDocument>();
  const set = memory.vectors.open('bench', 'bench', embedder.dimensions);
  memory.store.write(() => {
    for (const doc of docs) {
      const [chunk = 0] = memory.add({ title: doc.title, passages: [doc.text], at: new Date(doc.time).toISOString() });
      docOf.set(chunk, doc);
      memory.vectors.put(set, [{ chunk, vector: embedder.embedNow(`${doc.title}\n${doc.text}`) }]);
    }
  });
  const grades = new Map<string, Map<string, number>>();
  for (const { query, doc, grade } of qrels) grades.set(query, (grades.get(query) ?? new Map<string, number>()).set(doc, grade));

  /** The collection's filters are not the product's, so behind one all documents are ranked. */
  const ranker = (index: MemoryIndex, part: 'keyword' | 'vector' | 'hybrid', weight = embedder.weight): Ranker => (query) => {
    const vector = part === 'keyword' ? undefined : { set, query: embedder.embedNow(query.text), weight };
    const hits = index.search({ text: part === 'vector' ? '' : query.text, limit: query.filter ? docs.length : CUT, vector });
    return hits.map(({ chunk }) => docOf.get(chunk)!).filter((doc) => passesFilter(doc, query.filter)).map(({ id }) => id);
  };
  const rankersOf = (index: MemoryIndex): QualityBench['rankers'] => {
    const [keyword, vector] = [ranker(index, 'keyword'), ranker(index, 'vector')];
    const deep = (part: 'keyword' | 'vector'): Ranker => (query) => ranker(index, part)({ ...query, filter: query.filter ?? {} });
    return { keyword, vector, hybrid: ranker(index, 'hybrid'), 'rank fusion': (query) => rankFusion([deep('keyword')(query), deep('vector')(query)]) };
  };
  const answerable = (split: 'dev' | 'test'): SearchQuery[] => queries.filter((query) => query.split === split && query.kind !== 'unanswerable');
  return {
    queries: answerable,
    measure: (split, rank) => answerable(split).map((query) => ndcg(rank(query), grades.get(query.id) ?? new Map())),
    rankers: rankersOf(memory.index),
    hybrid: (weight) => ranker(memory.index, 'hybrid', weight),
    withRules: (rules) => rankersOf(new MemoryIndex(memory.store, memory.vectors, rules)),
    close: () => memory.close(),
  };
}

export function rankFusion(rankings: readonly string[][]): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) ranking.forEach((id, place) => scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_CONSTANT + place + 1)));
  return [...scores].sort(([, left], [, right]) => right - left).map(([id]) => id);
}

export function ndcg(ranking: readonly string[], grades: ReadonlyMap<string, number>): number {
  const discounted = (values: readonly number[]): number => values.slice(0, CUT).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
  const ideal = discounted([...grades.values()].sort((left, right) => right - left));
  return ideal === 0 ? 0 : discounted(ranking.map((id) => grades.get(id) ?? 0)) / ideal;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** "0.612 [0.540, 0.684]": a mean with its 95 % interval from 5,000 bootstrap samples, the same ones each time. */
export function withInterval(values: readonly number[]): string {
  let seed = 7;
  const next = (): number => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 2 ** 32; };
  const means = Float64Array.from({ length: 5_000 }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(next() * values.length)]!;
    return sum / values.length;
  }).sort();
  return `${mean(values).toFixed(3)} [${means[125]!.toFixed(3)}, ${means[4_875]!.toFixed(3)}]`;
}
