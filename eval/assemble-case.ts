import type { Message } from '../core/inference/language-model.ts';
import { asData, assembleSpeech, fenced, postingDigest } from '../core/interview/speech-context.ts';
import type { SpokenKind } from '../core/interview/speech-guard.ts';
import type { PromptCase } from '../core/prompts/case-file.ts';
import type { Prompt, PromptMessage } from '../core/prompts/prompt.ts';
import { countTokens } from '../core/prompts/tokens.ts';

/** Tokens that prompt and answer of a lane may have together, and the answer alone. */
export interface LaneSize { total: number; output: number }

/** One case as the app would send it. */
export interface AssembledCase {
  messages: Message[];
  /** Whose parameters, lane and form of answer the call takes: the last prompt's. */
  asked: Prompt;
  /** What an interviewer's words are for; undefined for a prompt that words nothing of an interview. */
  spoken: SpokenKind | undefined;
  /** The last prompt as it was rendered, and with what. */
  instruction: string; input: PromptCase['input'];
  /** What the conversation and the instruction say, and so may be said again. */
  known: string[];
  /** Of the whole call, without what a chat template adds. */
  promptTokens: number;
}

const INTERVIEW = 'interview/';
const SPOKEN: ReadonlyMap<string, SpokenKind> = new Map((['opening', 'lead-in', 'follow-up', 'closing'] as const).map((kind) => [`${INTERVIEW}${kind}`, kind]));

/**
 * Puts a case together: head, conversation, and the prompt itself; for a head that is tested, the prompt that comes last.
 * What belongs to an interview is assembled by the interview's own code.
 * @param current the version of a prompt that stands beside the tested one
 * @throws Error when a prompt is missing or its input does not fit
 */
export async function assembleCase(tested: Prompt, given: PromptCase, { current, laneSize }: { current: (id: string) => Prompt | undefined; laneSize: (lane: Prompt['lane']) => LaneSize }): Promise<AssembledCase> {
  const { last } = given;
  const asked = last ? other(last.prompt) : tested;
  const input = asGiven(asked.id, last ? last.input : given.input);
  const headPrompt = last ? tested : given.head && other(given.head.prompt);
  const head: PromptMessage[] = headPrompt ? await headPrompt.render(asGiven(headPrompt.id, last ? given.input : given.head?.input ?? {})) : [];
  const rendered = await asked.render(input);
  const instruction = rendered.map(({ text }) => text).join('\n\n');
  const said = given.turns.map((turn, seq) => ('interviewer' in turn ? { seq, by: 'interviewer' as const, kind: 'question' as const, text: turn.interviewer } : { seq, by: 'candidate' as const, kind: turn.candidate === '' ? 'skip' as const : 'answer' as const, text: turn.candidate }));
  const spoken = SPOKEN.get(asked.id);
  const { total, output } = laneSize(asked.lane);
  const messages: Message[] = spoken
    ? assembleSpeech({ head, turns: said, instruction, budgetTokens: total - output, from: 0 }).messages
    : [...head, ...said.map(({ by, text }): Message => (by === 'interviewer' ? { role: 'assistant', text } : { role: 'user', text: fenced('answer', text) })), ...rendered];
  const counts = await Promise.all(messages.map(({ text }) => countTokens(text)));
  return {
    messages, asked, spoken, instruction, input,
    known: [...said.map(({ text }) => text), ...Object.values(input).filter((value) => typeof value === 'string')].filter((text) => text !== ''),
    promptTokens: counts.reduce((sum, count) => sum + count, 0),
  };

  function other(id: string): Prompt {
    const found = id === tested.id ? tested : current(id);
    if (!found) throw new Error(`there is no prompt ${id}`);
    return found;
  }
}

/** Input as the interview passes it on: a posting shortened, both without marks that would end a fence. */
function asGiven(id: string, input: PromptCase['input']): PromptCase['input'] {
  if (!id.startsWith(INTERVIEW)) return input;
  const { posting, next } = input;
  return { ...input, ...(typeof posting === 'string' && { posting: postingDigest(posting) }), ...(typeof next === 'string' && { next: asData(next) }) };
}
