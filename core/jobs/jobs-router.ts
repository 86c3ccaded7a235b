import { implement } from '@orpc/server';
import { EngineError } from '../contract/errors.ts';
import { contract } from '../contract/index.ts';
import type { Jobs } from '../contract/jobs.ts';
import { UNKNOWN_KIND } from './job-kind.ts';
import type { JobQueue, JobView } from './job-queue.ts';
import type { JobState } from './job-repository.ts';

/** Why something cannot be done with a job, after "this work". */
const STATES: Record<JobState, string> = { queued: 'waits already', running: 'is running', done: 'is done', failed: 'has failed already', cancelled: 'was cancelled' };
/** Why a failed one cannot be tried again. */
const failedStays = (code: string | undefined): string => (code === UNKNOWN_KIND.code ? 'is not known to this version of Role Accel' : 'is in the list once more already');

/** The calls around background work. Each answers with the list as it is then. */
export function createJobsRouter(queue: JobQueue) {
  const os = implement(contract.jobs);
  const find = (jobId: string): JobView => {
    const job = queue.get(jobId);
    if (!job) throw new EngineError('JOB_NOT_FOUND');
    return job;
  };
  const cancel = (jobId: string): Jobs => {
    const { state } = find(jobId);
    if (!queue.cancel(jobId)) throw new EngineError('JOB_NOT_NOW', { attempt: 'Cancelling', state: STATES[state] });
    return queue.list();
  };
  const retry = (jobId: string): Jobs => {
    const { state, error } = find(jobId);
    if (!queue.retry(jobId)) throw new EngineError('JOB_NOT_NOW', { attempt: 'Trying again', state: state === 'failed' ? failedStays(error?.code) : STATES[state] });
    return queue.list();
  };
  return os.router({
    list: os.list.handler(() => queue.list()),
    cancel: os.cancel.handler(({ input }) => cancel(input.jobId)),
    retry: os.retry.handler(({ input }) => retry(input.jobId)),
    clear: os.clear.handler(() => { queue.clear(); return queue.list(); }),
  });
}
