import type { Coach } from '../core/coach/index.ts';
import { createSpeechGuard } from '../core/interview/speech-guard.ts';
import type { Expectation, PromptCase } from '../core/prompts/case-file.ts';
import type { Prompt } from '../core/prompts/prompt.ts';
import { assembleCase, type AssembledCase } from './assemble-case.ts';
import { check, inWords, kindOf, looksAtPrompt, type Judgement, type Subject } from './expectations.ts';
import type { Judge } from './judge.ts';
import type { Speaker } from './speakers.ts';

/** One expectation with how it came out; `ok` is null when it was not judged. */
export interface Outcome { expectation: string; ok: boolean | null; why: string }

/** What came of one case with one version of its prompt. */
export interface CaseResult {
  prompt: string; version: string; hash: string; caseId: string; about: string;
  passed: boolean;
  /** What went wrong before anything could be expected: it was not rendered, does not fit, nobody answered. */
  faults: string[];
  outcomes: Outcome[];
  /** Tokens of the call as {@link countTokens} has them, and of the answer as whoever gave it counts; null when nobody was asked. */
  promptTokens: number | null; outputTokens: number | null; ms: number | null;
  answer: string | null; by: string | null;
}

export interface CaseTools { speaker: Speaker; judge: Judge | undefined; coach: Coach; current: (id: string) => Prompt | undefined }

/** Asks for one case and holds the answer to what it expects. Never throws for what a prompt, a case or a provider does wrong. */
export async function runCase(tested: Prompt, given: PromptCase, tools: CaseTools): Promise<CaseResult> {
  const { speaker } = tools;
  const result: CaseResult = {
    prompt: tested.id, version: tested.version, hash: tested.hash, caseId: given.id, about: given.about,
    passed: false, faults: [], outcomes: [], promptTokens: null, outputTokens: null, ms: null, answer: null, by: null,
  };
  let assembled: AssembledCase;
  try {
    assembled = await assembleCase(tested, given, { current: tools.current, laneSize: speaker.laneSize });
  } catch (error) {
    return { ...result, faults: [`it cannot be rendered: ${(error as Error).message}`] };
  }
  const { asked, promptTokens } = assembled;
  const size = speaker.laneSize(asked.lane);
  const limit = Math.min(asked.maxOutputTokens ?? Infinity, size.output);
  const faults: string[] = [];
  if (promptTokens + limit > size.total) faults.push(`${promptTokens} tokens of prompt and ${limit} for the answer do not fit the ${size.total} of ${asked.lane}`);
  const said = faults.length > 0 ? null : await speaker.say(assembled, given);
  if (said?.ok === false) faults.push(`${speaker.name} did not answer: ${said.why}`);
  const answered = said?.ok ? said : undefined;
  if (answered && (answered.outputTokens ?? 0) > limit) faults.push(`the answer has ${answered.outputTokens} tokens; ${limit} is the most`);
  if (answered && speaker.id !== 'coach' && asked.output && !asked.output.schema.safeParse(answered.json).success) faults.push('the answer does not have the form that the prompt asks for');
  const unjudged = said === null ? (faults.length > 0 ? 'nothing was asked' : `${speaker.name} has no words for it`) : speaker.meaningless;
  const outcomes = await judged(given, { tools, assembled, answer: answered?.text, json: answered?.json, unjudged });
  return {
    ...result, faults, outcomes, promptTokens, passed: faults.length === 0 && outcomes.every(({ ok }) => ok !== false),
    outputTokens: answered?.outputTokens ?? null, ms: said?.ms ?? null, answer: answered?.text ?? null, by: answered?.by ?? null,
  };
}

interface ToJudge { tools: CaseTools; assembled: AssembledCase; answer: string | undefined; json: unknown; unjudged: string | undefined }

async function judged(given: PromptCase, { tools, assembled, answer, json, unjudged }: ToJudge): Promise<Outcome[]> {
  const { coach, judge } = tools;
  const judgements = new Map<string, Judgement>();
  const subject: Subject = {
    prompt: assembled.messages.map(({ text }) => text).join('\n\n'), promptTokens: assembled.promptTokens,
    answer: answer ?? '', json, coach, judged: judgements,
    guard: assembled.spoken && createSpeechGuard({ kind: assembled.spoken, secrets: given.expect.flatMap((one) => ('never-reveals' in one ? one['never-reveals'] : [])), instruction: assembled.instruction, known: assembled.known, terms: (text) => coach.expandTerms(text) }),
  };
  const outcomes: Outcome[] = [];
  for (const expectation of given.expect) outcomes.push({ expectation: inWords(expectation), ...await outcomeOf(expectation) });
  return outcomes;

  async function outcomeOf(expectation: Expectation): Promise<Omit<Outcome, 'expectation'>> {
    if (looksAtPrompt(kindOf(expectation))) return check(expectation, subject);
    if (unjudged !== undefined) return { ok: null, why: unjudged };
    if (answer === undefined) return { ok: null, why: 'there is no answer' };
    if ('judge' in expectation) {
      if (!judge) return { ok: null, why: 'no judge is connected' };
      const judgement = await judge.judge(expectation.judge, answer);
      if (!judgement.ok) return { ok: false, why: `${judge.name} did not judge: ${judgement.why}` };
      judgements.set(expectation.judge, judgement);
    }
    return check(expectation, subject);
  }
}
