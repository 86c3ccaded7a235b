import type { Message } from '../inference/language-model.ts';
import type { LaneCall } from '../inference/inference.ts';
import type { Prompt, PromptRef, Prompts } from '../prompts/prompt.ts';
import { NOTES_PROMPT, SUMMARISE_PROMPT, type AssembledCall, type Conversations, type LeftOut } from '../session/index.ts';
import { HEAD_PROMPT, stablePart } from './interview-conversation.ts';
import { plannedMinutes, questionsInWords, wasPassed } from './interviewer-lines.ts';
import { questionOf, type InterviewRepository, type InterviewRow, type TurnRow } from './interview-repository.ts';
import type { Question } from './pack-schema.ts';
import { asData, conversationNow } from './speech-context.ts';
import { createSpeechGuard, type SpeechGuard, type SpeechRules, type SpokenKind } from './speech-guard.ts';

const PROMPTS = { 'opening': 'interview/opening', 'lead-in': 'interview/lead-in', 'follow-up': 'interview/follow-up', 'closing': 'interview/closing' } as const satisfies Record<SpokenKind, string>;
const CONTINUE = 'router/continue-cut';
/** What an interview keeps the words of from its beginning on. */
export const INTERVIEW_PROMPTS: readonly string[] = [HEAD_PROMPT, ...Object.values(PROMPTS), CONTINUE, NOTES_PROMPT, SUMMARISE_PROMPT];
/** Stands for the words so far until they are known; no model writes it. */
const SAID = '\u0001said\u0001';

/** What a turn is for whoever words it; null for a turn that only the coach or the pack words. */
export function spokenKind(turn: Pick<TurnRow, 'kind' | 'position'>): SpokenKind | null {
  if (turn.kind === 'opening') return turn.position > 0 ? 'lead-in' : 'opening';
  return turn.kind === 'follow-up' || turn.kind === 'closing' ? turn.kind : null;
}

/** The instruction for a kind and the head it follows, as this interview keeps them, in this order; undefined when there is none of either. */
export function promptsFor(prompts: Prompts, sessionId: string, kind: SpokenKind): readonly [instruction: Prompt, head: Prompt] | undefined {
  const [prompt, head] = [prompts.forSession(sessionId, PROMPTS[kind]), prompts.forSession(sessionId, HEAD_PROMPT)];
  return prompt && head && [prompt, head];
}

export interface SpeechScript {
  call: LaneCall; guard: SpeechGuard;
  /** What the words are made from, the instruction first. */
  prompts: readonly PromptRef[];
  /** Used as well when a model went on after another one's words. */
  goOn: PromptRef | undefined;
  /** Of the whole prompt by the count of whoever answers, and what it goes without. */
  tokens: number; leftOut: readonly LeftOut[];
  /** Older turns should be summarised before the next call. */
  compactionDue: boolean;
}

/** What came to be said in an interview and what is known of the candidate does not leave room for an answer. */
export class ContextTooSmall extends Error { override readonly name = 'ContextTooSmall'; }

/**
 * Everything a model needs to word one turn, and what its words are held to. `wentOn` is told when the words to go on with are used.
 * @throws ContextTooSmall when head, instruction and the beginning and end of the last answer do not fit the models of the lane
 */
export async function writeScript(parts: {
  repository: InterviewRepository; conversations: Conversations; prompts: Prompts; terms: SpeechRules['terms']; row: InterviewRow; turn: TurnRow; kind: SpokenKind; wentOn: () => void;
}): Promise<SpeechScript> {
  const { repository, conversations, prompts, terms, row, turn, kind } = parts;
  // All looked up before the first wait, since the interview may be gone after it.
  const [found, goOn] = [promptsFor(prompts, row.id, kind), prompts.forSession(row.id, CONTINUE)];
  if (!found) throw new Error(`there is no prompt for ${kind}`);
  const [prompt, head] = found;
  const { from, ...kept } = conversations.kept(row.id);
  const { turns, said } = conversationNow(repository.turnsFrom(row.id, from, turn.seq));
  const matter = matterOf(repository, row, turn, kind);
  const [stable, rendered] = await Promise.all([stablePart(head, row), prompt.render(matter.input)]);
  const instruction = rendered.map(({ text }) => text).join('\n\n');
  const context: AssembledCall = await conversations.assemble({ sessionId: row.id, stable, ...kept, turns, said, instruction, about: matter.about });
  if (!context.ok) throw new ContextTooSmall();
  const goOnMessages: Message[] | undefined = await goOn?.render({ said: SAID });
  const beside = [refOf(head), ...(context.framed ? [context.framed] : [])];
  return {
    prompts: [refOf(prompt), ...beside], goOn: goOn && refOf(goOn), tokens: context.tokens, leftOut: context.leftOut, compactionDue: context.due,
    guard: createSpeechGuard({
      kind, secrets: matter.questions.flatMap((question) => [question.model_answer, ...question.points.flatMap((point) => point.said_as)]), instruction,
      // What is known of the candidate is theirs, so it may be said again.
      known: [...matter.known, ...context.notes], terms,
    }),
    call: {
      lane: 'interactive-deep', prompt: { ...refOf(prompt), with: beside }, sessionId: row.id,
      request: {
        messages: context.messages, stableMessages: context.stableMessages, conversationId: row.id,
        ...(prompt.maxOutputTokens === undefined ? {} : { maxOutputTokens: prompt.maxOutputTokens }),
        ...(prompt.temperature === undefined ? {} : { temperature: prompt.temperature }), ...(prompt.topP === undefined ? {} : { topP: prompt.topP }),
      },
      ...(goOnMessages ? { continueAfter: (words: string) => {
        parts.wentOn();
        return goOnMessages.map((message) => ({ ...message, text: message.text.replace(SAID, () => words) }));
      } } : {}),
    },
  };
}

/** What names a prompt's words, without the words. */
export const refOf = ({ id, version, hash }: PromptRef): PromptRef => ({ id, version, hash });

/** What the turn is about: the prompt's input, the questions whose rubric must not be quoted, what may be, and what memories are looked for with. */
function matterOf(repository: InterviewRepository, row: InterviewRow, turn: TurnRow, kind: SpokenKind): { input: Record<string, string | number | boolean>; questions: Question[]; known: string[]; about: string } {
  const { position } = turn;
  const at = kind === 'follow-up' || kind === 'opening' ? [position] : [position - 1, position];
  const rows = at.flatMap((place) => repository.question(row.id, place) ?? []);
  const questions = rows.map(questionOf);
  const before = at.flatMap((place) => repository.turnsOfQuestion(row.id, place)).filter(({ seq, text }) => seq < turn.seq && text !== '');
  const known = [...questions.map(({ question }) => question), ...before.map(({ text }) => text)];
  const asked = rows.at(-1)?.title ?? '';
  const answered = `${rows[0]?.title ?? ''}\n${before.findLast(({ kind: was }) => was === 'answer')?.text ?? ''}`;
  switch (kind) {
    case 'opening': return { input: { minutes: plannedMinutes(row), count: questionsInWords(row.question_count) }, questions, known, about: asked };
    case 'lead-in': return { input: { next: asData(asked), passed: wasPassed(repository, row, position - 1) }, questions, known: [...known, asked], about: asked };
    case 'follow-up': {
      const intent = questions[0]?.points.find(({ id }) => id === turn.follow_up_of)?.follow_up ?? '';
      return { input: { intent }, questions, known: [...known, intent], about: answered };
    }
    case 'closing': return { input: { passed: wasPassed(repository, row, position - 1) }, questions, known, about: answered };
  }
}
