import type { MemoryFilter } from '../contract/memory.ts';
import type { Store } from '../storage/store.ts';
import { diversify, sharedTerms } from './diversity.ts';
import { fuse, type Candidate } from './fusion.ts';
import { scoreKeywords, type KeywordRules, type KeywordScores } from './keyword-scores.ts';
import type { RankedChunk } from './memory.ts';
import { queryWords } from './query-terms.ts';
import { SEARCH_RULES } from './search-rules.ts';
import type { ChunkSet, VectorIndex } from './vector-index.ts';
import { WordIndex, type Occurrences } from './word-index.ts';

export interface IndexQuery extends MemoryFilter {
  text: string; limit: number; diverse?: boolean | undefined;
  /** A unit vector of the embedder that a set was made by, and what a cosine counts beside BM25 over its query maximum. */
  vector?: { set: number; query: Float32Array; weight: number } | undefined;
}

/** A query's terms, each once, with the word it was typed as. */
interface Term { word: string; term: string }

/** The session an item belongs to is that of its newest source, in the order in which sources are listed. */
const NEWEST_SESSION = '(SELECT s.session_id FROM memory_source s WHERE s.item = i.id ORDER BY s.at DESC, s.session_id DESC, s.seq DESC LIMIT 1)';

/** The statements, named here so that tests can look at their plans. `FILTER` stands for the conditions of `filterOf`. */
export const INDEX_SQL = {
  items: (filter: string): string => `SELECT c.id AS chunk, c.item FROM json_each(?) AS wanted JOIN memory_chunk c ON c.id = wanted.value JOIN memory_item i ON i.id = c.item WHERE ${filter}`,
  chunks: (filter: string): string => `SELECT c.id FROM memory_item i JOIN memory_chunk c ON c.item = i.id WHERE ${filter}`,
  texts: 'SELECT c.id AS chunk, c.heading, c.text FROM json_each(?) AS wanted JOIN memory_chunk c ON c.id = wanted.value',
} as const;

/** Finds passages by their words (BM25) and by the likeness of their vectors, both exact for every candidate that either side brings. */
export class MemoryIndex {
  readonly #store: Store;
  readonly #vectors: VectorIndex;
  readonly #words: WordIndex;
  readonly #rules: KeywordRules;

  constructor(store: Store, vectors: VectorIndex, rules: KeywordRules = SEARCH_RULES) {
    this.#store = store;
    this.#vectors = vectors;
    this.#words = new WordIndex(store);
    this.#rules = rules;
  }

  /** The best passages, one for each item, best first. Any text is a query; what has no telling words is compared by its vector alone. */
  search(query: IndexQuery): RankedChunk[] {
    const { text, limit, vector } = query;
    const terms = this.#terms(text);
    const scores = this.#scores(terms.map(({ term }) => term));
    const wanted = Math.max(SEARCH_RULES.candidates, limit * (query.diverse ? SEARCH_RULES.diversePool : SEARCH_RULES.candidatesPerHit));
    const filter = filterOf(query);
    const near = vector && directed(vector.query) ? this.#near(vector, query, filter) : undefined;
    const itemOf = new Map([...this.#byWords(scores, filter, wanted), ...near?.itemOf ?? []]);
    const cosines = vector && near ? this.#cosines(vector, [...itemOf.keys()], near.cosines) : new Map<number, number>();
    const candidates = [...itemOf].map(([chunk, item]): Candidate => {
      const cosine = cosines.get(chunk);
      const found = scores.found(chunk);
      return {
        chunk, item,
        keyword: found === 0 ? null : { score: scores.score(chunk), terms: terms.filter((_, place) => (found >> place) & 1).map(({ word }) => word).filter((word, at, all) => all.indexOf(word) === at) },
        vector: cosine === undefined || !vector ? null : { score: vector.weight * cosine, cosine },
      };
    });
    const ranked = fuse(candidates);
    return query.diverse ? this.#diverse(ranked.slice(0, limit * SEARCH_RULES.diversePool), limit, vector?.set) : ranked.slice(0, limit);
  }

  /** Places of a query's words in a passage, whatever form they have there. */
  marks(text: string, passage: string): { start: number; end: number }[] { return this.#words.places(queryWords(text), passage); }

  /** The query's terms; of too many, the rarest that any passage has. */
  #terms(text: string): Term[] {
    const words = queryWords(text);
    const terms = new Map<string, Term>();
    this.#words.termsOf(words).forEach((ofWord, at) => { for (const term of ofWord) if (!terms.has(term)) terms.set(term, { term, word: words[at] ?? '' }); });
    const all = [...terms.values()];
    if (all.length <= SEARCH_RULES.mostTerms) return all;
    const passages = new Map(all.map((term) => [term, this.#words.passagesWith(term.term) || Infinity]));
    const rarest = new Set(all.toSorted((left, right) => passages.get(left)! - passages.get(right)! || 0).slice(0, SEARCH_RULES.mostTerms));
    return all.filter((term) => rarest.has(term));
  }

  #scores(terms: readonly string[]): KeywordScores {
    const occurrences = terms.map((term): Occurrences => this.#words.occurrences(term));
    return scoreKeywords(occurrences, this.#words.statistics(), this.#words.lengths(this.#rules.heading), this.#rules);
  }

  /** Walks down the words' ranking until there are as many items as wanted. */
  #byWords(scores: KeywordScores, filter: Filter, wanted: number): Map<number, number> {
    const found = new Map<number, number>();
    const items = new Set<number>();
    for (let from = 0, most: number = SEARCH_RULES.walked; items.size < wanted && from < SEARCH_RULES.walkedMost; from = most, most *= 3) {
      const next = scores.best(most).slice(from);
      if (next.length === 0) break;
      const itemOf = this.#itemsOf(next, filter);
      for (const chunk of next) {
        const item = itemOf.get(chunk);
        if (item === undefined || items.size >= wanted) continue;
        found.set(chunk, item);
        items.add(item);
      }
    }
    return found;
  }

  /** Near passages that the filter lets through. Looks again behind them when they are of fewer items than are asked for. */
  #near({ set, query }: NonNullable<IndexQuery['vector']>, { sessionId, limit }: IndexQuery, filter: Filter): { itemOf: Map<number, number>; cosines: Map<number, number> } {
    const itemOf = new Map<number, number>(), cosines = new Map<number, number>();
    const k = Math.max(SEARCH_RULES.nearest, limit * SEARCH_RULES.candidatesPerHit) * (filter.params.length > 0 ? SEARCH_RULES.nearestFiltered : 1);
    // One session is little, so its passages alone are compared. Other filters leave enough of the nearest, or are asked for at the second look.
    let within = sessionId === undefined ? undefined : chunksOf(filter);
    for (let look = 0; look <= SEARCH_RULES.furtherLooks; look++) {
      const near = this.#vectors.nearest(set, query, k, within);
      for (const [chunk, item] of this.#itemsOf(near.map(({ chunk }) => chunk), filter)) itemOf.set(chunk, item);
      for (const { chunk, cosine } of near) cosines.set(chunk, cosine);
      const items = new Set(itemOf.values());
      if (near.length < k || items.size >= limit) break;
      within = chunksOf({ sql: `${filter.sql} AND i.id NOT IN (SELECT value FROM json_each(?))`, params: [...filter.params, JSON.stringify([...items])] });
    }
    return { itemOf, cosines };
  }

  /** Cosines of passages, those that are known and those of others that have a vector. */
  #cosines({ set, query }: NonNullable<IndexQuery['vector']>, chunks: readonly number[], known: ReadonlyMap<number, number>): Map<number, number> {
    const others = this.#vectors.vectors(set, chunks.filter((chunk) => !known.has(chunk)).sort((left, right) => left - right));
    const all = [...known, ...[...others].map(([chunk, vector]) => [chunk, dot(query, vector)] as const)];
    // What floats cannot tell is no difference: a right angle is 0 however it was computed.
    return new Map(all.map(([chunk, cosine]) => [chunk, Math.round(cosine * 1e6) / 1e6]));
  }

  /** The item of each passage that the filter lets through. */
  #itemsOf(chunks: readonly number[], filter: Filter): Map<number, number> {
    const rows = this.#store.prepare<{ chunk: number; item: number }, unknown[]>(INDEX_SQL.items(filter.sql)).all(JSON.stringify(chunks), ...filter.params);
    return new Map(rows.map(({ chunk, item }) => [chunk, item]));
  }

  #diverse(ranked: RankedChunk[], limit: number, set: number | undefined): RankedChunk[] {
    const vectors = set === undefined ? new Map<number, Float32Array>() : this.#vectors.vectors(set, ranked.map(({ chunk }) => chunk).sort((left, right) => left - right));
    const terms = new Map<number, ReadonlySet<string>>();
    const termsOf = (chunk: number): ReadonlySet<string> => terms.get(chunk) ?? new Set();
    if (ranked.some(({ chunk }) => !vectors.has(chunk))) {
      const rows = this.#store.prepare<{ chunk: number; heading: string; text: string }, [string]>(INDEX_SQL.texts).all(JSON.stringify(ranked.map(({ chunk }) => chunk)));
      for (const { chunk, heading, text } of rows) terms.set(chunk, new Set(this.#words.termsOf(queryWords(`${heading} ${text}`)).flat()));
    }
    return diversify(ranked, limit, (left, right) => {
      const [one, other] = [vectors.get(left), vectors.get(right)];
      return one && other ? dot(one, other) : sharedTerms(termsOf(left), termsOf(right));
    });
  }
}

interface Filter { sql: string; params: (string | number)[] }

/** What a filter asks of an item `i`. Times are compared as they are kept: ISO 8601 in UTC with milliseconds. */
function filterOf({ kinds, sessionId, notSessionId, from, to }: MemoryFilter): Filter {
  const parts: [sql: string, ...params: string[]][] = [];
  if (kinds) parts.push(['i.kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)]);
  if (sessionId !== undefined) parts.push(['i.id IN (SELECT item FROM memory_source WHERE session_id = ?)', sessionId], [`${NEWEST_SESSION} = ?`, sessionId]);
  if (notSessionId !== undefined) parts.push([`${NEWEST_SESSION} IS NOT ?`, notSessionId]);
  if (from !== undefined) parts.push(['i.at >= ?', new Date(from).toISOString()]);
  if (to !== undefined) parts.push(['i.at <= ?', new Date(to).toISOString()]);
  return { sql: parts.map(([sql]) => sql).join(' AND ') || 'TRUE', params: parts.flatMap(([, ...params]) => params) };
}

const chunksOf = ({ sql, params }: Filter): ChunkSet => ({ sql: INDEX_SQL.chunks(sql), params });

/** The cosine of two unit vectors. */
function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[at]!;
  return sum;
}

/** A query without a word that its embedder knows points nowhere. */
const directed = (vector: Float32Array): boolean => vector.some((value) => value !== 0);
