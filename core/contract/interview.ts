import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { attemptSchema, gradeSchema, madeBySchema, reportSchema, secondReaderSchema } from './interview-report.ts';
import { procedure } from './procedure.ts';
import { instantSchema, levelSchema, questionKindSchema } from './vocabulary.ts';

export * from './interview-report.ts';

/** Longest answer and posting that are taken, in characters. Drafts may be longer: they are kept, not graded. */
export const ANSWER_LIMIT = 60_000;
export const POSTING_LIMIT = 100_000;

export const INTERVIEW_KINDS = ['behavioural', 'technical', 'system-design', 'mixed', 'posting'] as const;
export const interviewKindSchema = z.enum(INTERVIEW_KINDS);
export const modeSchema = z.enum(['practice', 'exam']);
export const pressureSchema = z.enum(['friendly', 'neutral', 'tough']);

export const setupSchema = z.object({
  packId: z.string(),
  level: levelSchema,
  /** `technical` includes cases; `posting` picks by the job description alone. */
  kind: interviewKindSchema,
  minutes: z.union([z.literal(10), z.literal(20), z.literal(35), z.literal(50)]),
  /** Asks exactly so many questions instead of filling the minutes. */
  questionCount: z.number().int().min(1).max(500).optional(),
  mode: modeSchema,
  pressure: pressureSchema,
  posting: z.object({ name: z.string().max(200), text: z.string() }).optional(),
  followUps: z.boolean(),
  hints: z.boolean(),
  clock: z.boolean(),
});
export type Setup = z.infer<typeof setupSchema>;

export const packSummarySchema = z.object({
  packId: z.string(), title: z.string(), about: z.string(), version: z.number(),
  questions: z.number(), unseen: z.number(),
  byLevel: z.record(levelSchema, z.number()), byKind: z.record(questionKindSchema, z.number()),
});
export type PackSummary = z.infer<typeof packSummarySchema>;

/** A pack file that could not be read; the last good version of it stays in use when there was one. */
export const packProblemSchema = z.object({ file: z.string(), line: z.number(), reason: z.string(), lastGoodInUse: z.boolean() });

export const planSchema = z.object({
  minutes: z.number(),
  questions: z.array(z.object({
    questionId: z.string(), title: z.string(), kind: questionKindSchema, minutes: z.number(),
    /** Why this one was picked, in words. */
    why: z.string(), weakSpot: z.boolean(), repeat: z.boolean(),
  })),
  /** Skills the job description names that the packs know, with how many of the questions cover each. */
  skills: z.array(z.object({ skill: z.string(), quote: z.string(), questions: z.number() })),
  listeningFor: z.array(z.string()),
});
export type Plan = z.infer<typeof planSchema>;

/** What is in the editor. STAR and code keep their fields apart until the answer is sent. */
export const draftSchema = z.discriminatedUnion('shape', [
  z.object({ shape: z.literal('plain'), text: z.string() }),
  z.object({ shape: z.literal('star'), situation: z.string(), task: z.string(), action: z.string(), result: z.string() }),
  z.object({ shape: z.literal('code'), text: z.string(), code: z.string() }),
]);
export type Draft = z.infer<typeof draftSchema>;

export const turnSchema = z.object({
  seq: z.number().int(),
  by: z.enum(['interviewer', 'candidate']),
  kind: z.enum(['opening', 'question', 'follow-up', 'repeat', 'hint', 'closing', 'answer', 'skip', 'remark']),
  questionIndex: z.number().int(),
  text: z.string(),
  at: instantSchema,
  elapsedMs: z.number().nullable(),
  words: z.number().nullable(),
  madeBy: madeBySchema.nullable(),
  /** `speaking`: a model is still wording it; the words so far are `text`, and go on in `speech`. */
  state: z.enum(['said', 'speaking']),
  /** Words of a model that broke off, when somebody else had to begin again. */
  cut: z.string().nullable(),
  /** What the person thinks of the interviewer's words. */
  rating: z.enum(['up', 'down']).nullable(),
});
export type Turn = z.infer<typeof turnSchema>;

export const PHASES = ['question', 'follow-up', 'feedback', 'closing', 'paused', 'ended'] as const;
export const phaseSchema = z.enum(PHASES);
export type Phase = z.infer<typeof phaseSchema>;

export const sessionViewSchema = z.object({
  sessionId: z.string(),
  /** Counts the events of this interview; a command names the one it was made from. */
  revision: z.number().int(),
  phase: phaseSchema,
  title: z.string(), packId: z.string(), packTitle: z.string(), level: levelSchema, kind: interviewKindSchema, mode: modeSchema, pressure: pressureSchema,
  followUps: z.boolean(), hints: z.boolean(), clock: z.boolean(), fromPosting: z.boolean(),
  startedAt: instantSchema, endedAt: instantSchema.nullable(),
  /** Time spent in the interview without pauses, and time planned. */
  activeMs: z.number(), plannedMs: z.number(),
  questionCount: z.number().int(),
  /** The questions around the present one (all of them in an ordinary interview). */
  questions: z.array(z.object({
    index: z.number().int(), questionId: z.string(), title: z.string(), kind: questionKindSchema, minutes: z.number(),
    state: z.enum(['answered', 'skipped', 'now', 'later']),
    /** Practice mode only. */
    met: z.number().nullable(), total: z.number().nullable(),
  })),
  /** The newest turns; earlier ones through `transcript`. */
  turns: z.array(turnSchema),
  earlierTurns: z.number().int(),
  /** What is being asked now; null in feedback and once ended. */
  current: z.object({
    questionIndex: z.number().int(), questionId: z.string(), kind: questionKindSchema,
    question: z.string(),
    /** The words to answer now: the question, or the follow-up. */
    asked: z.string(),
    followUp: z.object({ number: z.number().int(), of: z.number().int() }).nullable(),
    setAsideMs: z.number(), spentMs: z.number(),
    hint: z.string().nullable(), hintsLeft: z.number().int(),
    goodWords: z.object({ from: z.number(), to: z.number() }),
  }).nullable(),
  draft: draftSchema.nullable(), draftSavedAt: instantSchema.nullable(),
  /** Practice mode, after each question. */
  feedback: z.object({
    questionIndex: z.number().int(), questionId: z.string(), title: z.string(), answers: z.array(z.string()), grade: gradeSchema,
    tips: z.record(z.string(), z.string()), modelAnswer: z.string(), madeBy: madeBySchema,
  }).nullable(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const historyItemSchema = z.object({
  sessionId: z.string(), title: z.string(), packId: z.string(), level: levelSchema, kind: interviewKindSchema, mode: modeSchema, pressure: pressureSchema,
  startedAt: instantSchema, endedAt: instantSchema.nullable(), activeMs: z.number(), questionCount: z.number(), answered: z.number(),
  score: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(),
  /** Where the searched words stand, when searching; plain text. */
  excerpt: z.string().nullable(),
});
export type HistoryItem = z.infer<typeof historyItemSchema>;

export const overviewSchema = z.object({
  unfinished: z.object({
    sessionId: z.string(), title: z.string(), asked: z.string(), questionNumber: z.number(), questionCount: z.number(), answered: z.array(z.enum(['answered', 'skipped', 'now', 'later'])),
    lastAt: instantSchema, draftWords: z.number(), minutesLeft: z.number(),
  }).nullable(),
  trend: z.array(z.object({ sessionId: z.string(), at: instantSchema, score: z.number(), low: z.number(), high: z.number() })),
  recent: z.array(historyItemSchema),
  finished: z.number(),
  streak: z.object({ days: z.number(), best: z.number(), /** Minutes a day, the last 84 days, oldest first; days are the caller's local days. */ minutes: z.array(z.number()) }),
  minutesToday: z.number(), minutesThisWeek: z.number(),
  nextStep: z.object({ title: z.string(), reason: z.string(), setup: setupSchema, /** Questions with the gap, of those looked at. */ count: z.number(), of: z.number() }).nullable(),
});
export type Overview = z.infer<typeof overviewSchema>;

/** What the interviewer says while it is being said. `start` carries the words so far; a `restart` takes back what was shown. */
export const speechPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), seq: z.number().int(), text: z.string(), by: z.string() }),
  z.object({ type: z.literal('delta'), seq: z.number().int(), text: z.string() }),
  z.object({ type: z.literal('switch'), seq: z.number().int(), from: z.string(), to: z.string(), says: z.string() }),
  z.object({ type: z.literal('restart'), seq: z.number().int(), cut: z.string() }),
  /** The turn is whole and stored; the view has it. */
  z.object({ type: z.literal('end'), seq: z.number().int() }),
]);
export type SpeechPart = z.infer<typeof speechPartSchema>;

const at = z.object({ sessionId: z.string(), revision: z.number().int() });

/**
 * Mock interview. Commands name the session and the revision they were made from, are on disk before they answer, and answer
 * with the view that results; a command from an outdated page fails with INTERVIEW_STALE and changes nothing.
 */
export const interviewContract = {
  packs: procedure.output(z.object({ packs: z.array(packSummarySchema), problems: z.array(packProblemSchema) })),
  /** The set-up to begin with: the last one used (with its date), or the first-time default. */
  setupDefaults: procedure.output(z.object({ setup: setupSchema, usedAt: instantSchema.nullable() })),
  preview: procedure.input(setupSchema).output(planSchema),
  start: procedure.input(setupSchema).output(sessionViewSchema),
  /** A new interview of just this question. */
  retry: procedure.input(z.object({ questionId: z.string(), mode: modeSchema.default('practice') })).output(sessionViewSchema),

  session: procedure.input(z.object({ sessionId: z.string() })).output(sessionViewSchema),
  /** The view now and again whenever it changes, from any window. Ends when the interview is deleted. */
  watch: procedure.input(z.object({ sessionId: z.string() })).output(eventIterator(sessionViewSchema)),
  /** Words as they are made, beside `watch`; silent while no model speaks. Ends when the interview is deleted. */
  speech: procedure.input(z.object({ sessionId: z.string() })).output(eventIterator(speechPartSchema)),
  transcript: procedure.input(z.object({ sessionId: z.string(), before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }))
    .output(z.object({ turns: z.array(turnSchema), earlierTurns: z.number().int() })),

  /** `submissionId` makes it safe to send the same answer again when the reply was lost. */
  answer: procedure.input(at.extend({ submissionId: z.string().min(8).max(64), text: z.string() })).output(sessionViewSchema),
  saveDraft: procedure.input(at.extend({ draft: draftSchema })).output(z.object({ savedAt: instantSchema })),
  hint: procedure.input(at).output(sessionViewSchema),
  skip: procedure.input(at).output(sessionViewSchema),
  repeat: procedure.input(at).output(sessionViewSchema),
  /** Leaves the feedback (practice mode) for the next question. */
  next: procedure.input(at).output(sessionViewSchema),
  pause: procedure.input(at).output(sessionViewSchema),
  resume: procedure.input(at).output(sessionViewSchema),
  end: procedure.input(at).output(sessionViewSchema),

  report: procedure.input(z.object({ sessionId: z.string() })).output(reportSchema),
  /** Who would read the answers beside the coach, if asked now. */
  secondReader: procedure.input(z.object({ sessionId: z.string() })).output(secondReaderSchema),
  /**
   * Has a model read answers beside the coach, in the background. `host` is where the person was told that they go: when it would be
   * another one by now, nothing is asked.
   */
  refine: procedure.input(z.object({ sessionId: z.string(), which: z.enum(['missing', 'all']).default('missing'), host: z.string().nullable().default(null) }))
    .output(z.object({ queued: z.number().int() })),
  attempts: procedure.input(z.object({ questionId: z.string() })).output(z.array(attemptSchema)),
  rate: procedure.input(z.object({ sessionId: z.string(), questionIndex: z.number().int(), rating: z.enum(['up', 'down']).nullable() })).output(z.object({})),
  /** What the person thinks of one turn of the interviewer, once it has been said, also after the interview; null takes it back. */
  rateTurn: procedure.input(z.object({ sessionId: z.string(), seq: z.number().int(), rating: z.enum(['up', 'down']).nullable() })).output(z.object({})),
  history: procedure.input(z.object({
    search: z.string().max(200).default(''), packId: z.string().optional(), state: z.enum(['all', 'finished', 'unfinished']).default('all'),
    cursor: z.string().optional(), limit: z.number().int().min(1).max(200).default(50),
  })).output(z.object({ items: z.array(historyItemSchema), nextCursor: z.string().nullable(), total: z.number() })),
  delete: procedure.input(z.object({ sessionId: z.string() })).output(z.object({})),
  export: procedure.input(z.object({ sessionId: z.string(), format: z.enum(['markdown', 'json', 'pdf']) })).output(z.instanceof(File)),
  /** What Home shows. `utcOffsetMinutes` places the days, east positive. */
  overview: procedure.input(z.object({ utcOffsetMinutes: z.number().int().min(-840).max(840) })).output(overviewSchema),
};
