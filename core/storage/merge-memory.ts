import type Database from 'better-sqlite3';
import { columnsOfOther } from './columns-of-other.ts';

type Value = string | number | null;
interface Item extends Record<string, Value> { id: number; item_id: string; kind: string; hash: string; pinned: number; edited: number }
interface SourceRow { item: number; session_id: string; seq: number; at: string }
interface Forgotten { kind: string; hash: string; at: string }
/** What another database remembers; passages and vectors are made anew here. */
export interface OtherMemory { items: Item[]; sources: SourceRow[]; forgotten: Forgotten[] }

/** Remembered only as long as an interview says where from; anything else the person put in. As in the trigger that forgets them. */
const OF_CONVERSATIONS: ReadonlySet<Value> = new Set(['turn', 'fact', 'mentor-turn']);

/**
 * Reads what the attached database `other` remembers.
 * @param isDamage of a damaged database, what stands before the first page that cannot be read is taken
 */
export function readMemory(connection: Database.Database, isDamage: (error: unknown) => boolean = () => false): OtherMemory {
  const read = <Row>(table: string, how = ''): Row[] => {
    const rows: Row[] = [];
    try {
      if (columnsOfOther(connection, table).length === 0) return rows;
      for (const row of connection.prepare<[], Row>(`SELECT * FROM other.${table} ${how}`).iterate()) rows.push(row);
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    return rows;
  };
  // Without an index, because an index may be what is damaged.
  return { items: read('memory_item', 'NOT INDEXED'), sources: read('memory_source'), forgotten: read('memory_forgotten') };
}

/**
 * Adds what is not remembered here, in the caller's transaction: of conversations what was said in interviews that are here, and all that
 * the person put in, pinned or changed. Nothing of ours is changed, but for where it comes from; what was forgotten in either stays
 * forgotten, unless it is remembered here.
 * @param elsewhere interviews whose turns here are not those the other database means
 */
export function addMemory(connection: Database.Database, { items, sources, forgotten }: OtherMemory, elsewhere: ReadonlySet<string>): void {
  const here = new Set(connection.prepare<[], string>('SELECT id FROM main.interview').pluck().all().filter((id) => !elsewhere.has(id)));
  const same = connection.prepare<[string, string], number>('SELECT id FROM main.memory_item WHERE kind = ? AND hash = ?').pluck();
  const isForgotten = connection.prepare<[string, string]>('SELECT 1 FROM main.memory_forgotten WHERE kind = ? AND hash = ?');
  const forget = connection.prepare('INSERT OR IGNORE INTO main.memory_forgotten (kind, hash, at) VALUES (@kind, @hash, @at)');
  const addSource = connection.prepare('INSERT OR IGNORE INTO main.memory_source (item, session_id, seq, at) VALUES (?, ?, ?, ?)');
  const saidHere = Map.groupBy(sources.filter((source) => here.has(source.session_id)), ({ item }) => item);

  const columns = columnsOfOther(connection, 'memory_item').filter((name) => name !== 'id');
  const insert = items.length > 0 ? connection.prepare(`INSERT INTO main.memory_item (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`) : undefined;
  for (const item of items) {
    const from = saidHere.get(item.id) ?? [];
    let id = same.get(item.kind, item.hash);
    if (id === undefined) {
      const stays = from.length > 0 || item.pinned === 1 || item.edited === 1 || !OF_CONVERSATIONS.has(item.kind);
      if (!stays || isForgotten.get(item.kind, item.hash)) continue;
      id = Number(insert?.run({ ...item, item_id: freeId(connection, item.item_id) }).lastInsertRowid);
    }
    for (const { session_id: sessionId, seq, at } of from) addSource.run(id, sessionId, seq, at);
  }
  for (const mark of forgotten) if (same.get(mark.kind, mark.hash) === undefined) forget.run(mark);
}

/** The id, or a new one where something else has it. */
function freeId(connection: Database.Database, id: string): string {
  const taken = connection.prepare('SELECT 1 FROM main.memory_item WHERE item_id = ?');
  for (let number = 1, name = id; ; name = `${id}-restored${number === 1 ? '' : `-${number}`}`, number++) if (!taken.get(name)) return name;
}
