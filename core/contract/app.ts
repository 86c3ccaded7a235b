import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { switchSchema } from './models.ts';
import { instantSchema, whoSchema } from './vocabulary.ts';

/** Something the person has to be told outside of any call, kept until dismissed. */
export const noticeSchema = z.object({
  id: z.string(),
  at: instantSchema,
  tone: z.enum(['note', 'warn', 'bad']),
  title: z.string(),
  text: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const appStatusSchema = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'loopback', 'none']),
  dataFolder: z.string(),
  startedAt: instantSchema,
  testMode: z.boolean(),
  /** Who answers now, and what leaves the machine because of it. */
  answering: z.object({
    who: whoSchema, name: z.string(),
    /** `answers`: what one writes in an interview goes to `host` when it is answered. */
    leaves: z.enum(['nothing', 'answers']), host: z.string().nullable(),
  }),
  /** Who is sent what is remembered and what is searched for, to compare it by meaning; null when that stays here, as with the Offline lock on. */
  comparing: z.object({ name: z.string(), host: z.string().nullable() }).nullable(),
  offlineLock: z.boolean(),
  /** The newest switch between providers of this run, if there was one. */
  lastSwitch: switchSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type AppStatus = z.infer<typeof appStatusSchema>;

/** What changed outside of the window's own calls; the window refetches what it shows. */
export const appEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notices-changed') }),
  z.object({ type: z.literal('packs-changed') }),
  z.object({ type: z.literal('settings-changed') }),
  z.object({ type: z.literal('history-changed') }),
  /** Providers, lanes, breakers, budgets, or who answers now. */
  z.object({ type: z.literal('routing-changed') }),
  /** Files, downloads and what is loaded. */
  z.object({ type: z.literal('models-changed') }),
  /** Offline lock and ledger. */
  z.object({ type: z.literal('network-changed') }),
  /** Prompt files, labels, experiments. */
  z.object({ type: z.literal('prompts-changed') }),
  /** Background work: what runs, waits or failed; often, while something runs. */
  z.object({ type: z.literal('jobs-changed') }),
  /** What is remembered, or how it is searched. */
  z.object({ type: z.literal('memory-changed') }),
  z.object({ type: z.literal('closing') }),
]);
export type AppEvent = z.infer<typeof appEventSchema>;

export const appContract = {
  status: procedure.output(appStatusSchema),
  events: procedure.output(eventIterator(appEventSchema)),
  dismissNotice: procedure.input(z.object({ id: z.string() })).output(z.object({})),
  /** Asks the shell to close the app; answered before it does. */
  quit: procedure.output(z.object({})),
};
