import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

/** Faults that test mode can inject into the next writes. `kill` ends the process like SIGKILL at the named moment. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('disk-full') }),
  z.object({ kind: z.literal('slow-disk'), delayMs: z.number().int().min(1).max(10_000) }),
  z.object({ kind: z.literal('kill'), moment: z.enum(['before-commit', 'after-commit']), afterWrites: z.number().int().min(0).default(0) }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** Work in the background that does nothing but take its time, so that tests and pictures see some run, wait and fail. */
export const testWorkSchema = z.object({
  title: z.string(),
  lane: z.enum(['cpu', 'model']).default('cpu'),
  /** What it tells of its progress, one after the other, and how long it stays there. */
  steps: z.array(z.object({ share: z.number(), says: z.string(), ms: z.number().int().min(0).max(600_000) })).max(100),
  /** How many runs fail, at their end, before one succeeds; counted anew after a restart. */
  fails: z.number().int().min(0).default(0),
  failure: z.object({ says: z.string(), retryable: z.boolean(), retryAfterMs: z.number().int().optional() }).default({ says: 'a test asked for it', retryable: true }),
});
export type TestWork = z.infer<typeof testWorkSchema>;

/** Only there when the engine was started in test mode. */
export const testModeContract = {
  setClock: procedure.input(z.union([z.object({ now: instantSchema }), z.object({ advanceMs: z.number().int() })])).output(z.object({ now: instantSchema })),
  setFault: procedure.input(faultSchema).output(z.object({})),
  addJob: procedure.input(z.object({ work: testWorkSchema, sessionId: z.string().optional(), delayMs: z.number().int().min(0).optional() })).output(z.object({ jobId: z.string() })),
};
