import { z } from 'zod';
import type { Inference } from '../inference/inference.ts';
import { defineJob, JobError, type Commit, type JobContext } from '../jobs/index.ts';
import type { Prompt, Prompts, UseOutcome } from '../prompts/prompt.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { matterOf, type AnswerMatter } from './answer-matter.ts';
import { blend } from './blended-grade.ts';
import type { InterviewRepository } from './interview-repository.ts';
import type { KeptReading, ModelGradeRepository } from './model-grade-repository.ts';
import { buildQuestions, joinReadings, SCORE_PROMPT } from './model-scoring.ts';
import { askAboutPoint, type PointAnswer } from './point-reader.ts';
import { refOf } from './speech-script.ts';

export const SCORE_JOB = 'interview.score';
const LANE = 'background';

export interface ScoreJobParts {
  interviews: InterviewRepository; grades: ModelGradeRepository; inference: Inference; prompts: Prompts; clock: Clock;
  /** Milliseconds that pass, for measuring; not the time of day. */
  elapsed: () => number;
  /** Told when a run begins, has failed, or its results are on disk. */
  changed: (interviewId: string) => void;
}

export const scoreInput = z.object({
  interviewId: z.string(), position: z.number().int(),
  /** Whether the answer may be sent to a model outside of this machine; only a person says so. */
  mayLeave: z.boolean(),
});
type Input = z.output<typeof scoreInput>;
/** While a job with this key is queued or running, the answer is not read a second time. */
export const scoreKey = (interviewId: string, position: number): string => `${interviewId}:${position}`;

const NO_PROMPT = { code: 'no-prompt', says: 'the prompt for it cannot be found', retryable: false } as const;
const UNUSABLE = { code: 'unusable', says: 'the model’s answers could not be used', retryable: false } as const;
const MIXED = { code: 'mixed-models', says: 'another model went on in the middle, twice, and two are not mixed into one score', retryable: true } as const;

/**
 * Reads one answer with a model, point by point, and joins what it found with the coach's grade. The grade is written whole or not at
 * all: never from two models, never when nothing of it can be used, and not for an interview that is gone.
 */
export function createScoreJob(parts: ScoreJobParts) {
  let last: Promise<unknown> = Promise.resolve();
  /** One answer after the other on a model here: two at once would push each other's reading out of its memory. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (parts.inference.answering(LANE).leaves !== 'nothing') return work();
    const run = last.then(work, work);
    last = run.catch(() => undefined);
    return run;
  };

  return defineJob({
    kind: SCORE_JOB, lane: 'model', priority: 0, attempts: 4, backoff: { firstMs: 20_000, mostMs: 900_000 }, input: scoreInput,
    title: ({ position }) => `Scoring question ${position + 1}`,
    async run(input, context) {
      parts.changed(input.interviewId);
      try {
        return await inTurn(() => scoreAnswer(parts, input, context));
      } catch (error) {
        // By then the queue has written how the run ended.
        setImmediate(() => parts.changed(input.interviewId));
        throw error;
      }
    },
  });
}

async function scoreAnswer(parts: ScoreJobParts, { interviewId, position, mayLeave }: Input, context: JobContext): Promise<Commit> {
  const { interviews, grades, prompts, clock } = parts;
  context.signal.throwIfAborted();
  const matter = matterOf(interviews, interviewId, position);
  if (!matter) return () => {};
  const prompt = prompts.forSession(interviewId, SCORE_PROMPT);
  if (!prompt) throw new JobError(NO_PROMPT);
  const begunAt = parts.elapsed();
  const read = await readPoints(parts, { matter, prompt, mayLeave }, context);
  if (!read) return () => {};
  const { by, inputTokens, outputTokens } = read;
  const readings = joinReadings(read.readings);
  const stamp = { model: `${by.providerId}/${by.model}`, promptVersion: prompt.version, promptHash: prompt.hash, rubricVersion: matter.coach.rubricVersion };
  const blended = blend(matter.coach, { stamp, readings });
  const recordUse = (outcome: UseOutcome): void => prompts.recordUse({
    sessionId: interviewId, subject: `score:${position}`, prompts: [refOf(prompt)], lane: LANE, outcome, place: by.place, model: by.model,
    firstWordMs: null, durationMs: Math.round(parts.elapsed() - begunAt), inputTokens, outputTokens,
  });
  /** Deleted meanwhile, or replaced by what a backup holds: then this is not about it. */
  const isStill = (): boolean => interviews.question(interviewId, position)?.grade === matter.row.grade;
  if (!blended || blended.coverage === 0) {
    interviews.write(() => { if (isStill()) recordUse('refused'); });
    throw new JobError(UNUSABLE);
  }
  return () => {
    if (!isStill()) return;
    grades.save(interviewId, position, { ...read, blended, readings, prompt: refOf(prompt) }, isoFrom(clock.now()));
    recordUse('stood');
    // After the transaction that this is part of.
    queueMicrotask(() => parts.changed(interviewId));
  };
}

type Read = Pick<KeptReading, 'readings' | 'by' | 'calls' | 'inputTokens' | 'outputTokens' | 'cut'>;

/** All points by one model; begun anew once when another one goes on in the middle. Undefined when the interview is gone. @throws JobError */
async function readPoints({ interviews, inference }: ScoreJobParts, { matter, prompt, mayLeave }: { matter: AnswerMatter; prompt: Prompt; mayLeave: boolean }, { signal, progress }: JobContext): Promise<Read | undefined> {
  const { row: { interview_id: id, position }, rubric, parts } = matter;
  const { calls, cut } = buildQuestions(rubric, parts, { contextTokens: inference.contextTokens(LANE).total });
  for (let begun = 0; begun < 2; begun++) {
    const answers: PointAnswer[] = [];
    for (const [index, call] of calls.entries()) {
      if (!interviews.question(id, position)) return undefined;
      progress(index / calls.length, `question ${position + 1}, point ${rubric.points.findIndex((point) => point.id === call.pointId) + 1} of ${rubric.points.length}`);
      const answer = await askAboutPoint(call, { inference, prompt, matter, mayLeave, before: answers[0]?.by, signal });
      if (answers.some((before) => isOther(before, answer))) break;
      answers.push(answer);
    }
    const by = (answers.find(({ heard }) => heard) ?? answers[0])?.by;
    if (!by) return undefined;
    const sum = (tokens: 'inputTokens' | 'outputTokens'): number | null => answers.reduce<number | null>((total, answer) => (total === null || answer[tokens] === null ? null : total + answer[tokens]), 0);
    if (answers.length === calls.length) return { readings: answers.map(({ reading }) => reading), by, calls: calls.length, inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens'), cut };
  }
  throw new JobError(MIXED);
}

/** The names that models give themselves are compared only with each other. */
const isOther = (one: PointAnswer, other: PointAnswer): boolean => one.by.providerId !== other.by.providerId || (one.heard && other.heard && one.by.model !== other.by.model);
