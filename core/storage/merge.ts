import type Database from 'better-sqlite3';
import { columnsOfOther } from './columns-of-other.ts';
import { unpackRows } from './packed-rows.ts';

/** What merging another database into this one does to one of its interviews. */
export type MergeEffect = 'added' | 'continued' | 'kept' | 'copied';
export interface MergeItem { interviewId: string; title: string; startedAt: string; effect: MergeEffect }

/** Tables that hang off an interview. */
const PARTS = ['interview_question', 'interview_event', 'interview_turn', 'interview_archive', 'interview_draft'] as const;
const PROMPT_PARTS = ['prompt_pin', 'prompt_use'] as const;
/** What was made of an interview: its running summary, how far the memory has read it, grades by models. Each can be made again. */
const MADE_PARTS = [['conversation_summary', 'session_id'], ['memory_read', 'session_id'], ['interview_model_grade', 'interview_id']] as const;

/**
 * Compares every interview of the attached database `other` with ours by its event log.
 * Ours is never changed except by events that continue it: the same beginning, and more of it.
 */
export function planMerge(connection: Database.Database): MergeItem[] {
  const ids = connection.prepare<[], { id: string }>('SELECT id FROM other.interview ORDER BY started_at DESC').all();
  return ids.flatMap(({ id }) => planMergeOf(connection, id) ?? []);
}

/** The same for one interview; undefined when `other` does not have it. */
export function planMergeOf(connection: Database.Database, id: string): MergeItem | undefined {
  const log = (schema: 'main' | 'other'): string | null => connection.prepare<[string], { log: string | null }>(
    `SELECT group_concat(type || at, ' ') AS log FROM (SELECT type, at FROM ${schema}.interview_event WHERE interview_id = ? ORDER BY seq)`).get(id)?.log ?? null;
  const head = connection.prepare<[string], { title: string; started_at: string }>('SELECT title, started_at FROM other.interview WHERE id = ?').get(id);
  if (!head) return undefined;
  const isHere = connection.prepare<[string], { id: string }>('SELECT id FROM main.interview WHERE id = ?').get(id) !== undefined;
  const [here, there] = [log('main') ?? '', log('other') ?? ''];
  const effect: MergeEffect = !isHere ? 'added' : here.startsWith(there) ? 'kept' : there.startsWith(here) ? 'continued' : 'copied';
  return { interviewId: id, title: head.title, startedAt: head.started_at, effect };
}

/**
 * Carries a plan out, in the caller's transaction. `copyId` names the copy of an interview that went on differently in both.
 * Without `extras` only the interviews themselves are taken: not which prompts they kept and what came of them, nor what was made of them.
 */
export function applyMerge(connection: Database.Database, items: MergeItem[], copyId: (interviewId: string) => string, { extras = true } = {}): void {
  for (const { interviewId, effect } of items) {
    if (effect === 'kept') continue;
    const target = effect === 'copied' ? copyId(interviewId) : interviewId;
    if (effect === 'copied' && connection.prepare('SELECT 1 FROM main.interview WHERE id = ?').get(target)) continue;
    if (effect === 'continued') makeRoom(connection, interviewId); else copyRows(connection, 'interview', 'id', interviewId, target);
    for (const table of PARTS) copyRows(connection, table, 'interview_id', interviewId, target);
    indexArchived(connection, target);
    if (!extras) continue;
    copyPrompts(connection, interviewId, target);
    for (const [table, key] of MADE_PARTS) {
      // A copy's turns are not the ones that were read here; the memory reads it as a new interview.
      if (table === 'memory_read' && target !== interviewId) continue;
      if (columnsOfOther(connection, table).length === 0 || !connection.prepare(`SELECT 1 FROM other.${table} WHERE ${key} = ?`).get(interviewId)) continue;
      connection.prepare(`DELETE FROM main.${table} WHERE ${key} = ?`).run(target);
      copyRows(connection, table, key, interviewId, target);
    }
  }
}

/**
 * Ours ends where the other goes on, so its rows make room for the other's. The interview itself is changed and not deleted: what is
 * remembered of it was said in turns that both have, and would go with it.
 */
function makeRoom(connection: Database.Database, id: string): void {
  for (const table of [...PARTS, 'interview_model_grade']) connection.prepare(`DELETE FROM main.${table} WHERE interview_id = ?`).run(id);
  for (const table of PROMPT_PARTS) connection.prepare(`DELETE FROM main.${table} WHERE session_id = ?`).run(id);
  connection.prepare('DELETE FROM main.interview_text WHERE interview_id = ?').run(id);
  const columns = columnsOfOther(connection, 'interview').filter((name) => name !== 'id').join(', ');
  connection.prepare(`UPDATE main.interview SET (${columns}) = (SELECT ${columns} FROM other.interview WHERE id = @id) WHERE id = @id`).run({ id });
}

/** Makes the words of turns that came packed searchable: as rows for a moment, so that the rule of what is searched stands in one place. */
function indexArchived(connection: Database.Database, id: string): void {
  const packed = connection.prepare<[string], Buffer>('SELECT turns FROM main.interview_archive WHERE interview_id = ? AND length(turns) > 0').pluck().get(id);
  if (!packed) return;
  let unpacked: ReturnType<typeof unpackRows>;
  // What cannot be read is taken as it is, since nobody else has it either.
  try { unpacked = unpackRows(packed); } catch { return; }
  const { columns, rows } = unpacked;
  const insert = connection.prepare(`INSERT INTO main.interview_turn (interview_id, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`);
  for (const row of rows) insert.run(id, ...row);
  connection.prepare('DELETE FROM main.interview_turn WHERE interview_id = ?').run(id);
}

/** Which prompts an interview keeps, what came of them, and their words. */
function copyPrompts(connection: Database.Database, from: string, to: string): void {
  for (const table of PROMPT_PARTS) {
    copyRows(connection, table, 'session_id', from, to);
    // The beginning that a copy shares with ours would count twice.
    if (to !== from) connection.prepare(`UPDATE main.${table} SET experiment = NULL WHERE session_id = ?`).run(to);
  }
  const columns = columnsOfOther(connection, 'prompt_words').join(', ');
  if (columns !== '') connection.prepare(`INSERT OR IGNORE INTO main.prompt_words (${columns}) SELECT ${columns} ${WORDS_OF_OTHER}`).run({ from });
}

const WORDS_OF_OTHER = `FROM other.prompt_words
  WHERE hash IN (SELECT hash FROM other.prompt_pin WHERE session_id = @from UNION SELECT hash FROM other.prompt_use WHERE session_id = @from)`;

/** Reads what `applyMerge` would take beside the interview itself. @throws SqliteError when `other` is damaged there */
export function readExtras(connection: Database.Database, interviewId: string): void {
  for (const [table, key] of [...PROMPT_PARTS.map((name) => [name, 'session_id'] as const), ...MADE_PARTS]) {
    if (columnsOfOther(connection, table).length > 0) connection.prepare(`SELECT * FROM other.${table} WHERE ${key} = ?`).all(interviewId);
  }
  if (columnsOfOther(connection, 'prompt_words').length > 0) connection.prepare(`SELECT * ${WORDS_OF_OTHER}`).all({ from: interviewId });
}

function copyRows(connection: Database.Database, table: string, key: string, from: string, to: string): void {
  const columns = columnsOfOther(connection, table);
  if (columns.length === 0) return;
  const picked = columns.map((name) => (name === key ? '@to' : name)).join(', ');
  const order = columns.includes('seq') ? ' ORDER BY seq' : '';
  connection.prepare(`INSERT INTO main.${table} (${columns.join(', ')}) SELECT ${picked} FROM other.${table} WHERE ${key} = @from${order}`).run({ from, to });
}
