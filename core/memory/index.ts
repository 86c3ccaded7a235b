import type { RelatedWords } from '../coach/related-words.ts';
import type { MemoryStatus } from '../contract/memory.ts';
import type { JobKind, JobQueue } from '../jobs/index.ts';
import { throttle } from '../jobs/throttle.ts';
import { isoFrom, type Clock, type Ids } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { createBuiltInEmbedder } from './built-in-embedder.ts';
import type { AnsweringHere } from './embed-jobs.ts';
import { EmbedderService } from './embedder-service.ts';
import { forgetItem } from './forget-item.ts';
import type { Memory } from './memory.ts';
import { MemoryIndex } from './memory-index.ts';
import { MemoryRepository } from './memory-repository.ts';
import { createMemoryRouter } from './memory-router.ts';
import { MemorySearch } from './memory-search.ts';
import { MemoryService } from './memory-service.ts';
import { createModelEmbedders, type EmbedderSource } from './model-embedder.ts';
import { VectorIndex } from './vector-index.ts';

export type { Memory, MemoryQuery, Remembered, Source } from './memory.ts';
export type { EmbedderSource, KnownEmbedder } from './model-embedder.ts';

/** Many calls to models change what is told of them. */
const MODELS_EVERY_MS = 2_000;

export interface MemoryOptions {
  store: Store; clock: Clock; ids: Ids;
  /** What the built-in vectors are made of. */
  table: RelatedWords;
  /** Who calls the models that make vectors. */
  embedding: EmbedderSource;
  /** Where the making of vectors goes; it is started with the kinds given back. */
  queue: JobQueue;
  /** Tells when a model in this machine answers a person, who goes first. */
  answering?: AnsweringHere;
  /** Told when something was remembered, changed or forgotten, or is searched otherwise; perhaps in a transaction that is still open. */
  changed: () => void;
  /** What the interview or conversation of a source is called. */
  titleOf: (sessionId: string) => string | undefined;
  /** How many interviews are still to be read. */
  interviewsToRead: () => number;
  /** Told of faults that nobody expected. */
  onFault: (error: unknown) => void;
}

/** Puts the memory together: what features see of it (`memory`), its calls, and its work in the background. */
export function createMemory(options: MemoryOptions) {
  const { store, clock, ids, table, embedding, queue, answering, changed, titleOf, onFault } = options;
  const now = (): string => isoFrom(clock.now());
  const repository = new MemoryRepository(store);
  const vectors = new VectorIndex(store);
  const embedders = new EmbedderService({ repository, vectors, builtIn: createBuiltInEmbedder(table), models: createModelEmbedders(embedding), queue, clock, answering, changed, onFault });
  const service = new MemoryService({ repository, embedders, clock, ids, changed, titleOf });
  const search = new MemorySearch({ repository, index: new MemoryIndex(store, vectors), embedders, titleOf });
  const open = (): void => {
    embedders.open();
    try { service.indexMissing(); } catch (error) { onFault(error); } // a disk that refuses; next time
  };
  open();

  const memory: Memory = {
    remember: (items) => service.remember(items),
    search: (query, signal) => search.search(query, signal),
    facts: (limit) => repository.facts(limit),
    setRead: (sessionId, turns) => repository.write(() => repository.setRead(sessionId, turns, now())),
    turnsRead: (sessionId) => repository.turnsRead(sessionId),
    purge() { repository.write(() => embedders.purge()); changed(); },
  };
  const completing = throttle(MODELS_EVERY_MS, () => { try { embedders.modelsChanged(); } catch (error) { onFault(error); } });
  const status = (): MemoryStatus => {
    const kinds = repository.kinds();
    return { items: kinds.reduce((sum, { items }) => sum + items, 0), chunks: repository.allChunks(), kinds, ...embedders.views(), keywordOnly: embedders.keywordOnly, interviewsToRead: options.interviewsToRead() };
  };
  return {
    memory, jobs: embedders.jobs as readonly JobKind[],
    router: createMemoryRouter({ service, search, embedders, status, forget: (itemId) => forgetItem({ repository, vectors, embedders, search, now, changed }, itemId) }),
    /** To be told before everything is deleted. */
    forgetPerson(): void { service.forgetAll(); },
    /** To be told after data was merged in or deleted as a whole. */
    dataReplaced(): void { open(); changed(); },
    /** To be told when jobs changed: a cancelled one takes the choice of an embedder back. Without effect otherwise. */
    jobsChanged(): void { embedders.jobsChanged(); },
    /** To be told when a model may answer that did not before: the vectors it still owes are made. */
    modelsChanged(): void { completing.call(); },
    /** The model elsewhere that is sent what is remembered and what is searched for. */
    comparingAway: () => embedders.comparingAway(),
    /** To be told before the database is closed. */
    close(): void { completing.stop(); },
  };
}
