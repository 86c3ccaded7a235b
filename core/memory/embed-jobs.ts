import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { defineJob, JobError, restsBetweenPieces, type JobKind } from '../jobs/index.ts';
import type { BuiltInEmbedder, Embedder, Passage } from './memory.ts';
import { EmbedderError } from './model-embedder.ts';
import type { MemoryRepository } from './memory-repository.ts';
import type { VectorIndex } from './vector-index.ts';

/** Whether a model in this machine answers a person now, and when it no longer does. */
export interface AnsweringHere { answeringHere(): boolean; onAnsweredHere(listener: () => void): () => void }

type Worded = Pick<Passage, 'heading' | 'text'>;
/** A passage's heading says what it is about, where its own words may not. */
export const embeddedText = ({ heading, text }: Worded): string => (heading === '' ? text : `${heading}\n${text}`);

const inputSchema = z.object({ embedderId: z.string() });
export type EmbedJob = JobKind<typeof inputSchema>;

/** Passages that are looked up at once, and those of them that become vectors before others get a turn. */
const LOOKED_UP = 64;
const SLICE_MS = 3;
/** Passages of one call to a model, after which somebody who waits for it goes first. */
const BATCH = 16;
/** Embedded once to learn how long a model's vectors are. */
const PROBE = 'interview';

/** Built-in vectors, a few at a time; after each slice others get a turn. */
export async function* embedInSlices<Text extends Worded>(builtIn: BuiltInEmbedder, passages: readonly Text[]): AsyncGenerator<{ passage: Text; vector: Float32Array }[]> {
  for (let from = 0; from < passages.length;) {
    const until = performance.now() + SLICE_MS;
    const made: { passage: Text; vector: Float32Array }[] = [];
    do {
      const passage = passages[from++] as Text;
      made.push({ passage, vector: builtIn.embedNow(embeddedText(passage)) });
    } while (from < passages.length && performance.now() < until);
    yield made;
    await setImmediate();
  }
}

export interface FillJobParts {
  vectors: VectorIndex; builtIn: BuiltInEmbedder;
  setOf: () => number | undefined;
  /** Called in the transaction that ends the job. */
  filled: (jobId: string) => void;
}

/** Makes built-in vectors that are missing, a few at a time, so that nothing waits for it longer than a slice takes. */
export function createFillJob({ vectors, builtIn, setOf, filled }: FillJobParts): EmbedJob {
  return defineJob({
    kind: 'memory.fill', lane: 'cpu', priority: -10, attempts: 5, backoff: { firstMs: 5_000, mostMs: 600_000 }, input: inputSchema,
    title: () => 'Preparing the search by meaning',
    async run({ embedderId }, { jobId, signal, progress }) {
      const rest = restsBetweenPieces(signal);
      const set = setOf();
      if (embedderId !== builtIn.id || set === undefined) return () => {};
      let [done, left] = [0, vectors.countMissing(set)];
      for (let found = vectors.missing(set, LOOKED_UP); found.length > 0; found = vectors.missing(set, LOOKED_UP)) {
        for await (const made of embedInSlices(builtIn, found)) {
          signal.throwIfAborted();
          vectors.put(set, made.map(({ passage: { chunk }, vector }) => ({ chunk, vector })));
          done += made.length;
          left = Math.max(left, done);
          progress(done / left, `${done} of ${left} passages`);
          await rest();
        }
      }
      return () => filled(jobId);
    },
  });
}

export interface EmbedJobParts {
  repository: MemoryRepository; vectors: VectorIndex;
  /** Undefined for one that is not among those that can be chosen now. */
  embedder: (embedderId: string) => Embedder | undefined;
  /** Whether anybody still wants the vectors of this one. */
  wanted: (embedderId: string) => boolean;
  answering?: AnsweringHere | undefined;
  /** Called in the transaction that ends the job. */
  embedded: (embedderId: string, jobId: string) => void;
  /** Called when a run was ended from outside. */
  stopped: () => void;
}

const AWAY = new JobError({ code: 'embedder-away', says: 'the model that makes the vectors does not answer now', retryable: true });
const NO_VECTORS = new JobError({ code: 'no-vectors', says: 'vectors cannot be kept on this machine', retryable: false });

/** Makes a model's vectors of passages that have none. Each batch is kept at once, so that an interrupted run goes on where it was. */
export function createEmbedJob(parts: EmbedJobParts): EmbedJob {
  const { repository, vectors, wanted, embedded, stopped } = parts;
  return defineJob({
    kind: 'memory.embed', lane: 'model', priority: -10, attempts: 12, backoff: { firstMs: 15_000, mostMs: 1_800_000 }, input: inputSchema,
    title: () => 'Preparing the search by meaning with a model',
    async run({ embedderId }, { jobId, signal, progress }) {
      try {
        if (!wanted(embedderId)) return () => {};
        const embedder = parts.embedder(embedderId);
        if (!embedder?.ready()) throw AWAY;
        if (vectors.unavailable !== null) throw NO_VECTORS;
        await turnOf(embedder, parts.answering, signal);
        const [probe] = await embedder.embed([PROBE], signal);
        signal.throwIfAborted();
        if (!wanted(embedderId)) return () => {};
        const set = openSet(parts, embedder, probe?.length ?? 0);
        let [done, left] = [0, vectors.countMissing(set)];
        for (let found = vectors.missing(set, BATCH); found.length > 0; found = vectors.missing(set, BATCH)) {
          await turnOf(embedder, parts.answering, signal);
          const made = await embedder.embed(found.map(embeddedText), signal);
          signal.throwIfAborted();
          if (!wanted(embedderId)) return () => {};
          // Given up and chosen again meanwhile, its vectors begin anew.
          if (made.length !== found.length || repository.set(embedderId)?.id !== set) throw AWAY;
          vectors.put(set, found.map(({ chunk }, index) => ({ chunk, vector: made[index] as Float32Array })));
          done += found.length;
          left = Math.max(left, done);
          progress(done / left, `${done} of ${left} passages`);
          await setImmediate();
        }
        return () => { if (wanted(embedderId)) embedded(embedderId, jobId); };
      } catch (error) {
        throw error instanceof EmbedderError ? new JobError({ code: error.fault, says: error.message, retryable: error.retryable }, { cause: error }) : error;
      } finally {
        if (signal.aborted) stopped();
      }
    },
  });
}

/** The set of vectors of an embedder; made anew when the model's vectors are no longer as long as they were. */
function openSet({ repository, vectors }: EmbedJobParts, { id, name }: Embedder, dimensions: number): number {
  if (dimensions === 0) throw AWAY;
  return repository.write(() => {
    const before = vectors.sets().find((set) => set.embedderId === id);
    if (before && before.dimensions !== dimensions) vectors.drop(before.id);
    return vectors.open(id, name, dimensions);
  });
}

/** A person who is being answered by a model in this machine goes first. */
async function turnOf({ place }: Embedder, answering: AnsweringHere | undefined, signal: AbortSignal): Promise<void> {
  while (place === 'here' && answering?.answeringHere()) {
    const free = new EventTarget();
    const stop = answering.onAnsweredHere(() => free.dispatchEvent(new Event('free')));
    try { await once(free, 'free', { signal }); } finally { stop(); }
  }
}
