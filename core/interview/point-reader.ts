import type { Inference, LaneCall, LaneEvent, ServedBy } from '../inference/inference.ts';
import type { InferenceError, InferenceFault } from '../inference/inference-error.ts';
import { JobError } from '../jobs/index.ts';
import type { Prompt } from '../prompts/prompt.ts';
import type { AnswerMatter } from './answer-matter.ts';
import { readVerdict, type PointCall, type PointReading } from './model-scoring.ts';
import { refOf } from './speech-script.ts';

const LANE = 'background';
/** The model did answer, but not with anything that can be read; asking again would bring the same. */
const UNREADABLE: ReadonlySet<InferenceFault> = new Set(['schema', 'empty', 'too-large', 'filtered']);

/** Who answered; another one is never mixed into the same grade. */
export type Reader = Pick<ServedBy, 'providerId' | 'providerName' | 'place' | 'model'>;
/** `heard` is false for a reply that could not be read: then the model's name is the one that was asked, not the one it gives itself. */
export interface PointAnswer { reading: PointReading; by: Reader; heard: boolean; inputTokens: number | null; outputTokens: number | null }

export interface PointQuestion {
  inference: Inference; prompt: Prompt; matter: AnswerMatter;
  /** Whether the answer may be sent to a model outside of this machine. */
  mayLeave: boolean;
  /** Who read the points before; when they cannot be read now, nobody else is asked in their place. */
  before: Reader | undefined;
  signal: AbortSignal;
}

export const WOULD_LEAVE = { code: 'would-leave', says: 'the model in this machine did not answer, and nothing is sent elsewhere unless you ask for it', retryable: true } as const;

/**
 * Asks a model whether a stretch of an answer shows one point. An answer that cannot be read is a reading too, a rejected one.
 * @throws JobError when nobody answered, or only somebody would who must not be asked
 */
export async function askAboutPoint(call: PointCall, { inference, prompt, matter, mayLeave, before, signal }: PointQuestion): Promise<PointAnswer> {
  const { row, rubric, parts } = matter;
  const messages = await prompt.render(call.input);
  const request: LaneCall = {
    lane: LANE, scoring: true, prompt: refOf(prompt), sessionId: row.interview_id,
    request: {
      messages: [...messages], stableMessages: 1, conversationId: `${row.interview_id}:${row.position}`,
      ...(prompt.output ? { output: { name: prompt.output.name, schema: prompt.output.schema } } : {}),
      ...(prompt.maxOutputTokens === undefined ? {} : { maxOutputTokens: prompt.maxOutputTokens }),
      ...(prompt.temperature === undefined ? {} : { temperature: prompt.temperature }), ...(prompt.topP === undefined ? {} : { topP: prompt.topP }),
    },
  };
  const unreadable = (by: Reader): PointAnswer => ({ reading: { pointId: call.pointId, verdict: null, span: null, rejected: 'unreadable' }, by, heard: false, inputTokens: null, outputTokens: null });
  let asked: Reader | undefined;
  let broken: { by: Reader | undefined; from: string; error: InferenceError } | undefined;
  for await (const event of inference.stream(request, signal)) {
    if (event.type === 'attempt') {
      // The words have not been sent yet; leaving the stream here means that they never are.
      if (event.place === 'away' && !mayLeave) throw new JobError(WOULD_LEAVE);
      asked = readerOf(event);
    }
    if (event.type === 'switch') {
      broken = { by: asked, from: event.from, error: event.error };
      if (asked && before?.providerId === asked.providerId && UNREADABLE.has(event.error.fault)) return unreadable(asked);
    }
    if (event.type === 'end') {
      const { answer, by } = event;
      return { reading: readVerdict(answer.output, { pointId: call.pointId, rubric, parts }), by: readerOf(by), heard: true, inputTokens: by.usage.inputTokens, outputTokens: by.usage.outputTokens };
    }
    if (event.type === 'gave-up') {
      if (broken?.by && UNREADABLE.has(broken.error.fault)) return unreadable(broken.by);
      throw new JobError(unanswered(broken, event));
    }
  }
  throw new JobError(unanswered(broken, undefined));
}

const readerOf = ({ providerId, providerName, place, model }: Reader): Reader => ({ providerId, providerName, place, model });

function unanswered(broken: { from: string; error: InferenceError } | undefined, gaveUp: Extract<LaneEvent, { type: 'gave-up' }> | undefined): JobError['failure'] {
  if (gaveUp?.aborted) return { code: 'interrupted', says: 'it was interrupted', retryable: true };
  if (!broken) return { code: 'no-model', says: 'no model could be asked', retryable: true };
  return { code: broken.error.fault, says: `${broken.from} did not answer: ${broken.error.says}`, retryable: true, retryAfterMs: broken.error.retryAfterMs };
}
