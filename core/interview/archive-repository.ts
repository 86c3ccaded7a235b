import { EngineError } from '../contract/errors.ts';
import { PackedRowsError, unpackRows, type PackedValue, type PlainRows } from '../storage/packed-rows.ts';
import type { Store } from '../storage/store.ts';
import { ARCHIVE_RULES } from './archive-rules.ts';
import type { TurnRow } from './interview-repository.ts';

/** An interview's turns as they stand in rows, to be packed. */
export interface TurnsToPack extends PlainRows { id: string; answers: number }

/**
 * SQL of the archive. A row of `interview_archive` holds the packed turns of an old interview; with empty `turns` it only says when the
 * interview was opened last, and its turns stand in rows. What can be searched and what is remembered is not touched by either.
 */
export class ArchiveRepository {
  readonly #store: Store;
  /** Unpacked lately, by interview; the longest unused first. */
  readonly #unpacked = new Map<string, { stamp: string; turns: TurnRow[]; characters: number }>();
  #characters = 0;

  constructor(store: Store) { this.#store = store; }

  /** Ids of those that ended before the one moment and were not opened since the other, the oldest first. */
  due(endedBefore: string, openedBefore: string, limit: number): string[] {
    return this.#store.prepare<{ id: string }, [string, string, number]>(`
      SELECT i.id FROM interview i LEFT JOIN interview_archive a ON a.interview_id = i.id
      WHERE i.ended_at < ? AND (a.interview_id IS NULL OR (length(a.turns) = 0 AND a.at < ?)) AND EXISTS (SELECT 1 FROM interview_turn t WHERE t.interview_id = i.id)
      ORDER BY i.ended_at LIMIT ?`).all(endedBefore, openedBefore, limit).map(({ id }) => id);
  }

  turnsToPack(id: string): TurnsToPack {
    const statement = this.#store.prepare<PackedValue[], [string]>('SELECT * FROM interview_turn WHERE interview_id = ? ORDER BY seq').raw();
    const all = statement.columns().map(({ name }) => name);
    const [own, kind] = [all.indexOf('interview_id'), all.indexOf('kind')];
    const found = statement.all(id);
    return { id, columns: all.filter((_, index) => index !== own), rows: found.map((row) => row.filter((_, index) => index !== own)), answers: found.filter((row) => row[kind] === 'answer').length };
  }

  /** Puts packed turns in the place of the rows, unless those are others by now. In the caller's transaction. */
  replaceRows(packed: TurnsToPack, turns: Uint8Array, at: string): boolean {
    const { id, answers } = packed;
    if (JSON.stringify(this.turnsToPack(id)) !== JSON.stringify(packed)) return false;
    this.#store.prepare('DELETE FROM interview_turn WHERE interview_id = ?').run(id);
    this.#store.prepare(`INSERT INTO interview_archive (interview_id, turns, turn_count, answers, at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (interview_id) DO UPDATE SET turns = excluded.turns, turn_count = excluded.turn_count, answers = excluded.answers, at = excluded.at`).run(id, turns, packed.rows.length, answers, at);
    return true;
  }

  isArchived(id: string): boolean { return this.#stamp(id) !== undefined; }

  /** When it was opened last, as far as that was written down. */
  openedAt(id: string): string | undefined {
    return this.#store.prepare<{ at: string }, [string]>('SELECT at FROM interview_archive WHERE interview_id = ? AND length(turns) = 0').get(id)?.at;
  }

  noteOpened(id: string, at: string): void {
    this.#store.prepare(`INSERT INTO interview_archive (interview_id, turns, turn_count, answers, at) VALUES (?, x'', 0, 0, ?)
      ON CONFLICT (interview_id) DO UPDATE SET turns = x'', turn_count = 0, answers = 0, at = excluded.at`).run(id, at);
  }

  /** Puts an archived interview's turns back into rows, byte for byte. @throws EngineError INTERVIEW_DAMAGED; then nothing is changed */
  restore(id: string, at: string): void {
    this.#store.write(() => {
      const packed = this.#store.prepare<{ turns: Buffer }, [string]>('SELECT turns FROM interview_archive WHERE interview_id = ? AND length(turns) > 0').get(id);
      if (!packed) return;
      insertTurns(this.#store, id, unpacked(packed.turns));
      this.noteOpened(id, at);
    });
    this.#drop(id);
  }

  /** The turns of an archived interview, in order; undefined when it is not archived. @throws EngineError INTERVIEW_DAMAGED */
  turns(id: string): readonly TurnRow[] | undefined {
    const stamp = this.#stamp(id);
    if (stamp === undefined) return undefined;
    const known = this.#unpacked.get(id);
    if (known) this.#drop(id);
    if (known?.stamp === stamp) { this.#keep(id, known); return known.turns; }
    const packed = this.#store.prepare<{ turns: Buffer }, [string]>('SELECT turns FROM interview_archive WHERE interview_id = ?').get(id);
    if (!packed) return undefined;
    const { columns, rows } = unpacked(packed.turns);
    const turns = rows.map((row) => ({ interview_id: id, ...Object.fromEntries(columns.map((name, index) => [name, row[index]])) }) as unknown as TurnRow);
    this.#keep(id, { stamp, turns, characters: turns.reduce((sum, { text }) => sum + text.length, 0) });
    return turns;
  }

  /** Drops what is kept of unpacked interviews. */
  forgetUnpacked(): void { this.#unpacked.clear(); this.#characters = 0; }

  /** Changes whenever its turns are packed anew; undefined when they are not packed. */
  #stamp(id: string): string | undefined {
    return this.#store.prepare<{ stamp: string }, [string]>("SELECT at || ' ' || length(turns) AS stamp FROM interview_archive WHERE interview_id = ? AND length(turns) > 0").get(id)?.stamp;
  }

  #keep(id: string, unpacked: { stamp: string; turns: TurnRow[]; characters: number }): void {
    this.#unpacked.set(id, unpacked);
    this.#characters += unpacked.characters;
    for (const oldest of this.#unpacked.keys()) {
      if (this.#characters <= ARCHIVE_RULES.keptCharacters || oldest === id) return;
      this.#drop(oldest);
    }
  }

  #drop(id: string): void {
    this.#characters -= this.#unpacked.get(id)?.characters ?? 0;
    this.#unpacked.delete(id);
  }
}

/** @throws EngineError INTERVIEW_DAMAGED */
function unpacked(turns: Uint8Array): PlainRows {
  try { return unpackRows(turns); } catch (error) {
    throw error instanceof PackedRowsError ? new EngineError('INTERVIEW_DAMAGED', {}, { cause: error }) : error;
  }
}

/**
 * Rows come in with a state of their own, which the triggers of the search do not take for something just said: its words never left the
 * index. Then each gets the state it had.
 */
function insertTurns(store: Store, id: string, { columns, rows }: PlainRows): void {
  const state = columns.indexOf('state');
  const insert = store.prepare(`INSERT INTO interview_turn (interview_id, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`);
  const settle = store.prepare('UPDATE interview_turn SET state = ? WHERE interview_id = ? AND seq = ?');
  const seq = columns.indexOf('seq');
  for (const row of rows) {
    insert.run(id, ...row.map((value, index) => (index === state ? 'unpacking' : value)));
    settle.run(row[state], id, row[seq]);
  }
}
