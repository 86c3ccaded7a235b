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

/** Only there when the engine was started in test mode. */
export const testModeContract = {
  setClock: procedure.input(z.union([z.object({ now: instantSchema }), z.object({ advanceMs: z.number().int() })])).output(z.object({ now: instantSchema })),
  setFault: procedure.input(faultSchema).output(z.object({})),
};
