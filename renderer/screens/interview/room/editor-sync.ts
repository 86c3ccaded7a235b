import type { Draft, SessionView } from '../../../../core/contract/interview.ts';
import { type AnswerShape, draftToAnswer, emptyDraft, isDraftEmpty } from './answer-draft.ts';

/** What the editor of one interview holds. It lives in memory, so that no screen or connection can take it away. */
export interface EditorEntry {
  /** Which question or follow-up the text answers. */
  key: string;
  draft: Draft;
  /** The draft as it last was in each shape. */
  remembered: Partial<Record<AnswerShape, Draft>>;
  /** True once something was typed here; until then the engine's draft is taken. */
  touched: boolean;
  /** The answer on its way, with the id under which it is sent again when the reply was lost. */
  submission: { id: string; text: string } | null;
}

/** Words that were typed for a question that is no longer asked. */
export interface Leftover { key: string; text: string }

/** Names what is being answered; null when nothing is. */
export function questionKey(view: Pick<SessionView, 'current'>): string | null {
  return view.current ? `${view.current.questionIndex}.${view.current.followUp?.number ?? 0}` : null;
}

/** The shape offered first: STAR for a behavioural question, plain for the rest and for follow-ups, which ask for one thing. */
export function offeredShape(view: Pick<SessionView, 'current'>, chosen: Partial<Record<string, AnswerShape>>): AnswerShape {
  // The closing words belong to no question and have no id.
  if (!view.current || view.current.followUp || view.current.questionId === '') return 'plain';
  return chosen[view.current.kind] ?? (view.current.kind === 'behavioural' ? 'star' : 'plain');
}

/**
 * What the editor holds once `view` is known. The person's own text wins over the engine's draft for the same question;
 * text for a question that has passed unsent is handed back as a leftover, never dropped.
 */
export function adoptView(
  entry: EditorEntry | undefined, view: Pick<SessionView, 'current' | 'draft' | 'turns'>, chosen: Partial<Record<string, AnswerShape>>,
): { entry: EditorEntry | undefined; leftover: Leftover | null } {
  const key = questionKey(view);
  if (entry && entry.key === key) {
    if (entry.touched || !view.draft) return { entry, leftover: null };
    return { entry: { ...entry, draft: view.draft }, leftover: null };
  }
  const text = entry?.touched ? draftToAnswer(entry.draft) : '';
  // Answers arrive as answers, the draft of a skipped question as a remark; blanks and fences may differ.
  const core = (words: string): string => words.replace(/[\s`]/g, '');
  const arrived = view.turns.some((turn) => turn.by === 'candidate' && (turn.kind === 'answer' || turn.kind === 'remark') && core(turn.text) === core(text));
  const leftover = entry && text && !arrived ? { key: entry.key, text } : null;
  if (key === null) return { entry: undefined, leftover };
  const draft = view.draft && !isDraftEmpty(view.draft) ? view.draft : emptyDraft(view.draft?.shape ?? offeredShape(view, chosen));
  return { entry: { key, draft, remembered: {}, touched: false, submission: null }, leftover };
}

/** The submission to send: the same id as before while the text is the same, so that sending twice cannot count twice. */
export function submissionFor(entry: EditorEntry, newId: () => string): { id: string; text: string } {
  const text = draftToAnswer(entry.draft);
  return entry.submission?.text === text ? entry.submission : { id: newId(), text };
}
