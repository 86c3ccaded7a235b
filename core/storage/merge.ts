import type Database from 'better-sqlite3';

/** What merging another database into this one does to one of its interviews. */
export type MergeEffect = 'added' | 'continued' | 'kept' | 'copied';
export interface MergeItem { interviewId: string; title: string; startedAt: string; effect: MergeEffect }

/** Tables that hang off an interview. */
const PARTS = ['interview_question', 'interview_event', 'interview_turn', 'interview_draft'] as const;
const PROMPT_PARTS = ['prompt_pin', 'prompt_use'] as const;

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
 * Without `prompts` it is not told which prompts an interview kept and what came of them.
 */
export function applyMerge(connection: Database.Database, items: MergeItem[], copyId: (interviewId: string) => string, { prompts = true } = {}): void {
  for (const { interviewId, effect } of items) {
    if (effect === 'kept') continue;
    if (effect === 'continued') connection.prepare('DELETE FROM main.interview WHERE id = ?').run(interviewId);
    const target = effect === 'copied' ? copyId(interviewId) : interviewId;
    if (effect === 'copied' && connection.prepare('SELECT 1 FROM main.interview WHERE id = ?').get(target)) continue;
    copyRows(connection, 'interview', 'id', interviewId, target);
    for (const table of PARTS) copyRows(connection, table, 'interview_id', interviewId, target);
    if (prompts) copyPrompts(connection, interviewId, target);
  }
}

/** Of an older database, which may not have every table nor every column. */
const columnsOfOther = (connection: Database.Database, table: string): string[] => (connection.pragma(`other.table_info(${table})`) as { name: string }[]).map(({ name }) => name);

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

/** Reads what `applyMerge` would copy of an interview's prompts. @throws SqliteError when `other` is damaged there */
export function readPrompts(connection: Database.Database, interviewId: string): void {
  if (columnsOfOther(connection, 'prompt_words').length === 0) return;
  for (const table of PROMPT_PARTS) connection.prepare(`SELECT * FROM other.${table} WHERE session_id = ?`).all(interviewId);
  connection.prepare(`SELECT * ${WORDS_OF_OTHER}`).all({ from: interviewId });
}

function copyRows(connection: Database.Database, table: string, key: string, from: string, to: string): void {
  const columns = columnsOfOther(connection, table);
  if (columns.length === 0) return;
  const picked = columns.map((name) => (name === key ? '@to' : name)).join(', ');
  const order = columns.includes('seq') ? ' ORDER BY seq' : '';
  connection.prepare(`INSERT INTO main.${table} (${columns.join(', ')}) SELECT ${picked} FROM other.${table} WHERE ${key} = @from${order}`).run({ from, to });
}
