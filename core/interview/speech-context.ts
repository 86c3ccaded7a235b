import { asData, fenced } from '../session/fenced-text.ts';
import type { ContextTurn } from '../session/index.ts';
import type { TurnRow } from './interview-repository.ts';

export { asData, fenced };

/** Words of the posting that are passed on, in characters. */
const POSTING_CHARACTERS = 1200;

export type SpokenTurn = Pick<TurnRow, 'seq' | 'by' | 'kind' | 'text'>;

/** Turns as a model is given them: what the interviewer said in one breath is one, an answer is fenced, a skipped question an empty answer. */
export function conversation(rows: readonly SpokenTurn[]): ContextTurn[] {
  const turns: ContextTurn[] = [];
  for (const row of rows) {
    // Unsent words are no part of the conversation, and a repetition adds nothing to it.
    if (row.kind === 'remark' || row.kind === 'repeat' || (row.by === 'interviewer' && row.text === '')) continue;
    const role = row.by === 'interviewer' ? 'assistant' : 'user';
    const text = role === 'assistant' ? row.text : fenced('answer', row.text);
    const before = turns.at(-1);
    if (before?.role === role) turns[turns.length - 1] = { ...before, text: `${before.text}\n\n${text}` };
    else turns.push({ seq: row.seq, role, text });
  }
  return turns;
}

/** The same, with what the person has just said apart from the rest; null when they said nothing since the interviewer. */
export function conversationNow(rows: readonly SpokenTurn[]): { turns: ContextTurn[]; said: ContextTurn | null } {
  const turns = conversation(rows);
  const last = turns.at(-1);
  return last?.role === 'user' ? { turns: turns.slice(0, -1), said: last } : { turns, said: null };
}

/** The beginning of a posting, cut between words: the same for every call of one interview. */
export function postingDigest(text: string): string {
  const plain = asData(text).replace(/[ \t]+/g, ' ').replace(/\n{2,}/g, '\n');
  return plain.length <= POSTING_CHARACTERS ? plain : `${plain.slice(0, plain.lastIndexOf(' ', POSTING_CHARACTERS))} …`;
}
