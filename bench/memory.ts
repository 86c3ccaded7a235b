import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRelatedWords } from '../core/coach/related-words.ts';
import { createBuiltInEmbedder } from '../core/memory/built-in-embedder.ts';
import { PROJECT, temporaryFolder } from '../testing/engine.ts';
import { openMemoryStore, openTestMemory } from '../testing/memory.ts';
import { describe } from './distribution.ts';
import { generatePassages } from './generated-passages.ts';
import { openQualityBench, withInterval, type BenchEmbedder } from './retrieval-quality.ts';
import { runCollection } from './search-run.ts';
import { measureSearch } from './search-speed.ts';

const SIZES = [10_000, 100_000];
const PASTED_CHARACTERS = 50_000, PASTES = 10;

/**
 * Without options: how good and how quick the memory's search is. With `--docs FILE --queries FILE --out FILE [--limit 100]` the same search over
 * any collection.
 */
export async function run(argv: string[] = []): Promise<void> {
  const { values: { docs, queries, out, limit } } = parseArgs({ args: argv, options: { docs: { type: 'string' }, queries: { type: 'string' }, out: { type: 'string' }, limit: { type: 'string', default: '100' } } });
  const embedder = createBuiltInEmbedder(readRelatedWords(join(PROJECT, 'models/embedder/related-words.rae')));
  const temporary = temporaryFolder('role-accel-bench-');
  const folder = (name: string): string => { const path = join(temporary.path, name); mkdirSync(path); return path; };
  try {
    if (docs !== undefined || queries !== undefined || out !== undefined) {
      if (docs === undefined || queries === undefined || out === undefined) throw new Error('--docs, --queries and --out belong together');
      if (!/^[1-9]\d{0,3}$/.test(limit)) throw new Error('--limit has to be a whole number from 1 to 9999');
      const ran = runCollection(folder('run'), embedder, { docsFile: docs, queriesFile: queries, out, limit: Number(limit) });
      console.log(`${ran.queries} queries over ${ran.documents} documents in ${ran.passages} passages, written to ${out}`);
      return;
    }
    printQuality(folder('quality'), embedder);
    measureEmbedding(embedder);
    await measurePaste(folder('paste'));
    for (const size of SIZES) measureSearch(folder(String(size)), embedder, size);
  } finally {
    temporary.dispose();
  }
}

function printQuality(folder: string, embedder: BenchEmbedder): void {
  const bench = openQualityBench(folder, embedder);
  const queries = bench.queries('test');
  const kinds = [...new Set(queries.map(({ kind }) => kind))];
  const results = Object.entries(bench.rankers).map(([name, rank]) => ({ name, values: bench.measure('test', rank) }));
  console.log(`nDCG@10 on ${queries.length} test queries (bench/data/search)     ${kinds.map((kind) => kind.padStart(20)).join('')}`);
  for (const { name, values } of results) {
    const ofKind = kinds.map((kind) => values.filter((_, at) => queries[at]?.kind === kind));
    console.log(`  ${name.padEnd(14)}${withInterval(values).padEnd(40)}${ofKind.map((own) => (own.reduce((sum, value) => sum + value, 0) / own.length).toFixed(3).padStart(20)).join('')}`);
  }
  const valuesOf = (name: string): number[] => results.find((result) => result.name === name)?.values ?? [];
  for (const other of ['keyword', 'vector', 'rank fusion']) console.log(`  hybrid less ${other.padEnd(12)} ${withInterval(valuesOf('hybrid').map((value, at) => value - valuesOf(other)[at]!))}, query by query`);
  bench.close();
}

function measureEmbedding(embedder: BenchEmbedder): void {
  const next = generatePassages(1);
  const passages = Array.from({ length: 1_000 }, () => next());
  const begun = performance.now();
  const each = passages.map(({ title, text }) => {
    const start = performance.now();
    embedder.embedNow(`${title}\n${text}`);
    return performance.now() - start;
  });
  console.log(`built-in vectors of 1,000 passages: ${(performance.now() - begun).toFixed(0)} ms; one: ${describe(each)}`);
}

/** A page of notes, pasted: until the call has returned and a search finds it. */
async function measurePaste(folder: string): Promise<void> {
  const store = openMemoryStore(join(folder, 'memory.db'), { safe: true });
  const memory = openTestMemory(store);
  const next = generatePassages(2);
  const added: number[] = [], found: number[] = [];
  let passages = 0;
  for (let time = 0; time < PASTES; time++) {
    const paragraphs: string[] = [`A note with the number ${'abcdefghij'[time % 10]}zyx.`];
    for (let length = 0; length < PASTED_CHARACTERS; length += paragraphs.at(-1)!.length + 2) paragraphs.push(next().text);
    const text = paragraphs.join('\n\n').slice(0, PASTED_CHARACTERS);
    const start = performance.now();
    const { item } = await memory.client.add({ kind: 'note', title: `Notes ${time}`, text });
    added.push(performance.now() - start);
    passages = item.chunks;
    const { hits } = await memory.client.search({ text: `number ${'abcdefghij'[time % 10]}zyx` });
    found.push(performance.now() - start);
    if (hits[0]?.itemId !== item.itemId) throw new Error('a pasted text was not found by its own words');
  }
  memory.refuseFaults();
  store.close();
  console.log(`a pasted text of ${PASTED_CHARACTERS / 1000} kB (${passages} passages): kept and indexed ${describe(added)}`);
  console.log(`  until a search has found it:           ${describe(found)}`);
}
