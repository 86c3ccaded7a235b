import type { FactKind, MemoryFilter, MemoryHit, MemoryKind } from '../contract/memory.ts';

/** Where something was said. */
export interface Source { sessionId: string; seq: number; at: string }

/** Something to remember; the same text of the same kind again only adds where it comes from. */
export interface Remembered {
  kind: MemoryKind; fact?: FactKind | undefined; title: string; text: string; at: string;
  source?: Source | undefined;
  /** Who found it, for provenance; nothing when it is the person's own text. */
  madeBy?: { who: string; version: string } | undefined;
}

export interface MemoryQuery extends MemoryFilter { text: string; limit: number; diverse?: boolean | undefined }

/** What features see of the memory. */
export interface Memory {
  /**
   * Remembers at once: searchable by words and by the built-in vectors when this returns, in the caller's transaction if one is open.
   * Gives the ids in the same order; nothing for what holds no words. @throws EngineError STORAGE_*
   */
  remember(items: readonly Remembered[]): (string | undefined)[];
  /** The best passages, best first. Never throws for want of a model: it says when only words were compared. */
  search(query: MemoryQuery, signal?: AbortSignal): Promise<{ hits: MemoryHit[]; keywordOnly: string | null }>;
  /** Facts about the person, the most important first: pinned, then the newest. */
  facts(limit: number): { itemId: string; fact: FactKind; text: string; at: string }[];
  /** Marks how far an interview has been read into the memory, in the caller's transaction. */
  setRead(sessionId: string, turns: number): void;
  /** How many turns of an interview have been read; 0 for one that never was. */
  turnsRead(sessionId: string): number;
  /** Takes away the vectors of what went with a deleted interview; in the transaction that deletes it. @throws EngineError STORAGE_* */
  purge(): void;
}

/** Turns texts into vectors of one length. Vectors of two embedders are never compared. */
export interface Embedder {
  /** Stands with each vector: another model, or another way to make vectors with it, is another id. */
  readonly id: string;
  readonly name: string;
  readonly place: 'here' | 'away';
  /** What a cosine counts beside BM25 over its query maximum. */
  readonly weight: number;
  /** Whether it would answer now. */
  ready(): boolean;
  /** Unit vectors, one for each text. @throws what its model throws */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}

/** The one that is always there, needs no model, and is quick enough for a transaction. */
export interface BuiltInEmbedder extends Embedder {
  readonly dimensions: number;
  embedNow(text: string): Float32Array;
}

/** One passage of a text. `start` is where it begins in the text; passages may overlap. */
export interface Passage { position: number; heading: string; text: string; start: number }

/** A passage that was found, before it is dressed for the window. */
export interface RankedChunk {
  chunk: number; score: number;
  keyword: { score: number; terms: string[] } | null;
  vector: { score: number; cosine: number } | null;
  alike: number | null;
}
