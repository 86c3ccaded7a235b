import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  motion: z.enum(['system', 'reduced']),
  /** Shown beside the person's own turns; empty means "You". */
  displayName: z.string().max(60),
});
export type Settings = z.infer<typeof settingsSchema>;

export const dataSummarySchema = z.object({
  folder: z.string(),
  databaseBytes: z.number(),
  freeBytes: z.number(),
  interviews: z.number(),
  answers: z.number(),
  /** Automatic copies, newest first; `reason` says what they were taken before. */
  snapshots: z.array(z.object({ name: z.string(), at: instantSchema, bytes: z.number(), reason: z.string() })),
});
export type DataSummary = z.infer<typeof dataSummarySchema>;

/** What a restore would do. It only ever adds: nothing here is overwritten or removed. */
export const restorePreviewSchema = z.object({
  token: z.string(),
  from: z.string(),
  createdAt: instantSchema,
  schemaVersion: z.number(),
  interviewsInBackup: z.number(),
  /** In the backup, not here: would be added. */
  added: z.number(),
  /** Further along in the backup than here: would be brought up to it. */
  continued: z.number(),
  /** The same here, or further along here: left alone. */
  kept: z.number(),
  /** Went on differently in both: both are kept, the backup's as a copy. */
  copied: z.number(),
  /** Only here: left alone. */
  onlyHere: z.number(),
  items: z.array(z.object({ sessionId: z.string(), title: z.string(), startedAt: instantSchema, effect: z.enum(['added', 'continued', 'kept', 'copied']) })),
});
export type RestorePreview = z.infer<typeof restorePreviewSchema>;

export const restoreResultSchema = z.object({ added: z.number(), continued: z.number(), kept: z.number(), copied: z.number(), snapshotBefore: z.string() });

/** Words that have to be typed to delete everything. */
export const DELETE_WORDS = 'delete everything';

export const settingsContract = {
  get: procedure.output(settingsSchema),
  update: procedure.input(settingsSchema.partial()).output(settingsSchema),
  dataSummary: procedure.output(dataSummarySchema),
  /** A complete copy of the database, to be kept wherever the person likes. */
  backup: procedure.output(z.instanceof(File)),
  previewRestore: procedure
    .input(z.union([z.object({ file: z.instanceof(File) }), z.object({ snapshot: z.string() })]))
    .output(restorePreviewSchema),
  restore: procedure.input(z.object({ token: z.string() })).output(restoreResultSchema),
  /** Everything the person made, as one JSON file that other programs can read. */
  exportAll: procedure.output(z.instanceof(File)),
  deleteAll: procedure.input(z.object({ confirm: z.string() })).output(z.object({
    verified: z.boolean(),
    /** What was looked for afterwards and how much of it is left. */
    checks: z.array(z.object({ what: z.string(), left: z.number() })),
  })),
};
