import type { MemoryHit } from '../contract/memory.ts';
import type { EmbedderService, QueryVector } from './embedder-service.ts';
import type { MemoryQuery, RankedChunk } from './memory.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { MemoryRepository, PassageRow } from './memory-repository.ts';
import { sourceTitle } from './memory-service.ts';

export interface MemorySearchParts { repository: MemoryRepository; index: MemoryIndex; embedders: EmbedderService; titleOf: (sessionId: string) => string | undefined }

/** Finds passages and says why; nothing of it is kept between two searches. */
export class MemorySearch {
  readonly #parts: MemorySearchParts;
  constructor(parts: MemorySearchParts) { this.#parts = parts; }

  /** As `Memory.search`. @throws only the signal's reason */
  async search(query: MemoryQuery, signal?: AbortSignal): Promise<{ hits: MemoryHit[]; keywordOnly: string | null }> {
    const { repository, embedders } = this.#parts;
    const text = query.text.trim();
    signal?.throwIfAborted();
    if (text === '') return { hits: [], keywordOnly: embedders.keywordOnly };
    const vector = await embedders.query(text, signal);
    signal?.throwIfAborted();
    const ranked = this.ranked({ ...query, text }, vector);
    const passages = repository.passages(ranked.map(({ chunk }) => chunk));
    const hits = ranked.flatMap((found) => {
      const passage = passages.get(found.chunk);
      return passage ? [this.#dress(query, found, passage, vector)] : [];
    });
    return { hits, keywordOnly: embedders.keywordOnly };
  }

  /** The best passages as the index ranks them, at once. */
  ranked(query: MemoryQuery, vector: QueryVector | undefined): RankedChunk[] {
    return this.#parts.index.search({ ...query, ...(vector ? { vector } : {}) });
  }

  #dress(query: MemoryQuery, found: RankedChunk, row: PassageRow, vector: QueryVector | undefined): MemoryHit {
    const { index } = this.#parts;
    return {
      itemId: row.itemId, kind: row.kind, fact: row.fact, title: row.title, passage: row.passage, start: row.start, end: row.start + row.passage.length,
      marks: index.marks(query.text, row.passage), source: this.#source(row.item), at: row.at, pinned: row.pinned === 1, score: found.score,
      why: { keyword: found.keyword, vector: found.vector && { ...found.vector, embedder: vector?.name ?? '' }, alike: found.alike },
    };
  }

  /** Where it was said last; a search within one session finds what was said last there. */
  #source(item: number): MemoryHit['source'] {
    const { repository, titleOf } = this.#parts;
    const [source] = repository.sources(item);
    return source ? { ...source, title: sourceTitle(titleOf(source.sessionId)) } : null;
  }
}
