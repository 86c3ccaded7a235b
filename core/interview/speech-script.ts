import type { Message } from '../inference/language-model.ts';
import type { LaneCall } from '../inference/inference.ts';
import type { Prompt, PromptRef, Prompts } from '../prompts/prompt.ts';
import type { Setup } from '../contract/interview.ts';
import { plannedMinutes, questionsInWords, wasPassed } from './interviewer-lines.ts';
import { questionOf, type InterviewRepository, type InterviewRow, type TurnRow } from './interview-repository.ts';
import type { Question } from './pack-schema.ts';
import { asData, assembleSpeech, postingDigest } from './speech-context.ts';
import { createSpeechGuard, type SpeechGuard, type SpeechRules, type SpokenKind } from './speech-guard.ts';

const HEAD = 'interview/interviewer';
const PROMPTS = { 'opening': 'interview/opening', 'lead-in': 'interview/lead-in', 'follow-up': 'interview/follow-up', 'closing': 'interview/closing' } as const satisfies Record<SpokenKind, string>;
const CONTINUE = 'router/continue-cut';
/** What an interview keeps the words of from its beginning on. */
export const INTERVIEW_PROMPTS: readonly string[] = [HEAD, ...Object.values(PROMPTS), CONTINUE];
/** Stands for the words so far until they are known; no model writes it. */
const SAID = '\u0001said\u0001';

/** What a turn is for whoever words it; null for a turn that only the coach or the pack words. */
export function spokenKind(turn: Pick<TurnRow, 'kind' | 'position'>): SpokenKind | null {
  if (turn.kind === 'opening') return turn.position > 0 ? 'lead-in' : 'opening';
  return turn.kind === 'follow-up' || turn.kind === 'closing' ? turn.kind : null;
}

/** The instruction for a kind and the head it follows, as this interview keeps them, in this order; undefined when there is none of either. */
export function promptsFor(prompts: Prompts, sessionId: string, kind: SpokenKind): readonly [instruction: Prompt, head: Prompt] | undefined {
  const [prompt, head] = [prompts.forSession(sessionId, PROMPTS[kind]), prompts.forSession(sessionId, HEAD)];
  return prompt && head && [prompt, head];
}

export interface SpeechScript {
  call: LaneCall; guard: SpeechGuard; from: number;
  /** What the words are made from, the instruction first. */
  prompts: readonly PromptRef[];
  /** Used as well when a model went on after another one's words. */
  goOn: PromptRef | undefined;
}

/** Everything a model needs to word one turn, and what its words are held to. `wentOn` is told when the words to go on with are used. */
export async function writeScript(parts: {
  repository: InterviewRepository; prompts: Prompts; terms: SpeechRules['terms']; row: InterviewRow; turn: TurnRow; kind: SpokenKind; budgetTokens: number; from: number; wentOn: () => void;
}): Promise<SpeechScript> {
  const { repository, prompts, terms, row, turn, kind, budgetTokens } = parts;
  const setup = JSON.parse(row.setup) as Setup;
  // All looked up before the first wait, since the interview may be gone after it.
  const [found, goOn] = [promptsFor(prompts, row.id, kind), prompts.forSession(row.id, CONTINUE)];
  if (!found) throw new Error(`there is no prompt for ${kind}`);
  const [prompt, head] = found;
  const matter = matterOf(repository, row, turn, kind);
  const posting = setup.posting ? { posting: postingDigest(setup.posting.text) } : {};
  const headMessages: Message[] = await head.render({ title: row.pack_title, level: setup.level, pressure: setup.pressure, ...posting });
  const instruction = (await prompt.render(matter.input)).map(({ text }) => text).join('\n\n');
  const { messages, from } = assembleSpeech({ head: headMessages, turns: repository.turnsFrom(row.id, parts.from, turn.seq), instruction, budgetTokens, from: parts.from });
  const goOnMessages: Message[] | undefined = await goOn?.render({ said: SAID });
  return {
    from, prompts: [refOf(prompt), refOf(head)], goOn: goOn && refOf(goOn),
    guard: createSpeechGuard({ kind, secrets: matter.questions.flatMap((question) => [question.model_answer, ...question.points.flatMap((point) => point.said_as)]), instruction, known: matter.known, terms }),
    call: {
      lane: 'interactive-deep', prompt: { ...refOf(prompt), with: [refOf(head)] }, sessionId: row.id,
      request: {
        messages, stableMessages: 1, conversationId: row.id,
        ...(prompt.maxOutputTokens === undefined ? {} : { maxOutputTokens: prompt.maxOutputTokens }),
        ...(prompt.temperature === undefined ? {} : { temperature: prompt.temperature }), ...(prompt.topP === undefined ? {} : { topP: prompt.topP }),
      },
      ...(goOnMessages ? { continueAfter: (said: string) => {
        parts.wentOn();
        return goOnMessages.map((message) => ({ ...message, text: message.text.replace(SAID, () => said) }));
      } } : {}),
    },
  };
}

/** What names a prompt's words, without the words. */
export const refOf = ({ id, version, hash }: PromptRef): PromptRef => ({ id, version, hash });

/** What the turn is about: the prompt's input, the questions whose rubric must not be quoted, and what may be. */
function matterOf(repository: InterviewRepository, row: InterviewRow, turn: TurnRow, kind: SpokenKind): { input: Record<string, string | number | boolean>; questions: Question[]; known: string[] } {
  const { position } = turn;
  const at = kind === 'follow-up' || kind === 'opening' ? [position] : [position - 1, position];
  const rows = at.flatMap((place) => repository.question(row.id, place) ?? []);
  const questions = rows.map(questionOf);
  const said = at.flatMap((place) => repository.turnsOfQuestion(row.id, place)).filter(({ seq, text }) => seq < turn.seq && text !== '').map(({ text }) => text);
  const known = [...questions.map(({ question }) => question), ...said];
  switch (kind) {
    case 'opening': return { input: { minutes: plannedMinutes(row), count: questionsInWords(row.question_count) }, questions, known };
    case 'lead-in': {
      const next = rows.at(-1)?.title ?? '';
      return { input: { next: asData(next), passed: wasPassed(repository, row, position - 1) }, questions, known: [...known, next] };
    }
    case 'follow-up': {
      const intent = questions[0]?.points.find(({ id }) => id === turn.follow_up_of)?.follow_up ?? '';
      return { input: { intent }, questions, known: [...known, intent] };
    }
    case 'closing': return { input: { passed: wasPassed(repository, row, position - 1) }, questions, known };
  }
}
