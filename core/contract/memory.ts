import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

export const MEMORY_KINDS = ['resume', 'job', 'note', 'turn', 'fact', 'card', 'mentor-turn'] as const;
export const memoryKindSchema = z.enum(MEMORY_KINDS);
export type MemoryKind = z.infer<typeof memoryKindSchema>;

/** What a fact says about the person. `result` is something they achieved, in numbers. */
export const FACT_KINDS = ['person', 'employer', 'project', 'skill', 'preference', 'weakness', 'result'] as const;
export const factKindSchema = z.enum(FACT_KINDS);
export type FactKind = z.infer<typeof factKindSchema>;

/** The longest text that is remembered as one item, in characters. */
export const MEMORY_TEXT_LIMIT = 500_000;

/** Where something comes from: a turn of an interview. */
export const memorySourceSchema = z.object({ sessionId: z.string(), title: z.string(), seq: z.number().int(), at: instantSchema });

export const memoryItemSchema = z.object({
  itemId: z.string(), kind: memoryKindSchema, fact: factKindSchema.nullable(),
  title: z.string(), text: z.string(),
  pinned: z.boolean(),
  /** The person changed it: it is theirs, and stays when where it came from is deleted. */
  edited: z.boolean(),
  at: instantSchema, updatedAt: instantSchema,
  /** Newest first; empty for what the person put in. */
  sources: z.array(memorySourceSchema),
  chunks: z.number().int(),
});
export type MemoryItem = z.infer<typeof memoryItemSchema>;

/** How a hit came by its rank. The score is their sum. */
export const hitReasonSchema = z.object({
  /** BM25 over the most this query could score, 0 to 1, and the words of the query that were found. */
  keyword: z.object({ score: z.number(), terms: z.array(z.string()) }).nullable(),
  /** Likeness of meaning and spelling, weighted; null when no vector of this text was compared. */
  vector: z.object({ score: z.number(), cosine: z.number(), embedder: z.string() }).nullable(),
  /** Moved down because a better hit says much the same. */
  alike: z.number().nullable(),
});

export const memoryHitSchema = z.object({
  itemId: z.string(), kind: memoryKindSchema, fact: factKindSchema.nullable(), title: z.string(),
  /** The passage that was found, and where it stands in the item's text. */
  passage: z.string(), start: z.number().int(), end: z.number().int(),
  /** Places of the query's words in the passage. */
  marks: z.array(z.object({ start: z.number().int(), end: z.number().int() })),
  source: memorySourceSchema.nullable(), at: instantSchema, pinned: z.boolean(),
  score: z.number(), why: hitReasonSchema,
});
export type MemoryHit = z.infer<typeof memoryHitSchema>;

export const memoryFilterSchema = z.object({
  kinds: z.array(memoryKindSchema).min(1).optional(), sessionId: z.string().optional(), notSessionId: z.string().optional(),
  /** Both inclusive. */
  from: instantSchema.optional(), to: instantSchema.optional(),
});
export type MemoryFilter = z.infer<typeof memoryFilterSchema>;

export const embedderViewSchema = z.object({
  embedderId: z.string(), name: z.string(), place: z.enum(['here', 'away']), dimensions: z.number().nullable(),
  /** `in-use`: search compares with it; `building`: its vectors are being made; `available`: could be chosen; `away`: chosen, but does not answer now. */
  state: z.enum(['in-use', 'building', 'available', 'away']),
  says: z.string(),
});
export const memoryStatusSchema = z.object({
  items: z.number().int(), chunks: z.number().int(),
  kinds: z.array(z.object({ kind: memoryKindSchema, items: z.number().int() })),
  embedders: z.array(embedderViewSchema),
  /** Vectors that are being made for the embedder chosen. */
  building: z.object({ embedder: z.string(), done: z.number().int(), of: z.number().int() }).nullable(),
  /** Why only words are searched, not vectors; null when both are. */
  keywordOnly: z.string().nullable(),
  /** How many interviews are still to be read, after an update or a restore. */
  interviewsToRead: z.number().int(),
});
export type MemoryStatus = z.infer<typeof memoryStatusSchema>;

const itemId = z.object({ itemId: z.string() });

/** What is remembered of the person: searchable, and theirs to see, change and forget. */
export const memoryContract = {
  status: procedure.output(memoryStatusSchema),
  search: procedure.input(memoryFilterSchema.extend({
    text: z.string().max(2000), limit: z.number().int().min(1).max(50).default(10),
    /** Prefers hits that say something new (MMR). */
    diverse: z.boolean().default(false),
  })).output(z.object({ hits: z.array(memoryHitSchema), /** Whether vectors were compared, and why not. */ keywordOnly: z.string().nullable() })),
  /** Pinned first, then the newest. */
  list: procedure.input(z.object({ kind: memoryKindSchema.optional(), cursor: z.string().optional(), limit: z.number().int().min(1).max(200).default(50) }))
    .output(z.object({ items: z.array(memoryItemSchema), nextCursor: z.string().nullable(), total: z.number().int() })),
  item: procedure.input(itemId).output(memoryItemSchema),
  /** `same` names the item that held this text already; then nothing was added. */
  add: procedure.input(z.object({ kind: z.enum(['resume', 'job', 'note']), title: z.string().trim().min(1).max(200), text: z.string() }))
    .output(z.object({ item: memoryItemSchema, same: z.boolean() })),
  edit: procedure.input(itemId.extend({ title: z.string().trim().min(1).max(200), text: z.string() })).output(memoryItemSchema),
  pin: procedure.input(itemId.extend({ pinned: z.boolean() })).output(memoryItemSchema),
  /** Forgets for good, looks for it again, and says what was looked for and how much is left. */
  forget: procedure.input(itemId).output(z.object({ verified: z.boolean(), checks: z.array(z.object({ what: z.string(), left: z.number().int() })) })),
  /** Search goes on with the vectors there are until those of the one chosen are whole. */
  chooseEmbedder: procedure.input(z.object({ embedderId: z.string() })).output(memoryStatusSchema),
};
