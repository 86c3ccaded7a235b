import type Database from 'better-sqlite3';

/** What merging another database into this one does to one of its interviews. */
export type MergeEffect = 'added' | 'continued' | 'kept' | 'copied';
export interface MergeItem { interviewId: string; title: string; startedAt: string; effect: MergeEffect }

/** Tables that hang off an interview, with the column that names it. */
const PARTS = ['interview_question', 'interview_event', 'interview_turn', 'interview_draft'] as const;

interface Head { id: string; title: string; started_at: string; revision: number; last: string | null }

/**
 * Compares every interview of the attached database `other` with ours by its event log.
 * Ours is never changed except by events that continue it: the same beginning, and more of it.
 */
export function planMerge(connection: Database.Database): MergeItem[] {
  const heads = connection.prepare<[], Head>(`
    SELECT i.id, i.title, i.started_at, i.revision, (SELECT group_concat(type || at, ' ') FROM (SELECT type, at FROM other.interview_event WHERE interview_id = i.id ORDER BY seq)) AS last
    FROM other.interview i ORDER BY i.started_at DESC`).all();
  const ours = connection.prepare<[string], { revision: number; last: string | null }>(`
    SELECT i.revision, (SELECT group_concat(type || at, ' ') FROM (SELECT type, at FROM main.interview_event WHERE interview_id = i.id ORDER BY seq)) AS last FROM main.interview i WHERE i.id = ?`);
  return heads.map(({ id, title, started_at, last }) => {
    const here = ours.get(id);
    const there = last ?? '';
    const log = here?.last ?? '';
    const effect: MergeEffect = !here ? 'added' : log.startsWith(there) ? 'kept' : there.startsWith(log) ? 'continued' : 'copied';
    return { interviewId: id, title, startedAt: started_at, effect };
  });
}

/** Carries a plan out, in the caller's transaction. `copyId` names the copy of an interview that went on differently in both. */
export function applyMerge(connection: Database.Database, items: MergeItem[], copyId: (interviewId: string) => string): void {
  for (const { interviewId, effect } of items) {
    if (effect === 'kept') continue;
    if (effect === 'continued') connection.prepare('DELETE FROM main.interview WHERE id = ?').run(interviewId);
    const target = effect === 'copied' ? copyId(interviewId) : interviewId;
    if (effect === 'copied' && connection.prepare('SELECT 1 FROM main.interview WHERE id = ?').get(target)) continue;
    copyRows(connection, 'interview', 'id', interviewId, target);
    for (const table of PARTS) copyRows(connection, table, 'interview_id', interviewId, target);
  }
}

function copyRows(connection: Database.Database, table: string, key: string, from: string, to: string): void {
  const columns = (connection.pragma(`other.table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const picked = columns.map((name) => (name === key ? '@to' : name)).join(', ');
  const order = columns.includes('seq') ? ' ORDER BY seq' : '';
  connection.prepare(`INSERT INTO main.${table} (${columns.join(', ')}) SELECT ${picked} FROM other.${table} WHERE ${key} = @from${order}`).run({ from, to });
}
