import type { Message } from '../inference/language-model.ts';
import { cappedTurns, exchangeStarts, joined, messageOf, most, notes, shortened, textsAsMessages, type ContextTurn, type Count, type Frame, type NoteKind } from './context-messages.ts';
import { CONTEXT_RULES, type ContextRules } from './context-rules.ts';

export interface ContextInput {
  /** Role and persona, rules, job description and résumé digest. The same for every call of a conversation. */
  stable: readonly Message[];
  /** About the candidate, the most important first; as of the last compaction. */
  facts: readonly string[];
  /** What was said before `turns`, oldest first; as of the last compaction. */
  summary: readonly string[];
  /** Memories for this call alone, the best first. */
  recalled: readonly string[];
  /** All turns the summary does not hold, oldest first, without the new one. */
  turns: readonly ContextTurn[];
  /** What the call before returned as `from`. */
  from?: number;
  /** The new turn, if the person has just said something, and what to do now. */
  last: { said: ContextTurn | null; instruction: string };
  budgetTokens: number;
  count: Count;
  frame: Frame;
}

/** What a call goes without. `middle` counts turns whose middle is missing; tokens are those of the missing items as messages of their own. */
export interface LeftOut { kind: NoteKind | 'turns' | 'middle'; count: number; tokens: number }

export type AssembledContext =
  | {
    ok: true; messages: Message[]; tokens: number;
    /** How many leading messages the next call begins with, byte for byte, unless a compaction comes between. */
    stableMessages: number;
    /** First turn that is in; for the next call. */
    from: number;
    leftOut: LeftOut[];
  }
  /** Stable part, instruction and the beginning and end of the new turn are more than the budget. */
  | { ok: false; code: 'CONTEXT_TOO_SMALL'; neededTokens: number; budgetTokens: number };

interface Choice { facts: readonly string[]; summary: readonly string[]; recalled: readonly string[]; first: number; said: ContextTurn | null }

/**
 * The messages of one call: stable part, facts and summary, turns, the new turn, recalled memories, what to do now. Never above the
 * budget. What changes from call to call stands after everything that does not, so that a provider finds what it has already read.
 */
export function assembleContext(input: ContextInput, rules: ContextRules = CONTEXT_RULES): AssembledContext {
  const { stable, budgetTokens, count, frame, last } = input;
  const room = Math.max(0, budgetTokens - count(stable));
  const cap = (turns: readonly ContextTurn[]): ContextTurn[] => cappedTurns(turns, room * rules.turnShare, count, rules);
  const given = input.turns.findIndex(({ seq }) => seq >= (input.from ?? -Infinity));
  const start = given === -1 ? input.turns.length : given;
  const turns = cap(input.turns.slice(start));
  const parts = ({ facts, summary, recalled, first, said }: Choice): Message[] => [
    ...stable, ...notes(frame, facts, summary), ...turns.slice(first).map(messageOf), ...(said ? [messageOf(said)] : []),
    ...textsAsMessages([...(recalled.length > 0 ? [frame('recalled', recalled)] : []), ...(last.instruction === '' ? [] : [last.instruction])]),
  ];
  // Counted before they are joined: a counter knows the parts from the calls before.
  const size = (choice: Choice): number => count(parts(choice));
  const framed = (kind: NoteKind, items: readonly string[]): number => count(textsAsMessages([frame(kind, items)]));

  const choice: Choice = {
    facts: upTo(input.facts, (items) => framed('facts', items) <= room * rules.factsShare),
    summary: newest(input.summary, (items) => framed('summary', items) <= room * rules.summaryShare),
    recalled: [], first: 0, said: last.said && (cap([last.said])[0] ?? null),
  };
  const recalledRoom = room * rules.recalledShare;
  // Room for memories is kept free even when there are none, so that they never move the window.
  if (size(choice) > budgetTokens - recalledRoom) choice.first = window(turns, (first) => size({ ...choice, first }) <= budgetTokens * rules.dropToShare);
  if (size(choice) > budgetTokens) choice.facts = upTo(choice.facts, (facts) => size({ ...choice, facts }) <= budgetTokens);
  if (size(choice) > budgetTokens) choice.summary = newest(choice.summary, (summary) => size({ ...choice, summary }) <= budgetTokens);
  if (size(choice) > budgetTokens) choice.first = turns.length;
  if (size(choice) > budgetTokens && choice.said) {
    const { said } = choice;
    if (said.text.length > rules.leastTurnCharacters) choice.said = { ...said, text: shortened(last.said?.text ?? '', (text) => size({ ...choice, said: { ...said, text } }) <= budgetTokens, rules) };
  }
  if (size(choice) > budgetTokens) return { ok: false, code: 'CONTEXT_TOO_SMALL', neededTokens: Math.ceil(size(choice)), budgetTokens };
  choice.recalled = upTo(input.recalled, (recalled) => framed('recalled', recalled) <= recalledRoom && size({ ...choice, recalled }) <= budgetTokens);

  const messages = joined(parts(choice));
  const inside = turns.slice(choice.first);
  return {
    ok: true, messages, tokens: count(messages),
    // Without a new turn, the interviewer's next words join those before: that message will grow.
    stableMessages: Math.max(0, messages.length - (choice.said === null && messages.at(-2)?.role === 'assistant' ? 2 : 1)),
    from: inside[0]?.seq ?? choice.said?.seq ?? input.from ?? 0,
    leftOut: leftOut(input, choice, [...inside, ...(choice.said ? [choice.said] : [])]),
  };
}

/** The longest beginning of a list that fits. */
const upTo = (items: readonly string[], fits: (items: readonly string[]) => boolean): readonly string[] => items.slice(0, most(items.length, (size) => fits(items.slice(0, size))));
/** The longest end of a list that fits. */
const newest = (items: readonly string[], fits: (items: readonly string[]) => boolean): readonly string[] => items.slice(items.length - most(items.length, (size) => fits(items.slice(items.length - size))));

/** Where the window begins so that it fits; at the newest exchange when nothing does, since the question being answered stays. */
function window(turns: readonly ContextTurn[], fits: (first: number) => boolean): number {
  const starts = exchangeStarts(turns).toReversed();
  const kept = most(starts.length, (exchanges) => fits(starts[exchanges - 1] ?? 0));
  return starts[Math.max(0, kept - 1)] ?? 0;
}

function leftOut({ facts, summary, recalled, turns, last, count }: ContextInput, choice: Choice, inside: readonly ContextTurn[]): LeftOut[] {
  const report = (kind: LeftOut['kind'], messages: readonly Message[]): LeftOut[] => (messages.length > 0 ? [{ kind, count: messages.length, tokens: count(messages) }] : []);
  const kept = new Map(inside.map((turn) => [turn.seq, turn.text]));
  const cut = [...turns, ...(last.said ? [last.said] : [])].filter(({ seq, text }) => (kept.get(seq) ?? text) !== text);
  const missing = cut.reduce((sum, turn) => sum + count([messageOf(turn)]) - count([messageOf({ role: turn.role, text: kept.get(turn.seq) ?? '' })]), 0);
  return [
    ...report('facts', textsAsMessages(facts.slice(choice.facts.length))),
    ...report('summary', textsAsMessages(summary.slice(0, summary.length - choice.summary.length))),
    ...report('recalled', textsAsMessages(recalled.slice(choice.recalled.length))),
    ...report('turns', turns.filter(({ seq }) => !kept.has(seq)).map(messageOf)),
    ...(cut.length > 0 ? [{ kind: 'middle' as const, count: cut.length, tokens: missing }] : []),
  ];
}
