import type { Store } from '../storage/store.ts';

const TO_READ = `FROM interview i LEFT JOIN memory_read r ON r.session_id = i.id LEFT JOIN interview_archive a ON a.interview_id = i.id AND length(a.turns) > 0
  WHERE coalesce(a.turn_count, 0) > coalesce(r.turns, 0) OR EXISTS (SELECT 1 FROM interview_turn t WHERE t.interview_id = i.id AND t.seq >= coalesce(r.turns, 0) AND t.kind = 'answer')`;

/** The statements, named here so that tests can look at their plans. */
export const INTERVIEW_MEMORY_SQL = {
  toRead: `SELECT i.id ${TO_READ} ORDER BY i.started_at DESC, i.id DESC`,
  countToRead: `SELECT count(*) AS n ${TO_READ}`,
  archivedTurns: 'SELECT turn_count AS turns FROM interview_archive WHERE interview_id = ? AND length(turns) > 0',
  title: 'SELECT title FROM interview WHERE id = ?',
} as const;

/** SQL that tells which interviews the memory has not read to their end, archived ones included. */
export class InterviewMemoryRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** The newest first. */
  toRead(): string[] { return this.#store.prepare<{ id: string }, []>(INTERVIEW_MEMORY_SQL.toRead).all().map(({ id }) => id); }
  countToRead(): number { return this.#store.prepare<{ n: number }, []>(INTERVIEW_MEMORY_SQL.countToRead).get()?.n ?? 0; }
  /** How many turns an archived interview has, whether they can be read or not; 0 for one that is not archived. */
  archivedTurns(interviewId: string): number { return this.#store.prepare<{ turns: number }, [string]>(INTERVIEW_MEMORY_SQL.archivedTurns).get(interviewId)?.turns ?? 0; }
  title(interviewId: string): string | undefined { return this.#store.prepare<{ title: string }, [string]>(INTERVIEW_MEMORY_SQL.title).get(interviewId)?.title; }
}
