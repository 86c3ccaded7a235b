import type { Message } from '../inference/language-model.ts';
import { cappedTurns, exchangeStarts, messageOf, most, notes, textsAsMessages, type ContextTurn, type Count, type Frame } from './context-messages.ts';
import { CONTEXT_RULES, type ContextRules } from './context-rules.ts';
import { summaryLines, type SummaryEntry } from './extractive-summary.ts';

/** What the calls of one conversation are made from, but for what belongs to one call alone. */
export interface WorkingSet {
  readonly stable: readonly Message[];
  /** Both stay as they are from one compaction to the next. */
  readonly facts: readonly string[];
  readonly summary: readonly SummaryEntry[];
  /** The last turn that the summary holds; null before the first compaction. */
  readonly summarisedTo: number | null;
  /** In order of `seq`; those up to `summarisedTo` may be there or not. */
  readonly turns: readonly ContextTurn[];
  readonly budgetTokens: number;
}
export interface Measure { readonly count: Count; readonly frame: Frame }

/** Turns to be summarised, from the first of them up to all before the first that stays, together with the summary so far. */
export interface CompactionPlan {
  readonly fromSeq: number; readonly toSeq: number;
  /** The most that the new summary may have, in its frame. */
  readonly summaryTokens: number;
  /** The working set now, and with a summary of `summaryTokens`. */
  readonly sizeTokens: number; readonly expectedTokens: number;
}

/** Turns that stand verbatim. */
export const verbatimTurns = ({ turns, summarisedTo }: Pick<WorkingSet, 'turns' | 'summarisedTo'>): readonly ContextTurn[] => (summarisedTo === null ? turns : turns.filter(({ seq }) => seq > summarisedTo));

/** Tokens of the working set. */
export function workingSetTokens(set: WorkingSet, { count, frame }: Measure, rules: ContextRules = CONTEXT_RULES): number {
  return count([...set.stable, ...notes(frame, set.facts, summaryLines(set.summary)), ...cappedTurns(verbatimTurns(set), turnLimit(set, count, rules), count, rules).map(messageOf)]);
}

/**
 * The turns to summarise next; null while the working set is small enough, or when what must stay verbatim leaves too little to gain.
 * A plan stays good while more is said, until another one has been applied.
 */
export function planCompaction(set: WorkingSet, measure: Measure, rules: ContextRules = CONTEXT_RULES): CompactionPlan | null {
  const { count, frame } = measure;
  const { budgetTokens, stable, facts } = set;
  const sizeTokens = workingSetTokens(set, measure, rules);
  if (sizeTokens <= budgetTokens * rules.compactAtShare) return null;

  const turns = cappedTurns(verbatimTurns(set), turnLimit(set, count, rules), count, rules).map((turn) => ({ seq: turn.seq, role: turn.role, message: messageOf(turn), text: turn.text }));
  const tokensOf = (from: number, to = turns.length): number => count(turns.slice(from, to).map(({ message }) => message));
  const lines = summaryLines(set.summary);
  // The words around a summary are no part of what it may grow by.
  const summaryNow = count(textsAsMessages([frame('summary', lines.length > 0 ? lines : [''])]));
  const allowance = (first: number): number => Math.floor(Math.min(Math.max(0, budgetTokens - count(stable)) * rules.summaryShare, summaryNow + tokensOf(0, first) * rules.summaryRate));
  const after = (first: number): number => count([...stable, ...notes(frame, facts, []), ...turns.slice(first).map(({ message }) => message)]) + allowance(first);

  const starts = exchangeStarts(turns).filter((first) => first > 0 && turns.length - first >= rules.recentTurns && tokensOf(first) >= budgetTokens * rules.recentShare);
  if (starts.length === 0) return null;
  const target = budgetTokens * rules.compactToShare;
  const fits = Math.min(most(starts.length, (cuts) => after(starts[cuts - 1] ?? 0) > target), starts.length - 1);
  // Exchanges are whole: the one before the first that fits may come nearer, and calls stay as even as they can be.
  const first = [fits - 1, fits].flatMap((cut) => starts[cut] ?? []).filter((cut) => sizeTokens - after(cut) >= budgetTokens * rules.leastGainShare)
    .toSorted((a, b) => Math.abs(after(a) - target) - Math.abs(after(b) - target))[0];
  const [fromSeq, kept] = [turns[0]?.seq, turns[first ?? -1]?.seq];
  if (first === undefined || fromSeq === undefined || kept === undefined) return null;
  return { fromSeq, toSeq: kept - 1, summaryTokens: allowance(first), sizeTokens, expectedTokens: after(first) };
}

/**
 * The working set after a compaction: the new summary takes the place of the old one and of the planned turns. A plan made before
 * another compaction was applied is outdated and changes nothing, so no turn is ever summarised twice.
 */
export function applyCompaction(set: WorkingSet, plan: Pick<CompactionPlan, 'fromSeq' | 'toSeq'>, made: { summary: readonly SummaryEntry[]; facts?: readonly string[] }): WorkingSet {
  const open = verbatimTurns(set);
  if (open[0]?.seq !== plan.fromSeq || !open.some(({ seq }) => seq > plan.toSeq)) return set;
  return { ...set, summary: made.summary, facts: made.facts ?? set.facts, summarisedTo: plan.toSeq, turns: open.filter(({ seq }) => seq > plan.toSeq) };
}

const turnLimit = ({ stable, budgetTokens }: WorkingSet, count: Count, rules: ContextRules): number => Math.max(0, budgetTokens - count(stable)) * rules.turnShare;
