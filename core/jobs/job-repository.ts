import type { Store } from '../storage/store.ts';
import type { JobFailure } from './job-kind.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A job as it is stored; moments are ISO 8601. */
export interface JobRow {
  seq: number; id: string; kind: string; title: string; lane: string; priority: number; state: JobState; key: string | null; sessionId: string | null; input: string;
  attempts: number; runAfter: string | null; errorCode: string | null; errorSays: string | null; createdAt: string; endedAt: string | null;
}
type NewJob = Pick<JobRow, 'id' | 'kind' | 'title' | 'lane' | 'priority' | 'key' | 'sessionId' | 'input' | 'runAfter' | 'createdAt'>;

const COLUMNS = `seq, id, kind, title, lane, priority, state, key, session_id AS sessionId, input, attempts, run_after AS runAfter,
  error_code AS errorCode, error_says AS errorSays, created_at AS createdAt, ended_at AS endedAt`;

/** Every statement of the `job` table, for the test of their plans too. */
export const JOB_SQL = {
  insert: 'INSERT INTO job (id, kind, title, lane, priority, key, session_id, input, run_after, created_at) VALUES (@id, @kind, @title, @lane, @priority, @key, @sessionId, @input, @runAfter, @createdAt)',
  live: "SELECT id FROM job WHERE kind = ? AND key = ? AND state IN ('queued', 'running')",
  get: `SELECT ${COLUMNS} FROM job WHERE id = ?`,
  ofSession: `SELECT ${COLUMNS} FROM job WHERE session_id = ? ORDER BY seq`,
  running: `SELECT ${COLUMNS} FROM job WHERE state = 'running' AND ended_at IS NULL ORDER BY seq`,
  next: `SELECT ${COLUMNS} FROM job WHERE state = 'queued' AND run_after IS NULL AND lane = ? ORDER BY priority DESC, seq LIMIT ?`,
  later: `SELECT ${COLUMNS} FROM job WHERE run_after IS NOT NULL ORDER BY run_after, seq LIMIT ?`,
  newest: `SELECT ${COLUMNS} FROM job WHERE state = ? ORDER BY ended_at DESC, seq DESC LIMIT ?`,
  count: 'SELECT count(*) AS count FROM job WHERE state = ?',
  countNotBegun: 'SELECT count(*) AS count FROM job WHERE run_after IS NOT NULL AND attempts = 0',
  ready: "SELECT 1 FROM job WHERE state = 'queued' AND run_after IS NULL AND lane = ? LIMIT 1",
  due: 'SELECT run_after AS runAfter FROM job WHERE run_after IS NOT NULL ORDER BY run_after LIMIT 1',
  promote: 'UPDATE job SET run_after = NULL WHERE run_after IS NOT NULL AND run_after <= ?',
  promoteBeyond: 'UPDATE job SET run_after = NULL WHERE run_after > ?',
  claim: `UPDATE job SET state = 'running', attempts = attempts + 1
    WHERE seq = (SELECT seq FROM job WHERE state = 'queued' AND run_after IS NULL AND lane = ? ORDER BY priority DESC, seq LIMIT 1) RETURNING ${COLUMNS}`,
  claimOldest: `UPDATE job SET state = 'running', attempts = attempts + 1
    WHERE seq = (SELECT seq FROM job WHERE state = 'queued' AND run_after IS NULL AND lane = ? ORDER BY seq LIMIT 1) RETURNING ${COLUMNS}`,
  isRunning: "SELECT 1 FROM job WHERE id = ? AND state = 'running' AND attempts = ?",
  // What was given in is not needed after that, and it may be the person's own text.
  done: "UPDATE job SET state = 'done', input = '', error_code = NULL, error_says = NULL, ended_at = @at WHERE id = @id",
  cancel: "UPDATE job SET state = 'cancelled', input = '', run_after = NULL, ended_at = @at WHERE id = @id AND state IN ('queued', 'running')",
  fail: "UPDATE job SET state = 'failed', run_after = NULL, error_code = @code, error_says = @says, ended_at = @at WHERE id = @id",
  retry: "UPDATE job SET state = 'queued', run_after = @runAfter, error_code = @code, error_says = @says WHERE id = @id",
  release: "UPDATE job SET state = 'queued', attempts = attempts - 1 WHERE id = ? AND state = 'running'",
  again: "UPDATE OR IGNORE job SET state = 'queued', lane = @lane, attempts = 0, ended_at = NULL WHERE id = @id AND state = 'failed'",
  queuedKinds: "SELECT DISTINCT kind, lane FROM job WHERE state = 'queued'",
  queuedOfKind: "SELECT id FROM job WHERE state = 'queued' AND kind = ?",
  moveLane: "UPDATE job SET lane = @lane WHERE state = 'queued' AND kind = @kind",
  clear: "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') RETURNING id",
  forgetSession: 'DELETE FROM job WHERE session_id = ? RETURNING id',
  forgetAll: 'DELETE FROM job RETURNING id',
  prune: 'DELETE FROM job WHERE seq IN (SELECT seq FROM job WHERE state = ? ORDER BY ended_at DESC, seq DESC LIMIT -1 OFFSET ?)',
} as const;

/** The `job` table. Callers hold the transaction (`Store.write`). */
export class JobRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  #run(name: keyof typeof JOB_SQL, ...parameters: unknown[]): number { return this.#store.prepare(JOB_SQL[name]).run(...parameters).changes; }
  #all<Row>(name: keyof typeof JOB_SQL, ...parameters: unknown[]): Row[] { return this.#store.prepare<Row>(JOB_SQL[name]).all(...parameters); }
  #get<Row>(name: keyof typeof JOB_SQL, ...parameters: unknown[]): Row | undefined { return this.#store.prepare<Row>(JOB_SQL[name]).get(...parameters); }

  insert(job: NewJob): void { this.#run('insert', job); }
  get(id: string): JobRow | undefined { return this.#get('get', id); }
  /** The job with this key that is queued or running. */
  live(kind: string, key: string): string | undefined { return this.#get<{ id: string }>('live', kind, key)?.id; }
  ofSession(sessionId: string): JobRow[] { return this.#all('ofSession', sessionId); }
  running(): JobRow[] { return this.#all('running'); }
  /** Those of a lane that may run at once, in the order of their turn. */
  next(lane: string, limit: number): JobRow[] { return this.#all('next', lane, limit); }
  /** Those that wait for a moment, soonest first. */
  later(limit: number): JobRow[] { return this.#all('later', limit); }
  /** Of those that ended in this way, the newest first. */
  newest(state: JobState, limit: number): JobRow[] { return this.#all('newest', state, limit); }
  count(state: JobState): number { return this.#get<{ count: number }>('count', state)?.count ?? 0; }
  /** Those that were never begun because their moment has not come. */
  countNotBegun(): number { return this.#get<{ count: number }>('countNotBegun')?.count ?? 0; }

  hasReady(lane: string): boolean { return this.#get('ready', lane) !== undefined; }
  /** The earliest moment that a job waits for. */
  nextDue(): string | undefined { return this.#get<{ runAfter: string }>('due')?.runAfter; }
  promote(now: string): void { this.#run('promote', now); }
  /** Those that wait for a moment after this one need not wait. */
  promoteBeyond(at: string): void { this.#run('promoteBeyond', at); }
  /** Takes the next job of a lane, or the one that was added first, and counts the attempt, so that it is counted even when the run takes the process down. */
  claim(lane: string, oldest = false): JobRow | undefined { return this.#get(oldest ? 'claimOldest' : 'claim', lane); }
  /** Whether this very run still counts: not cancelled, not deleted, not taken back. */
  isRunning(id: string, attempt: number): boolean { return this.#get('isRunning', id, attempt) !== undefined; }

  done(id: string, at: string): void { this.#run('done', { id, at }); }
  cancel(id: string, at: string): boolean { return this.#run('cancel', { id, at }) > 0; }
  fail(id: string, { code, says }: JobFailure, at: string): void { this.#run('fail', { id, code, says, at }); }
  retry(id: string, { code, says }: JobFailure, runAfter: string): void { this.#run('retry', { id, code, says, runAfter }); }
  /** Back into the queue, as if it had not been begun. */
  release(id: string): void { this.#run('release', id); }
  /** A failed one from the beginning; false when it did not fail, or another with its key is there by now. */
  again(id: string, lane: string): boolean { return this.#run('again', { id, lane }) > 0; }

  queuedKinds(): { kind: string; lane: string }[] { return this.#all('queuedKinds'); }
  moveLane(kind: string, lane: string): void { this.#run('moveLane', { kind, lane }); }
  failKind(kind: string, failure: JobFailure, at: string): void {
    for (const { id } of this.#all<{ id: string }>('queuedOfKind', kind)) this.fail(id, failure, at);
  }

  /** Removes all that ended, in whatever way. */
  clear(): string[] { return this.#all<{ id: string }>('clear').map(({ id }) => id); }
  forgetSession(sessionId: string): string[] { return this.#all<{ id: string }>('forgetSession', sessionId).map(({ id }) => id); }
  forgetAll(): string[] { return this.#all<{ id: string }>('forgetAll').map(({ id }) => id); }
  /** Of each way to end, the newest `kept` stay. */
  prune(kept: number): void { for (const state of ['done', 'failed', 'cancelled'] satisfies JobState[]) this.#run('prune', state, kept); }
}
