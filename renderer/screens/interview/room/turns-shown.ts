import type { Turn } from '../../../../core/contract/interview.ts';

const ASKING = new Set<Turn['kind']>(['question', 'follow-up', 'closing']);

/** The turns as the room shows them: what was said before, and what is asked now with all that belongs to it. */
export interface TurnsShown {
  past: Turn[];
  /** The words that lead over to a question, said in one breath with it. */
  lead: Turn | null;
  asked: Turn | null;
  /** Hints and repetitions since it was asked. */
  after: Turn[];
}

/** Splits the turns at the words that are being answered now. With `asking` false all of them are past. */
export function splitAtAsked(turns: readonly Turn[], asking: boolean): TurnsShown {
  const at = asking ? turns.findLastIndex((turn) => ASKING.has(turn.kind)) : -1;
  const asked = turns[at];
  if (!asked) return { past: [...turns], lead: null, asked: null, after: [] };
  const before = turns[at - 1];
  const lead = before?.kind === 'opening' && before.questionIndex === asked.questionIndex ? before : null;
  return { past: turns.slice(0, lead ? at - 1 : at), lead, asked, after: turns.slice(at + 1) };
}

/** All turns of both lists, each once, in order: the view's window moves on while earlier turns stay on the screen. */
export function joinTurns(earlier: readonly Turn[], newer: readonly Turn[]): Turn[] {
  const bySeq = new Map([...earlier, ...newer].map((turn) => [turn.seq, turn]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The last answer to each question, where the points of the whole question are shown. */
export function lastAnswers(turns: readonly Turn[]): ReadonlySet<number> {
  const last = new Map<number, number>();
  for (const turn of turns) if (turn.kind === 'answer') last.set(turn.questionIndex, turn.seq);
  return new Set(last.values());
}

/** A past turn; `wordedSeq` is the turn whose words a model may have made, which is the lead-over's where that was joined with its question. */
export type PastTurn = Turn & { wordedSeq: number };

/** A question with what led over to it; whoever worded the lead-over is named, since the question is always the pack's. */
function withLead(lead: Turn, question: Turn): PastTurn {
  const { text, cut, state, madeBy } = lead;
  const whole = { ...question, text: `${text}\n${question.text}`, cut, state };
  return madeBy?.model || madeBy?.instead ? { ...whole, madeBy, rating: lead.rating, wordedSeq: lead.seq } : { ...whole, wordedSeq: question.seq };
}

/** Puts each lead-over and its question into one turn, as they were said in one breath. */
export function mergeLeads(turns: readonly Turn[]): PastTurn[] {
  return turns.flatMap((turn, index) => {
    const next = turns[index + 1];
    const before = turns[index - 1];
    if (turn.kind === 'opening' && next?.kind === 'question' && next.questionIndex === turn.questionIndex) return [];
    if (turn.kind === 'question' && before?.kind === 'opening' && before.questionIndex === turn.questionIndex) return [withLead(before, turn)];
    return [{ ...turn, wordedSeq: turn.seq }];
  });
}
