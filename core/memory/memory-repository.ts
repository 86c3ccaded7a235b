import type { FactKind, MemoryItem, MemoryKind } from '../contract/memory.ts';
import type { Store } from '../storage/store.ts';
import type { Passage, Source } from './memory.ts';

export interface ItemRow {
  id: number; item_id: string; kind: MemoryKind; fact: FactKind | null; title: string; text: string; hash: string; made_by: string | null;
  pinned: number; edited: number; at: string; updated_at: string;
}
/** A passage with the item it is of. */
export interface PassageRow { chunk: number; passage: string; start: number; item: number; itemId: string; kind: MemoryKind; fact: FactKind | null; title: string; at: string; pinned: number }
export type SourceRow = Omit<MemoryItem['sources'][number], 'title'>;
export interface SetRow { id: number; embedderId: string; name: string; dimensions: number; state: 'building' | 'ready' }
/** Where a page of the list begins: after this item. */
export interface ListPlace { pinned: number; at: string; id: number }

/** The statements, named here so that tests can look at their plans. */
export const MEMORY_SQL = {
  same: 'SELECT * FROM memory_item WHERE kind = ? AND hash = ?',
  insert: `INSERT INTO memory_item (item_id, kind, fact, title, text, hash, made_by, at, updated_at) VALUES (@item_id, @kind, @fact, @title, @text, @hash, @made_by, @at, @updated_at)`,
  find: 'SELECT * FROM memory_item WHERE item_id = ?',
  seenAgain: 'UPDATE memory_item SET at = max(at, @at) WHERE id = @id',
  change: 'UPDATE memory_item SET title = @title, text = @text, hash = @hash, edited = 1, updated_at = @updatedAt WHERE id = @id',
  pin: 'UPDATE memory_item SET pinned = ?, updated_at = ? WHERE id = ?',
  delete: 'DELETE FROM memory_item WHERE id = ?',
  source: 'INSERT OR IGNORE INTO memory_source (item, session_id, seq, at) VALUES (?, ?, ?, ?)',
  sources: 'SELECT session_id AS sessionId, seq, at FROM memory_source WHERE item = ? ORDER BY at DESC, session_id DESC, seq DESC',
  chunk: 'INSERT INTO memory_chunk (item, position, heading, text, start) VALUES (?, ?, ?, ?, ?)',
  chunks: 'SELECT id FROM memory_chunk WHERE item = ? ORDER BY position',
  chunkCount: 'SELECT count(*) AS n FROM memory_chunk WHERE item = ?',
  unindexed: 'SELECT id FROM memory_item i WHERE NOT EXISTS (SELECT 1 FROM memory_chunk WHERE item = i.id)',
  byRow: 'SELECT * FROM memory_item WHERE id = ?',
  dropChunks: 'DELETE FROM memory_chunk WHERE item = ?',
  passages: `SELECT c.id AS chunk, c.text AS passage, c.start, i.id AS item, i.item_id AS itemId, i.kind, i.fact, i.title, i.at, i.pinned
    FROM json_each(?) AS wanted JOIN memory_chunk c ON c.id = wanted.value JOIN memory_item i ON i.id = c.item`,
  alive: 'SELECT c.id FROM json_each(?) AS wanted JOIN memory_chunk c ON c.id = wanted.value',
  facts: "SELECT item_id AS itemId, fact, text, at FROM memory_item WHERE kind = 'fact' AND fact IS NOT NULL ORDER BY pinned DESC, at DESC, id DESC LIMIT ?",
  list: 'SELECT * FROM memory_item WHERE (pinned, at, id) < (@pinned, @at, @id) ORDER BY pinned DESC, at DESC, id DESC LIMIT @limit',
  listKind: 'SELECT * FROM memory_item WHERE kind = @kind AND (pinned, at, id) < (@pinned, @at, @id) ORDER BY pinned DESC, at DESC, id DESC LIMIT @limit',
  kinds: 'SELECT kind, count(*) AS items FROM memory_item GROUP BY kind',
  allChunks: 'SELECT count(*) AS n FROM memory_chunk',
  // By the range first: the word index would look for the words in each of the passages anew.
  indexed: 'SELECT count(*) AS n FROM memory_text WHERE memory_text MATCH @words AND rowid BETWEEN @first AND @last AND +rowid IN (SELECT value FROM json_each(@chunks))',
  isForgotten: 'SELECT 1 FROM memory_forgotten WHERE kind = ? AND hash = ?',
  setForgotten: 'INSERT OR IGNORE INTO memory_forgotten (kind, hash, at) VALUES (?, ?, ?)',
  unforget: 'DELETE FROM memory_forgotten WHERE kind = ? AND hash = ?',
  setRead: 'INSERT INTO memory_read (session_id, turns, at) VALUES (@sessionId, @turns, @at) ON CONFLICT (session_id) DO UPDATE SET turns = max(turns, excluded.turns), at = excluded.at',
  turnsRead: 'SELECT turns FROM memory_read WHERE session_id = ?',
  set: 'SELECT id, embedder_id AS embedderId, name, dimensions, state FROM memory_embedder WHERE embedder_id = ?',
  setting: 'SELECT value FROM setting WHERE key = ?',
  saveSetting: 'INSERT INTO setting (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
} as const;

/** Before everything: the first page begins here. */
export const FIRST_PAGE: ListPlace = { pinned: 2, at: '', id: 0 };

/** SQL of what is remembered: items, sources, passages, what was forgotten, how far interviews are read. Writes throw EngineError STORAGE_*. */
export class MemoryRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  write<Result>(work: () => Result, options?: { frees?: boolean }): Result { return this.#store.write(work, options); }
  /** All of `work` or nothing of it, also in the middle of a caller's transaction, which can go on without it. */
  attempt<Result>(work: () => Result): Result { return this.#store.write(() => this.#store.sql.transaction(work)()); }

  same(kind: MemoryKind, hash: string): ItemRow | undefined { return this.#store.prepare<ItemRow, [string, string]>(MEMORY_SQL.same).get(kind, hash); }
  find(itemId: string): ItemRow | undefined { return this.#store.prepare<ItemRow, [string]>(MEMORY_SQL.find).get(itemId); }
  insert(row: Omit<ItemRow, 'id' | 'pinned' | 'edited'>): number { return Number(this.#store.prepare(MEMORY_SQL.insert).run(row).lastInsertRowid); }
  /** Remembered once more, perhaps at a later time. */
  seenAgain(id: number, at: string): void { this.#store.prepare(MEMORY_SQL.seenAgain).run({ id, at }); }
  change(id: number, change: { title: string; text: string; hash: string; updatedAt: string }): void { this.#store.prepare(MEMORY_SQL.change).run({ id, ...change }); }
  pin(id: number, pinned: boolean, at: string): void { this.#store.prepare(MEMORY_SQL.pin).run(Number(pinned), at, id); }
  /** With its sources and passages; the passages' ids are then among the dead ones. */
  delete(id: number): void { this.#store.prepare(MEMORY_SQL.delete).run(id); }

  addSource(item: number, { sessionId, seq, at }: Source): boolean { return this.#store.prepare(MEMORY_SQL.source).run(item, sessionId, seq, at).changes > 0; }
  /** Newest first. */
  sources(item: number): SourceRow[] { return this.#store.prepare<SourceRow, [number]>(MEMORY_SQL.sources).all(item); }

  insertChunk(item: number, { position, heading, text, start }: Passage): number { return Number(this.#store.prepare(MEMORY_SQL.chunk).run(item, position, heading, text, start).lastInsertRowid); }
  chunks(item: number): number[] { return this.#store.prepare<{ id: number }, [number]>(MEMORY_SQL.chunks).all(item).map(({ id }) => id); }
  chunkCount(item: number): number { return this.#store.prepare<{ n: number }, [number]>(MEMORY_SQL.chunkCount).get(item)?.n ?? 0; }
  dropChunks(item: number): void { this.#store.prepare(MEMORY_SQL.dropChunks).run(item); }
  /** Items without passages, as they come out of a backup. */
  unindexed(): ItemRow[] {
    const ids = this.#store.prepare<{ id: number }, []>(MEMORY_SQL.unindexed).all();
    return ids.flatMap(({ id }) => this.#store.prepare<ItemRow, [number]>(MEMORY_SQL.byRow).get(id) ?? []);
  }
  /** Those of the passages that are still there. */
  passages(chunks: readonly number[]): Map<number, PassageRow> {
    return new Map(this.#store.prepare<PassageRow, [string]>(MEMORY_SQL.passages).all(JSON.stringify(chunks)).map((row) => [row.chunk, row]));
  }
  alive(chunks: readonly number[]): Set<number> { return new Set(this.#store.prepare<{ id: number }, [string]>(MEMORY_SQL.alive).all(JSON.stringify(chunks)).map(({ id }) => id)); }

  facts(limit: number): { itemId: string; fact: FactKind; text: string; at: string }[] {
    return this.#store.prepare<{ itemId: string; fact: FactKind; text: string; at: string }, [number]>(MEMORY_SQL.facts).all(limit);
  }
  /** Pinned first, then the newest. */
  list(kind: MemoryKind | undefined, after: ListPlace, limit: number): ItemRow[] {
    return kind ? this.#store.prepare<ItemRow, [unknown]>(MEMORY_SQL.listKind).all({ kind, ...after, limit }) : this.#store.prepare<ItemRow, [unknown]>(MEMORY_SQL.list).all({ ...after, limit });
  }
  kinds(): { kind: MemoryKind; items: number }[] { return this.#store.prepare<{ kind: MemoryKind; items: number }, []>(MEMORY_SQL.kinds).all(); }
  allChunks(): number { return this.#store.prepare<{ n: number }, []>(MEMORY_SQL.allChunks).get()?.n ?? 0; }
  /** How many of these passages the word index still finds by any of the words. */
  indexed(words: readonly string[], chunks: readonly number[]): number {
    if (words.length === 0 || chunks.length === 0) return 0;
    const [first, last] = [Math.min(...chunks), Math.max(...chunks)];
    return this.#store.prepare<{ n: number }, [unknown]>(MEMORY_SQL.indexed).get({ words: words.map((word) => `"${word}"`).join(' OR '), first, last, chunks: JSON.stringify(chunks) })?.n ?? 0;
  }

  isForgotten(kind: MemoryKind, hash: string): boolean { return this.#store.prepare(MEMORY_SQL.isForgotten).get(kind, hash) !== undefined; }
  setForgotten(kind: MemoryKind, hash: string, at: string): void { this.#store.prepare(MEMORY_SQL.setForgotten).run(kind, hash, at); }
  unforget(kind: MemoryKind, hash: string): void { this.#store.prepare(MEMORY_SQL.unforget).run(kind, hash); }

  setRead(sessionId: string, turns: number, at: string): void { this.#store.prepare(MEMORY_SQL.setRead).run({ sessionId, turns, at }); }
  turnsRead(sessionId: string): number { return this.#store.prepare<{ turns: number }, [string]>(MEMORY_SQL.turnsRead).get(sessionId)?.turns ?? 0; }

  /** The set of vectors of an embedder, without counting them. */
  set(embedderId: string): SetRow | undefined { return this.#store.prepare<SetRow, [string]>(MEMORY_SQL.set).get(embedderId); }

  setting(key: string): unknown {
    const row = this.#store.prepare<{ value: string }, [string]>(MEMORY_SQL.setting).get(key);
    try { return row && (JSON.parse(row.value) as unknown); } catch { return undefined; }
  }
  saveSetting(key: string, value: unknown, at: string): void { this.#store.prepare(MEMORY_SQL.saveSetting).run(key, JSON.stringify(value), at); }

  /** Empties the write-ahead log, which holds pages as they were. Without effect while another connection reads. */
  emptyLog(): void { this.#store.sql.pragma('wal_checkpoint(TRUNCATE)'); }
}
