export { defineJob, JobError, type Backoff, type Commit, type JobContext, type JobFailure, type JobKind } from './job-kind.ts';
export { JobQueue, type AddOptions, type JobLane, type JobProgress, type JobQueueOptions, type JobView } from './job-queue.ts';
export type { JobState } from './job-repository.ts';
