import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** One piece of work that goes on while the person does something else. */
export const jobSchema = z.object({
  jobId: z.string(), kind: z.string(),
  /** What it does, for the person: "Scoring question 3". */
  title: z.string(),
  state: z.enum(JOB_STATES),
  /** The interview it belongs to. */
  sessionId: z.string().nullable(),
  /** 0 to 1, and what it does just now; while it runs, and when it says so. */
  progress: z.object({ share: z.number(), says: z.string() }).nullable(),
  attempts: z.number().int(),
  /** Why it waits: it is behind others, another attempt is due at `runAfter`, it was not to begin before then, or a model in this machine is answering the person. */
  waits: z.enum(['turn', 'retry', 'later', 'answering']).nullable(), runAfter: instantSchema.nullable(),
  /** The last failure, also of one that will be tried again. */
  error: z.object({ code: z.string(), says: z.string() }).nullable(),
  createdAt: instantSchema, endedAt: instantSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobsSchema = z.object({
  /** What runs, then what waits in its order, at most 100 together; then the newest that failed, then the newest that ended otherwise. */
  jobs: z.array(jobSchema),
  /** Of all, also of those that are not in `jobs`. What was not to begin yet does not count as waiting. */
  running: z.number().int(), waiting: z.number().int(), failed: z.number().int(),
});
export type Jobs = z.infer<typeof jobsSchema>;

const jobId = z.object({ jobId: z.string() });

/** Background work: what runs, and what the person may do about it. */
export const jobsContract = {
  list: procedure.output(jobsSchema),
  /** Ends one that has not ended; what it still finds out is not written. */
  cancel: procedure.input(jobId).output(jobsSchema),
  /** A failed one from the beginning. */
  retry: procedure.input(jobId).output(jobsSchema),
  /** Clears failed and ended ones from the list. */
  clear: procedure.output(jobsSchema),
};
