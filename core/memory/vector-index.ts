import type { Store } from '../storage/store.ts';
import { loadVectors } from '../storage/vec-extension.ts';

/** A part of all passages, as a query that gives their ids. */
export interface ChunkSet { sql: string; params: readonly (string | number)[] }
/** Vectors of one embedder, in the order of their making. */
export interface VectorSet { id: number; embedderId: string; name: string; dimensions: number; state: 'building' | 'ready'; vectors: number }

/** Stands for the vector of a text that has none, since no word of it is known: so far from every unit vector that it is never near. */
const FAR_AWAY = 1000;
/** Between a unit vector, with what rounding makes of it, and one that is far away. */
const UNIT_AT_MOST = 1.5;

/**
 * Vectors of passages: one `vec0` table for each row of `memory_embedder`, since vectors of two embedders are never compared. Vectors are kept
 * with length 1. Everything here can be called where sqlite-vec cannot be loaded; then nothing is added, nothing is near, and what
 * has to go still goes.
 */
export class VectorIndex {
  readonly #store: Store;
  /** Why there are no vectors, in words for the person. */
  readonly unavailable: string | null;

  constructor(store: Store) {
    this.#store = store;
    this.unavailable = loadVectors(store.sql);
  }

  sets(): VectorSet[] {
    const rows = this.#store.prepare<Omit<VectorSet, 'vectors'>, []>('SELECT id, embedder_id AS embedderId, name, dimensions, state FROM memory_embedder ORDER BY id').all();
    return rows.map((row) => ({ ...row, vectors: this.#count(row.id) }));
  }

  /**
   * The set of an embedder, made when it is not there. Vectors of another length than `dimensions` are dropped.
   * @throws Error when it would have to be made and vectors are not available
   */
  open(embedderId: string, name: string, dimensions: number): number {
    if (!Number.isInteger(dimensions) || dimensions < 1) throw new RangeError(`a vector cannot have ${dimensions} dimensions`);
    return this.#store.write(() => {
      const known = this.sets().find((set) => set.embedderId === embedderId);
      if (known?.dimensions === dimensions) {
        if (known.name !== name) this.#store.prepare('UPDATE memory_embedder SET name = ? WHERE id = ?').run(name, known.id);
        return known.id;
      }
      if (this.unavailable !== null) throw new Error(this.unavailable);
      if (known) this.drop(known.id);
      const id = Number(this.#store.prepare("INSERT INTO memory_embedder (embedder_id, name, dimensions, state) VALUES (?, ?, ?, 'building')").run(embedderId, name, dimensions).lastInsertRowid);
      // What a set that was forgotten without sqlite-vec left behind, under a number that is used again.
      this.#store.sql.exec(`DROP TABLE IF EXISTS ${table(id)}; CREATE VIRTUAL TABLE ${table(id)} USING vec0 (chunk INTEGER PRIMARY KEY, vector float[${dimensions}])`);
      return id;
    });
  }

  setReady(id: number): void { this.#store.write(() => this.#setState(id, 'ready')); }

  /** With all its vectors. Where the table itself cannot be dropped it is emptied, and goes when its number is used again. */
  drop(id: number): void {
    this.#store.write(() => {
      if (this.unavailable === null) this.#store.sql.exec(`DROP TABLE IF EXISTS ${table(id)}`);
      else this.#empty(id);
      this.#store.prepare('DELETE FROM memory_embedder WHERE id = ?').run(id);
    });
  }

  /**
   * Adds vectors or replaces them; those of passages that are not there (any more) are left out.
   * @throws RangeError for a vector of another length than the set's, or one that holds no numbers
   */
  put(id: number, vectors: readonly { chunk: number; vector: Float32Array }[]): void {
    if (this.unavailable !== null || vectors.length === 0) return;
    const dimensions = this.#dimensions(id);
    const prepared = vectors.map(({ chunk, vector }) => ({ chunk: BigInt(chunk), bytes: bytesOf(kept(vector, dimensions)) }));
    this.#store.write(() => {
      const remove = this.#store.prepare(`DELETE FROM ${table(id)} WHERE chunk = ?`);
      const add = this.#store.prepare(`INSERT INTO ${table(id)} (chunk, vector) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM memory_chunk WHERE id = ?)`);
      const has = this.#store.prepare(`SELECT 1 FROM ${table(id)}_rowids WHERE rowid = ?`);
      for (const { chunk, bytes } of prepared) {
        if (has.get(chunk)) remove.run(chunk);
        add.run(chunk, bytes, chunk);
      }
    });
  }

  /** Passages without a vector, in the order of their ids. */
  missing(id: number, limit: number): { chunk: number; heading: string; text: string }[] {
    if (!this.#isThere(id)) return [];
    const find = this.#store.prepare<{ chunk: number; heading: string; text: string }, [number, number]>(
      `SELECT id AS chunk, heading, text FROM memory_chunk c WHERE id > ? AND NOT EXISTS (SELECT 1 FROM ${table(id)}_rowids WHERE rowid = c.id) ORDER BY id LIMIT ?`);
    // While a set is being made, all before its last vector have theirs: only when nothing is missing after it is it worth looking there.
    const last = this.#store.prepare<{ last: number | null }, []>(`SELECT max(rowid) AS last FROM ${table(id)}_rowids`).get()?.last ?? 0;
    const after = find.all(last, limit);
    return after.length > 0 ? after : find.all(0, limit);
  }

  countMissing(id: number): number {
    if (!this.#isThere(id)) return 0;
    return this.#store.prepare<{ n: number }, []>(`SELECT count(*) AS n FROM memory_chunk c WHERE NOT EXISTS (SELECT 1 FROM ${table(id)}_rowids WHERE rowid = c.id)`).get()?.n ?? 0;
  }

  /**
   * Takes away the vectors of passages that are gone, in all sets. A vec0 table overwrites what it deletes with zeroes. Without sqlite-vec single
   * vectors cannot be taken out, so sets that hold one are emptied and have to be made again.
   * @returns how many vectors of passages that are gone were there
   */
  purge(): number {
    return this.#store.write(() => {
      let purged = 0;
      for (const { id } of this.sets()) {
        const dead = this.#store.prepare<{ chunk: number }, []>(`SELECT chunk FROM memory_dead_chunk WHERE chunk IN (SELECT rowid FROM ${table(id)}_rowids)`).all();
        if (dead.length === 0) continue;
        purged += dead.length;
        if (this.unavailable === null) {
          const remove = this.#store.prepare(`DELETE FROM ${table(id)} WHERE chunk = ?`);
          for (const { chunk } of dead) remove.run(BigInt(chunk));
        } else {
          this.#empty(id);
          this.#setState(id, 'building');
        }
      }
      this.#store.prepare('DELETE FROM memory_dead_chunk').run();
      return purged;
    });
  }

  /** How many vectors of these passages are still kept, in all sets. */
  left(chunkIds: readonly number[]): number {
    const ids = JSON.stringify(chunkIds);
    return this.sets().reduce((sum, { id }) => sum + (this.#store.prepare<{ n: number }, [string]>(`SELECT count(*) AS n FROM ${table(id)}_rowids WHERE rowid IN (SELECT value FROM json_each(?))`).get(ids)?.n ?? 0), 0);
  }

  /** The `k` passages nearest to a unit vector with their cosines, nearest first, of all or of a part of them. Exact: every vector is compared. */
  nearest(id: number, query: Float32Array, k: number, within?: ChunkSet): { chunk: number; cosine: number }[] {
    if (this.unavailable !== null || !this.#isThere(id)) return [];
    // Between unit vectors a distance tells the cosine, and vec0 is quicker at distances.
    const found = this.#store.prepare<{ chunk: number; distance: number }, unknown[]>(
      `SELECT chunk, distance FROM ${table(id)} WHERE vector MATCH ? AND k = ?${within ? ` AND chunk IN (${within.sql})` : ''}`).all(bytesOf(query), k, ...within?.params ?? []);
    return found.filter(({ distance }) => distance < FAR_AWAY / 2).map(({ chunk, distance }) => ({ chunk, cosine: 1 - distance ** 2 / 2 }));
  }

  /** Vectors of passages, for those that have one. Some 0.1 ms each in a large set, which SQLite walks along; quickest in the order of their ids. */
  vectors(id: number, chunks: readonly number[]): Map<number, Float32Array> {
    const found = new Map<number, Float32Array>();
    if (this.unavailable !== null || !this.#isThere(id)) return found;
    const read = this.#store.prepare<{ vector: Buffer }, [bigint]>(`SELECT vector FROM ${table(id)} WHERE chunk = ?`);
    for (const chunk of chunks) {
      const row = read.get(BigInt(chunk));
      if (!row) continue;
      const vector = new Float32Array(row.vector.buffer.slice(row.vector.byteOffset, row.vector.byteOffset + row.vector.byteLength));
      if (Math.abs(vector[0] ?? 0) < UNIT_AT_MOST) found.set(chunk, vector);
    }
    return found;
  }

  #dimensions(id: number): number {
    const row = this.#store.prepare<{ dimensions: number }, [number]>('SELECT dimensions FROM memory_embedder WHERE id = ?').get(id);
    if (!row) throw new RangeError(`there is no set of vectors ${id}`);
    return row.dimensions;
  }
  #isThere(id: number): boolean { return this.#store.prepare('SELECT 1 FROM memory_embedder WHERE id = ?').get(id) !== undefined; }
  #count(id: number): number { return this.#store.prepare<{ n: number }, []>(`SELECT count(*) AS n FROM ${table(id)}_rowids`).get()?.n ?? 0; }
  #setState(id: number, state: 'building' | 'ready'): void { this.#store.prepare('UPDATE memory_embedder SET state = ? WHERE id = ?').run(state, id); }

  /** The tables that a vec0 table keeps its rows in, emptied; it goes on from there when sqlite-vec is back. */
  #empty(id: number): void {
    for (const part of ['rowids', 'chunks', 'vector_chunks00']) this.#store.sql.exec(`DELETE FROM ${table(id)}_${part}`);
  }
}

/** The number is ours, so it can stand in SQL. */
const table = (id: number): string => `memory_vector_${Math.trunc(id)}`;

const bytesOf = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** With length 1; one that has no direction is put far away. */
function kept(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length !== dimensions) throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} belong`);
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length)) throw new RangeError('a vector that holds no numbers');
  if (length === 0) return Float32Array.from(vector, (_, at) => (at === 0 ? FAR_AWAY : 0));
  return vector.map((value) => value / length);
}
