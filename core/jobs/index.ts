import { JobQueue, type JobQueueOptions } from './job-queue.ts';
import { createJobsRouter } from './jobs-router.ts';
import { throttle } from './throttle.ts';

export { defineJob, JobError, type Backoff, type Commit, type JobContext, type JobFailure, type JobKind } from './job-kind.ts';
export { JobQueue, type AddOptions, type JobLane, type JobProgress, type JobQueueOptions, type JobView } from './job-queue.ts';
export { restsBetweenPieces } from './piece-rest.ts';
export type { JobState } from './job-repository.ts';
export { createTestJobs } from './test-job.ts';

/** Windows read the whole list anew each time. */
const CHANGED_EVERY_MS = 300;

export interface JobsOptions extends Omit<JobQueueOptions, 'onChange' | 'onHeld' | 'kept'> {
  /** Told when what `list` says is different, progress included; at most a few times a second. */
  changed: () => void;
}

/** Puts background work together: the queue, which runs nothing until `start`, and its calls. */
export function createJobs({ changed, ...options }: JobsOptions) {
  const told = throttle(CHANGED_EVERY_MS, changed);
  const queue = new JobQueue({ gentle: true, ...options, onChange: told.call, onHeld: told.call });
  return {
    queue, router: createJobsRouter(queue),
    /** Stops what runs and puts it back; after it nothing is written and nobody is told. */
    async close(): Promise<void> { await queue.close(); told.stop(); },
  };
}
