import type { Job, Jobs } from '../contract/jobs.ts';
import type { JobView } from './job-queue.ts';
import type { JobRepository, JobRow } from './job-repository.ts';

/** More than anybody reads; the counts tell how many there are. */
const OPEN = 100;
const FAILED = 50;
const ENDED = 20;

/**
 * What a person is shown of all jobs: what runs, what waits in the order of its turn, what waits for a moment, soonest first;
 * then the newest that failed, then the newest that ended otherwise. Reads no more rows than it shows.
 */
export function listJobs(jobs: JobRepository, lanes: readonly string[], view: (row: JobRow) => JobView): Jobs {
  const ready = lanes.flatMap((lane) => jobs.next(lane, OPEN)).toSorted((a, b) => b.priority - a.priority || a.seq - b.seq);
  const open = [...jobs.running(), ...ready, ...jobs.later(OPEN)].slice(0, OPEN);
  const ended = [...jobs.newest('done', ENDED), ...jobs.newest('cancelled', ENDED)].toSorted(newestFirst).slice(0, ENDED);
  return {
    jobs: [...open, ...jobs.newest('failed', FAILED), ...ended].map((row) => asJob(view(row))),
    running: jobs.count('running'), waiting: jobs.count('queued') - jobs.countNotBegun(), failed: jobs.count('failed'),
  };
}

const newestFirst = (a: JobRow, b: JobRow): number => (b.endedAt ?? '').localeCompare(a.endedAt ?? '') || b.seq - a.seq;

function asJob({ id, kind, title, state, sessionId, progress, attempts, waits, runAfter, error, createdAt, endedAt }: JobView): Job {
  return { jobId: id, kind, title, state, sessionId, progress, attempts, waits, runAfter, error, createdAt, endedAt };
}
