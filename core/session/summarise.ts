import { setImmediate } from 'node:timers/promises';
import type { Inference, LaneCall, LaneEvent, ServedBy } from '../inference/inference.ts';
import type { Prompt } from '../prompts/prompt.ts';
import { estimateTokens } from '../tokens.ts';
import type { Count, Frame } from './context-messages.ts';
import { MODEL_SUMMARY_RULES } from './context-rules.ts';
import type { SummaryMadeBy } from './conversation-repository.ts';
import { summariseTurns, type SummaryCues, type SummaryEntry, type SummaryTurn } from './extractive-summary.ts';
import { summariseInput, takeModelSummary } from './model-summary.ts';

export interface SummariseInput {
  before: readonly SummaryEntry[]; turns: readonly SummaryTurn[];
  /** The last turn that is summarised. */
  toSeq: number;
  limitTokens: number; count: Count; frame: Frame;
  cues: SummaryCues & Parameters<typeof takeModelSummary>[1]['cues'];
}
export interface Summarised { summary: readonly SummaryEntry[]; madeBy: SummaryMadeBy }

const LANE = 'background';
/** As many turns as are summarised without a model in some milliseconds. */
const BATCH = 80;

/** A summary by a model of the background lane, or why there is none. It is given up when it takes too long. */
export async function summariseByModel(input: SummariseInput, { sessionId, prompt, inference, signal }: { sessionId: string; prompt: Prompt; inference: Inference; signal: AbortSignal }): Promise<Summarised | { why: string }> {
  const { turns, before } = input;
  const messages = await prompt.render(summariseInput(before, turns));
  const { total, output } = inference.contextTokens(LANE);
  if (estimateTokens(messages) > total - Math.min(output, prompt.maxOutputTokens ?? output)) return { why: 'too-long' };
  const patience = AbortSignal.timeout(MODEL_SUMMARY_RULES.patienceMs);
  const { id, version, hash } = prompt;
  const answered = await askWhereAnswersGo(inference, {
    lane: LANE, prompt: { id, version, hash }, sessionId,
    request: {
      messages, ...(prompt.output ? { output: { name: prompt.output.name, schema: prompt.output.schema } } : {}),
      ...(prompt.maxOutputTokens === undefined ? {} : { maxOutputTokens: prompt.maxOutputTokens }), ...(prompt.temperature === undefined ? {} : { temperature: prompt.temperature }),
    },
  }, AbortSignal.any([signal, patience]));
  if (answered === 'would-leave') return { why: answered };
  if (!answered) return { why: patience.aborted ? 'too-late' : 'unanswered' };
  const taken = takeModelSummary(answered.answer.output ?? jsonIn(answered.answer.text), { ...input, prompted: prompt.source });
  if (!taken) return { why: 'unusable' };
  return { summary: taken.entries, madeBy: { how: 'model', model: modelOf(answered.by, { id, version, hash }), dropped: taken.dropped } };
}

/**
 * The answer of a model in this machine, or of the one elsewhere that the person is talking to anyway: no turn goes to somebody new
 * because it has to be shortened. It leaves before anything was sent.
 */
async function askWhereAnswersGo(inference: Inference, call: LaneCall, signal: AbortSignal): Promise<Extract<LaneEvent, { type: 'end' }> | 'would-leave' | undefined> {
  const [talking, asked] = [inference.answering('interactive-deep'), inference.answering(LANE)];
  const known = talking.leaves !== 'nothing' && talking.host !== null && talking.host === asked.host;
  let attempts = 0;
  for await (const event of inference.stream(call, signal)) {
    if (event.type === 'attempt' && event.place === 'away' && !(known && attempts === 0)) return 'would-leave';
    if (event.type === 'attempt') attempts++;
    if (event.type === 'end') return event;
  }
  return undefined;
}

/** The summary that needs no model. Many turns are taken in batches, so that nobody waits for it. */
export async function summariseByCoach(input: SummariseInput, why: string): Promise<Summarised> {
  let summary = input.before;
  for (let from = 0; from === 0 || from < input.turns.length; from += BATCH) {
    summary = summariseTurns({ ...input, before: summary, turns: input.turns.slice(from, from + BATCH) });
    await setImmediate();
  }
  return { summary, madeBy: { how: 'coach', why } };
}

const modelOf = ({ providerName, model, place }: ServedBy, prompt: { id: string; version: string; hash: string }): NonNullable<SummaryMadeBy['model']> => ({ provider: providerName, name: model, place, prompt });

function jsonIn(text: string): unknown {
  try { return JSON.parse(text) as unknown; } catch { return undefined; }
}
