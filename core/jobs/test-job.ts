import { setTimeout } from 'node:timers/promises';
import { testWorkSchema, type TestWork } from '../contract/test-mode.ts';
import { defineJob, JobError, type JobKind } from './job-kind.ts';

/** Test mode's own work, one kind a lane. Outside of test mode they are not registered, so that what one left is failed as unknown. */
export function createTestJobs(): Record<TestWork['lane'], JobKind<typeof testWorkSchema>> {
  const runs = new Map<string, number>();
  const kindOn = (lane: TestWork['lane']): JobKind<typeof testWorkSchema> => defineJob({
    kind: `test.${lane}`, lane, priority: 0, attempts: 3, backoff: { firstMs: 1_000, mostMs: 60_000 }, input: testWorkSchema,
    title: ({ title }) => title,
    async run({ steps, fails, failure }, { jobId, signal, progress }) {
      const before = runs.get(jobId) ?? 0;
      for (const { share, says, ms } of steps) {
        progress(share, says);
        await setTimeout(ms, undefined, { signal });
      }
      runs.set(jobId, before + 1);
      if (before < fails) throw new JobError({ code: 'test', ...failure });
      return () => {};
    },
  });
  return { cpu: kindOn('cpu'), model: kindOn('model') };
}
