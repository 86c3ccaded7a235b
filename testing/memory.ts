import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import Database from 'better-sqlite3';
import { readRelatedWords, type RelatedWords } from '../core/coach/related-words.ts';
import type { EngineClient } from '../core/contract/index.ts';
import { JobQueue, type JobKind } from '../core/jobs/index.ts';
import { createMemory, type EmbedderSource } from '../core/memory/index.ts';
import { countingIds, seededRng, SettableClock } from '../core/sources.ts';
import { migrate } from '../core/storage/migrate.ts';
import { Store } from '../core/storage/store.ts';
import { PROJECT, START } from './engine.ts';

let words: RelatedWords | undefined;
/** The app's own table of related words, read once. */
export const relatedWords = (): RelatedWords => words ??= readRelatedWords(join(PROJECT, 'models/embedder/related-words.rae'));

/** A migrated database as the app opens one. `safe` is the app's own way to disk; without it, tests are faster. */
export function openMemoryStore(file: string, { safe = false, freeBytes }: { safe?: boolean; freeBytes?: () => number } = {}): Store {
  const connection = new Database(file, { timeout: 2000 });
  for (const pragma of ['journal_mode = WAL', `synchronous = ${safe ? 'FULL' : 'OFF'}`, 'foreign_keys = ON', 'secure_delete = ON', 'temp_store = MEMORY']) connection.pragma(pragma);
  migrate(connection);
  return new Store(connection, freeBytes ?? (() => Infinity));
}

export interface TestMemoryOptions {
  models?: readonly LetterModel[];
  answering?: NonNullable<Parameters<typeof createMemory>[0]['answering']>;
  titleOf?: (sessionId: string) => string | undefined;
  interviewsToRead?: () => number;
  clock?: SettableClock;
  ids?: ReturnType<typeof countingIds>;
  paused?: () => boolean;
}

/** The memory on a real database, with a queue that runs when it is started. */
export function openTestMemory(store: Store, options: TestMemoryOptions = {}) {
  const { clock = new SettableClock(START), ids = countingIds() } = options;
  const faults: unknown[] = [];
  let changes = 0;
  const onFault = (error: unknown): void => { faults.push(error); };
  const queue = new JobQueue({ store, clock, ids, rng: seededRng(1), lanes: { cpu: { concurrency: 1 }, model: { concurrency: 2, ...(options.paused ? { paused: options.paused } : {}) } }, onFault });
  const memory = createMemory({
    store, clock, ids, table: relatedWords(), embedding: embeddersOf(options.models ?? []), queue, changed: () => { changes++; }, onFault,
    titleOf: options.titleOf ?? ((sessionId) => `Interview ${sessionId}`), interviewsToRead: options.interviewsToRead ?? (() => 0), ...(options.answering ? { answering: options.answering } : {}),
  });
  const client = createRouterClient({ memory: memory.router }) as unknown as Pick<EngineClient, 'memory'>;
  return {
    ...memory, store, clock, queue, faults, client: client.memory,
    changes: (): number => changes,
    /** @throws the first fault that the memory told of */
    refuseFaults(): void { if (faults.length > 0) throw faults[0]; },
    start(more: readonly JobKind[] = []): void { queue.start([...memory.jobs, ...more]); },
    /** When nothing runs and nothing could. */
    async idle(): Promise<void> {
      for (;;) {
        await new Promise((resume) => setTimeout(resume, 5));
        if (queue.count('running') === 0 && store.prepare<{ n: number }, []>("SELECT count(*) AS n FROM job WHERE state = 'queued' AND run_after IS NULL").get()?.n === 0) return;
      }
    },
  };
}
export type TestMemory = ReturnType<typeof openTestMemory>;

/** What has to be the same at any time: passages, the words that can be searched, and the built-in vectors. @throws Error that says what is not */
export function checkIndexes({ sql }: Store): void {
  sql.exec("INSERT INTO memory_text (memory_text, rank) VALUES ('integrity-check', 1)");
  const list = (source: string): string => (sql.prepare(source).pluck().all() as number[]).join(' ');
  const chunks = list('SELECT id FROM memory_chunk ORDER BY id');
  for (const id of sql.prepare("SELECT id FROM memory_embedder WHERE embedder_id LIKE 'built-in%'").pluck().all() as number[]) {
    const vectors = list(`SELECT rowid FROM memory_vector_${id}_rowids ORDER BY rowid`);
    if (vectors !== chunks) throw new Error(`vectors of ${vectors.slice(0, 200)}, but passages ${chunks.slice(0, 200)}`);
  }
  for (const id of sql.prepare('SELECT id FROM memory_embedder').pluck().all() as number[]) {
    const strays = list(`SELECT rowid FROM memory_vector_${id}_rowids WHERE rowid NOT IN (SELECT id FROM memory_chunk)`);
    if (strays !== '') throw new Error(`vectors ${strays} of passages that are gone`);
  }
}

/** What `look` gives in each turn of the loop while `work` goes on; the same value once. */
export async function seenMeanwhile(look: () => number, work: () => Promise<void>): Promise<number[]> {
  const seen = [look()];
  const watch = (): void => { const now = look(); if (now !== seen.at(-1)) seen.push(now); };
  let done = false;
  const turn = (): void => { if (done) return; watch(); setImmediate(turn); };
  turn();
  await work();
  done = true;
  watch();
  return seen;
}

/**
 * Stands for a model elsewhere: a vector counts a text's letters. `calls` are the texts it was given; those after the first `holdFrom` wait
 * for `hold`.
 */
export class LetterModel {
  readonly id: string;
  readonly name: string;
  readonly place: 'here' | 'away';
  readonly calls: string[][] = [];
  ready = true;
  fails: Error | undefined;
  hold: Promise<void> | undefined;
  holdFrom = 0;
  dimensions = 26;

  constructor(id = 'letters', place: 'here' | 'away' = 'here') { this.id = id; this.name = `Model ${id}`; this.place = place; }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    this.calls.push([...texts]);
    if (this.calls.length > this.holdFrom) await this.hold;
    signal.throwIfAborted();
    if (this.fails) throw this.fails;
    return texts.map((text) => {
      const vector = new Float32Array(this.dimensions);
      for (const letter of text.toLowerCase().replace(/[^a-z]/g, '')) vector[(letter.charCodeAt(0) - 97) % this.dimensions]! += 1;
      return vector;
    });
  }
}

/** Models as the memory knows them: those that are in the list now. */
export function embeddersOf(models: readonly LetterModel[]): EmbedderSource {
  return {
    embedders: () => models.map(({ id, name, place, ready }) => ({ embedderId: id, name, place, ready })),
    async embed(texts, signal, only) {
      const model = models.find(({ id, ready }) => id === only && ready);
      return model && { vectors: await model.embed(texts, signal), embedderId: model.id };
    },
  };
}
