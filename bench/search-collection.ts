import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type SearchQueryKind = 'person-search' | 'interviewer-context' | 'paraphrase' | 'exact-term' | 'multi-aspect' | 'misspelt' | 'unanswerable';

/** One entry of the invented memory. `time` is ISO 8601 in UTC; `session` is null for what was not said in a session. */
export interface SearchDocument {
  readonly id: string; readonly profile: string; readonly kind: string; readonly fact?: string;
  readonly title: string; readonly text: string; readonly session: string | null; readonly time: string;
}

/** All given fields must match; `from` is a day or a moment in ISO 8601, inclusive. */
export interface SearchFilter { readonly kind?: string; readonly profile?: string; readonly session?: string; readonly from?: string }

export interface SearchQuery {
  readonly id: string; readonly kind: SearchQueryKind; readonly split: 'dev' | 'test'; readonly text: string; readonly filter?: SearchFilter;
}

/** How relevant a document is to a query: 0 seen and not relevant, 1 touches it, 2 useful, 3 what was looked for. */
export interface SearchGrade { readonly query: string; readonly doc: string; readonly grade: 0 | 1 | 2 | 3 }

export interface SearchCollection {
  readonly docs: readonly SearchDocument[]; readonly queries: readonly SearchQuery[]; readonly qrels: readonly SearchGrade[];
}

/** Reads the labelled search collection, see data/search/README.md. Throws when a file is missing or a line is no JSON. */
export function readSearchCollection(folder = join(import.meta.dirname, 'data/search')): SearchCollection {
  const lines = (name: string): unknown[] =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
  return { docs: lines('docs') as SearchDocument[], queries: lines('queries') as SearchQuery[], qrels: lines('qrels') as SearchGrade[] };
}

/** Whether a document may be an answer at all under the query's filter. */
export function passesFilter(doc: SearchDocument, filter: SearchFilter = {}): boolean {
  return (!filter.kind || filter.kind === doc.kind) && (!filter.profile || filter.profile === doc.profile)
    && (!filter.session || filter.session === doc.session) && (!filter.from || doc.time >= filter.from);
}
