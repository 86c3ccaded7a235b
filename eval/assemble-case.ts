import type { Message } from '../core/inference/language-model.ts';
import { asData, conversationNow, fenced, postingDigest } from '../core/interview/speech-context.ts';
import type { SpokenKind } from '../core/interview/speech-guard.ts';
import type { PromptCase } from '../core/prompts/case-file.ts';
import type { Prompt, PromptMessage } from '../core/prompts/prompt.ts';
import { countTokens, estimateTokens } from '../core/tokens.ts';
import { assembleContext, asItem, NOTES_PROMPT, SUMMARISE_PROMPT } from '../core/session/index.ts';

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
    ? spokenMessages(head, said, instruction, total - output)
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

/** An interview's call as the session layer puts it together, with nothing recalled. @throws Error when it does not fit */
function spokenMessages(stable: readonly Message[], said: Parameters<typeof conversationNow>[0], instruction: string, budgetTokens: number): Message[] {
  const { turns, said: last } = conversationNow(said);
  const context = assembleContext({ stable, facts: [], summary: [], recalled: [], turns, last: { said: last, instruction }, budgetTokens, count: estimateTokens, frame: () => '' });
  if (!context.ok) throw new Error(`the case has ${context.neededTokens} tokens, the lane ${context.budgetTokens}`);
  return context.messages;
}

/** Input as the app passes it on: a posting shortened, none with marks that would end a fence. */
function asGiven(id: string, input: PromptCase['input']): PromptCase['input'] {
  const { item, before } = input;
  if (id === NOTES_PROMPT && typeof item === 'string') return { ...input, item: asItem(item) };
  if (id === SUMMARISE_PROMPT && typeof before === 'string') return { ...input, before: before.split('\n').map(asItem).join('\n') };
  if (!id.startsWith(INTERVIEW)) return input;
  const { posting, next } = input;
  return { ...input, ...(typeof posting === 'string' && { posting: postingDigest(posting) }), ...(typeof next === 'string' && { next: asData(next) }) };
}
