import type { Message } from '../inference/language-model.ts';
import type { ContextRules } from './context-rules.ts';

/** Tokens of messages together. More text or another message never has fewer, two as one never more; what a message costs beside its words is included. */
export type Count = (messages: readonly Message[]) => number;
/** One turn as a model sees it: fenced by the caller where it holds the person's words. */
export interface ContextTurn { readonly seq: number; readonly role: 'user' | 'assistant'; readonly text: string }
export type NoteKind = 'facts' | 'summary' | 'recalled';
/** Puts notes into words for a model, from a prompt file, as data between marks. The same items must give the same text, and more items more text. */
export type Frame = (kind: NoteKind, items: readonly string[]) => string;

/** Stands where the middle of a turn was left out. */
const LEFT_OUT = ' […] ';

/** Messages of one role after another as one, since many chat templates know only turns that alternate. */
export function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const before = result.at(-1);
    if (before && before.role === message.role && (message.role === 'user' || message.role === 'assistant')) result[result.length - 1] = { role: message.role, text: `${before.text}\n\n${message.text}` };
    else result.push(message);
  }
  return result;
}

/** Facts and summary as one message of the user: they come from the person's words, so they are data and no part of the system's. */
export function notes(frame: Frame, facts: readonly string[], summary: readonly string[]): Message[] {
  const texts = [...(facts.length > 0 ? [frame('facts', facts)] : []), ...(summary.length > 0 ? [frame('summary', summary)] : [])];
  return texts.length > 0 ? [{ role: 'user', text: texts.join('\n\n') }] : [];
}

/** Where exchanges begin: a window may begin only there, so that no answer stands without its question. Indexes, ascending. */
export function exchangeStarts(turns: readonly ContextTurn[]): number[] {
  const opens = turns[0]?.role;
  return turns.flatMap((turn, index) => (turn.role === opens && (index === 0 || turns[index - 1]?.role !== opens) ? [index] : []));
}

/** Turns no longer than `limitTokens` each. A turn comes out the same in every call, as the new one and later as an old one. */
export function cappedTurns(turns: readonly ContextTurn[], limitTokens: number, count: Count, rules: ContextRules): ContextTurn[] {
  return turns.map((turn) => (count([messageOf(turn)]) <= limitTokens ? turn : { ...turn, text: shortened(turn.text, (text) => count([{ role: turn.role, text }]) <= limitTokens, rules) }));
}

/** Beginning and end of a text, as much of both as fits, but never less than the least. */
export function shortened(text: string, fits: (text: string) => boolean, rules: ContextRules): string {
  const kept = most(text.length - 1, (length) => fits(cutMiddle(text, length, rules)));
  return cutMiddle(text, Math.max(kept, rules.leastTurnCharacters), rules);
}

function cutMiddle(text: string, characters: number, rules: ContextRules): string {
  // The mark takes room as well.
  if (characters + LEFT_OUT.length >= text.length) return text;
  const head = Math.floor(characters * rules.shortenedHeadShare);
  return `${text.slice(0, between(text, head)).trimEnd()}${LEFT_OUT}${text.slice(between(text, text.length - (characters - head))).trimStart()}`;
}

/** Not inside of a character that takes two code units. */
const between = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at + 1 : at);

export const messageOf = ({ role, text }: Pick<ContextTurn, 'role' | 'text'>): Message => ({ role, text });
export const textsAsMessages = (texts: readonly string[]): Message[] => texts.map((text) => ({ role: 'user', text }));

/** The largest number up to `limit` that `fits`, given that all below one that fits do too; 0 when not even 1 does. The whole is tried first. */
export function most(limit: number, fits: (size: number) => boolean): number {
  if (limit > 0 && fits(limit)) return limit;
  let [low, high] = [0, Math.max(0, limit)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
