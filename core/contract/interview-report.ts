import { z } from 'zod';
import { competencySchema, instantSchema, levelSchema, questionKindSchema, whoSchema } from './vocabulary.ts';

/** Characters `start` to `end` of answer part `part` (0 is the first answer, then the answers to follow-ups). */
export const spanSchema = z.object({ part: z.number().int(), start: z.number().int(), end: z.number().int(), text: z.string() });
export type Span = z.infer<typeof spanSchema>;

export const verdictSchema = z.enum(['met', 'partly', 'missing', 'not-assessable']);
export type Verdict = z.infer<typeof verdictSchema>;

export const pointGradeSchema = z.object({
  pointId: z.string(),
  shows: z.string(),
  weight: z.number(),
  verdict: verdictSchema,
  /** Share of the weight earned, 0 to 1. */
  credit: z.number(),
  evidence: z.array(spanSchema),
  contradicted: z.object({ span: spanSchema, why: z.string() }).optional(),
});
export type PointGrade = z.infer<typeof pointGradeSchema>;

export const findingSchema = z.object({
  kind: z.enum(['red-flag', 'contradiction', 'question-repeated', 'keyword-stuffing', 'aimed-at-grader', 'off-topic']),
  span: spanSchema.nullable(),
  why: z.string(),
});

export const starPartSchema = z.object({ share: z.number(), strength: z.enum(['full', 'weak', 'none']), spans: z.array(spanSchema) });
export const starCoverageSchema = z.object({ situation: starPartSchema, task: starPartSchema, action: starPartSchema, result: starPartSchema });
export type StarCoverage = z.infer<typeof starCoverageSchema>;

export const deliverySchema = z.object({
  words: z.number(), sentences: z.number(), meanSentenceWords: z.number(),
  fillers: z.array(spanSchema), hedges: z.array(spanSchema), numbers: z.array(spanSchema),
  iCount: z.number(), weCount: z.number(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** A checklist filled in by one grader, and the score computed from it. Scores are 0 to 1. */
export const gradeSchema = z.object({
  grader: z.enum(['coach']),
  graderVersion: z.string(),
  rubricVersion: z.string(),
  enough: z.boolean(),
  reason: z.string().optional(),
  score: z.number().nullable(),
  range: z.object({ low: z.number(), high: z.number() }).nullable(),
  points: z.array(pointGradeSchema),
  findings: z.array(findingSchema),
  star: starCoverageSchema.nullable(),
  delivery: deliverySchema,
});
export type GradeView = z.infer<typeof gradeSchema>;

/** Who made a text, and from which version of what: for a model, `part` and `version` name the prompt. */
export const madeBySchema = z.object({
  who: whoSchema, part: z.string(), version: z.string(),
  /** When a model made it. */
  model: z.object({ provider: z.string(), name: z.string(), inputTokens: z.number().nullable(), outputTokens: z.number().nullable() }).optional(),
  /** Every prompt the model's words were made from, the instruction first; `hash` leads to its exact words. */
  prompts: z.array(z.object({ id: z.string(), version: z.string(), hash: z.string() })).optional(),
  /** Who was to have made it and why it was somebody else, in a sentence. */
  instead: z.string().optional(),
});

/** Why a model's word on a point does not count. */
export const REJECTIONS = ['unreadable', 'no-quote', 'too-short', 'too-long', 'not-in-answer', 'from-the-question', 'from-the-rubric', 'negation-left-out'] as const;
/** What became of a model's word on a point. */
export const JOINT_REASONS = ['agree', 'raised', 'lowered', 'not-read', 'rejected', 'coach-found-the-opposite', 'quote-set-aside', 'quote-used-twice', 'not-trusted'] as const;

/** One point of the rubric as both graders see it. */
export const secondPointSchema = z.object({
  pointId: z.string(),
  /** `model` is null when it said nothing that counts; `joint` is what both come to together. */
  coach: verdictSchema, model: verdictSchema.nullable(), joint: verdictSchema,
  /** The words that the model points at, found in the answer. */
  quote: spanSchema.nullable(),
  /** `says` is for the person, without a full stop. */
  rejected: z.object({ code: z.enum(REJECTIONS), says: z.string() }).nullable(),
  reason: z.object({ code: z.enum(JOINT_REASONS), says: z.string() }),
  /** One has it met, the other missing. */
  disagree: z.boolean(),
});
export type SecondPoint = z.infer<typeof secondPointSchema>;

/** What a model made of one answer beside the coach, stamped with everything that, changed, would make its scores another line. Scores are percentages. */
export const secondReadingSchema = z.object({
  stamp: z.object({ blendVersion: z.string(), coachVersion: z.string(), model: z.string(), promptVersion: z.string(), promptHash: z.string(), rubricVersion: z.string() }),
  /** Both together, with the likely range; then each alone. */
  score: z.number(), low: z.number(), high: z.number(), coachScore: z.number(), modelScore: z.number(),
  /** Share of the rubric's weight that the model said something usable about, 0 to 1. */
  coverage: z.number(),
  disagree: z.boolean(),
  /** The end of a very long answer was not read. */
  cut: z.boolean(),
  points: z.array(secondPointSchema),
  madeBy: madeBySchema, at: instantSchema,
});
export type SecondReading = z.infer<typeof secondReadingSchema>;

/** How far the second reading of one answer is. A reading of before stays while another one is made. */
export const secondOfQuestionSchema = z.object({
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** Why it waits for another attempt, or failed; without a full stop. */
  says: z.string().nullable(),
  reading: secondReadingSchema.nullable(),
});

/** How far the second reading of the interview is. */
export const secondOverallSchema = z.object({
  /** `partly`: some answers were read, and nothing runs or failed. */
  state: z.enum(['none', 'waiting', 'running', 'partly', 'done', 'failed']),
  says: z.string().nullable(),
  /** Answers that there is something to read in, how many of them have been read, and where reading failed. */
  of: z.number().int(), covered: z.number().int(), failed: z.number().int(),
  /** Both graders together, 0 to 100: only when one model read all of them, with the same prompt. */
  score: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(),
  graders: z.array(z.object({ madeBy: madeBySchema, questions: z.number().int() })),
  /** The questions on which the graders disagree, by their index. */
  disagreements: z.array(z.number().int()),
  /** When the newest of them was made. */
  at: instantSchema.nullable(),
});
export type SecondOverall = z.infer<typeof secondOverallSchema>;

export const answerPartSchema = z.object({
  /** What the interviewer had asked, in which turn, and who worded it; null for the pack's own words. */
  asked: z.string(),
  askedIn: z.object({ seq: z.number().int(), madeBy: madeBySchema, rating: z.enum(['up', 'down']).nullable() }).nullable(),
  text: z.string(),
  followUpOf: z.string().nullable(),
  at: instantSchema,
  elapsedMs: z.number(),
});

/** Scores in reports are percentages, 0 to 100. */
export const attemptSchema = z.object({
  sessionId: z.string(), at: instantSchema, score: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(),
  met: z.number(), total: z.number(), text: z.string(), metPoints: z.array(z.string()),
  /** False when rubric or grader changed in between: shown, but not compared. */
  comparable: z.boolean(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const questionReportSchema = z.object({
  index: z.number().int(),
  questionId: z.string(),
  packId: z.string(),
  title: z.string(),
  kind: questionKindSchema,
  topics: z.array(z.string()),
  question: z.string(),
  state: z.enum(['answered', 'skipped', 'not-reached']),
  hintsUsed: z.number(),
  plannedMs: z.number(),
  parts: z.array(answerPartSchema),
  grade: gradeSchema.nullable(),
  /** What to try for each point not met, by point id. */
  tips: z.record(z.string(), z.string()),
  modelAnswer: z.string(),
  attempts: z.array(attemptSchema),
  rating: z.enum(['up', 'down']).nullable(),
  /** What a model makes of the answer beside the coach's `grade`; null while none was asked. */
  second: secondOfQuestionSchema.nullable(),
});
export type QuestionReport = z.infer<typeof questionReportSchema>;

export const reportSchema = z.object({
  sessionId: z.string(),
  title: z.string(),
  packId: z.string(), packTitle: z.string(), level: levelSchema, kind: z.string(), mode: z.string(), pressure: z.string(), fromPosting: z.boolean(),
  startedAt: instantSchema, endedAt: instantSchema, activeMs: z.number(), endedEarly: z.boolean(),
  answered: z.number(), skipped: z.number(), notReached: z.number(),
  /** 0 to 100; null when there was not enough to judge, with the reason. */
  score: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), reason: z.string().nullable(),
  summary: z.string(),
  competencies: z.array(z.object({
    competency: competencySchema, score: z.number(), low: z.number(), high: z.number(), points: z.number(), earlier: z.number().nullable(),
  })),
  /** The last finished interview with the same pack, when graded alike. */
  earlier: z.object({
    sessionId: z.string(), at: instantSchema, score: z.number(), low: z.number(), high: z.number(),
    verdict: z.enum(['better', 'about-the-same', 'worse']), confidence: z.number(), words: z.string(),
  }).nullable(),
  delivery: z.object({
    meanWords: z.number(), wordsPerMinute: z.number().nullable(), fillersPer100: z.number(), hedgesPer100: z.number(), numbersPerAnswer: z.number(),
    /** Share of "I" among "I" and "we" in stories, 0 to 1. */
    iShare: z.number().nullable(),
    earlier: z.object({ meanWords: z.number(), fillersPer100: z.number(), hedgesPer100: z.number(), numbersPerAnswer: z.number() }).nullable(),
  }),
  /** What to work on next, heaviest first. */
  nextSteps: z.array(z.object({ title: z.string(), reason: z.string(), questionIndexes: z.array(z.number()) })),
  questions: z.array(questionReportSchema),
  madeBy: madeBySchema,
  /** Everything above is the coach's alone. */
  second: secondOverallSchema,
});
export type Report = z.infer<typeof reportSchema>;

/** Who would be asked for a second reading now, and with how many short questions to it. */
export const secondReaderSchema = z.object({
  /** Null when no model is ready. `host` is where the answers would go; null when nothing leaves this machine. */
  reader: z.object({ name: z.string(), who: whoSchema, host: z.string().nullable() }).nullable(),
  /** What has not been read, or could not be; and everything. */
  missing: z.object({ answers: z.number().int(), calls: z.number().int() }),
  all: z.object({ answers: z.number().int(), calls: z.number().int() }),
});
export type SecondReader = z.infer<typeof secondReaderSchema>;
