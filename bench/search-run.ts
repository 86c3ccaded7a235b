import { readFileSync, writeFileSync } from 'node:fs';
import { chunkText } from '../core/memory/chunk-text.ts';
import { cleanText } from '../core/memory/clean-text.ts';
import { embeddedText } from '../core/memory/embed-jobs.ts';
import { openPassageStore } from '../testing/passage-store.ts';
import type { BenchEmbedder } from './retrieval-quality.ts';

interface Line { id: string; title: string; text: string }
const DOCUMENTS_AT_ONCE = 500;

/**
 * Any collection through the memory's own search: documents are cleaned, cut, embedded and indexed as what a person adds is, and each query gets its
 * best documents. Lines of `docsFile` are {id, title, text}, of `queriesFile` {id, text}; those of `out` are query, document and score with
 * tabs between, best first.
 * @param folder an empty one, where the database goes
 * @throws Error naming file and line of what cannot be read
 */
export function runCollection(folder: string, embedder: BenchEmbedder, { docsFile, queriesFile, out, limit }: { docsFile: string; queriesFile: string; out: string; limit: number }): { documents: number; passages: number; queries: number } {
  const documents = readLines(docsFile, true), queries = readLines(queriesFile, false);
  const memory = openPassageStore(folder);
  try {
    const set = memory.vectors.open('bench', 'bench', embedder.dimensions);
    const docOf = new Map<number, string>();
    for (let from = 0; from < documents.length; from += DOCUMENTS_AT_ONCE) {
      memory.store.write(() => {
        for (const { id, title, text } of documents.slice(from, from + DOCUMENTS_AT_ONCE)) {
          const passages = chunkText(cleanText(text), { title });
          memory.add({ passages }).forEach((chunk, at) => {
            docOf.set(chunk, id);
            memory.vectors.put(set, [{ chunk, vector: embedder.embedNow(embeddedText(passages[at]!)) }]);
          });
        }
      });
    }
    const lines = queries.flatMap(({ id, text }) => memory.index.search({ text, limit, vector: { set, query: embedder.embedNow(text), weight: embedder.weight } })
      .map(({ chunk, score }) => `${id}\t${docOf.get(chunk)}\t${score.toFixed(6)}\n`));
    writeFileSync(out, lines.join(''));
    return { documents: documents.length, passages: docOf.size, queries: queries.length };
  } finally {
    memory.close();
  }
}

/** @throws Error with file and line for one that is no JSON, lacks a field, or has an id that was there before */
function readLines(file: string, documents: boolean): Line[] {
  const ids = new Set<string>();
  return readFileSync(file, 'utf8').split('\n').flatMap((line, at): Line[] => {
    if (line.trim() === '') return [];
    const fail = (reason: string): never => { throw new Error(`${file}:${at + 1}: ${reason}`); };
    let value: unknown;
    try { value = JSON.parse(line); } catch { return fail('not JSON'); }
    const { id, title = '', text } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    if (typeof id !== 'string' || id === '' || /[\t\n\r]/.test(id)) return fail('"id" has to be text without tabs');
    if (typeof text !== 'string') return fail('"text" has to be text');
    if (documents && typeof title !== 'string') return fail('"title" has to be text');
    if (ids.has(id)) return fail(`"${id}" was there before`);
    ids.add(id);
    return [{ id, title: String(title), text }];
  });
}
