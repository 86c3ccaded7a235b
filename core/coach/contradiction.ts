import type { AnalysedText, Token } from './analysed-text.ts';
import type { AnswerWindow } from './answer-windows.ts';
import { strengthIn } from './evidence.ts';
import { ramp, rules } from './grading-rules.ts';
import { messages } from './messages.ts';
import type { PreparedClaim, PreparedPoint, PreparedRubric } from './prepared-rubric.ts';
import { compareRelations, type Relation } from './relations.ts';
import type { TermMatcher } from './term-similarity.ts';

/** Where an answer says the opposite of a point; `sureness` 0..1 scales what it costs. */
export interface Contradiction { sureness: number; part: number; first: number; end: number; why: string }

/** What an answer says about order, cause, direction and comparison, by part. */
export interface SaidRelation { part: number; relation: Relation }

/** The surest contradiction of one point, or null. */
export function findContradiction(point: PreparedPoint, rubric: PreparedRubric, windows: readonly AnswerWindow[], said: readonly SaidRelation[], parts: readonly AnalysedText[]): Contradiction | null {
  let best: Contradiction | null = null;
  const offer = (found: Contradiction) => { if (found.sureness > (best?.sureness ?? 0)) best = found; };
  const denial = strongestDenial(point, windows);
  if (denial) {
    const from = point.innocentDenial + rules.denialFrom;
    offer({ sureness: ramp(denial.value, from, from + rules.denialSpan), part: denial.window.part, first: denial.window.first, end: denial.window.end, why: messages.negated });
  }
  const swapped = oppositeWord(point, windows);
  if (swapped) offer({ sureness: rules.oppositeSure, part: swapped.part, first: swapped.first, end: swapped.end, why: messages.opposite });
  const turned = reversal(point, said, rubric.matcher);
  if (turned) offer({ sureness: turned.sureness, part: turned.said.part, first: turned.said.relation.from, end: turned.said.relation.to, why: REVERSED[turned.said.relation.kind] });
  const number = otherNumber(point, rubric, windows, parts);
  if (number) offer(number);
  return best;
}

const REVERSED = { order: messages.reversedOrder, cause: messages.reversedCause, direction: messages.reversedDirection, comparison: messages.reversedComparison } as const;

/** How much of a claim's weight a window denies, where it does not also say it. */
export function denialIn(claim: PreparedClaim, window: AnswerWindow, elsewhere?: Float32Array): number {
  let denied = 0;
  for (const { term, weight, negated } of claim.pooled) {
    if (window.opposite.has(term) && claim.paired.has(term)) continue;
    const agrees = negated ? window.negated[term]! : window.plain[term]!;
    const denies = negated ? window.plain[term]! : window.negated[term]!;
    const held = Math.max(agrees, rules.saidElsewhere * (negated ? 0 : (elsewhere?.[term] ?? 0)));
    if (denies > held) denied += weight * (denies - held);
  }
  return denied / Math.max(14, claim.pooledFull * 1.6);
}

/** How well the answer anywhere says each term without denying it. */
function saidPlainly(windows: readonly AnswerWindow[]): Float32Array | undefined {
  const first = windows[0];
  if (!first) return undefined;
  const most = new Float32Array(first.plain.length);
  for (const { plain, firstClause, endClause } of windows) {
    if (endClause - firstClause === 1) for (let i = 0; i < most.length; i++) if (plain[i]! > most[i]!) most[i] = plain[i]!;
  }
  return most;
}

/** The window that denies a claim most. */
export function strongestDenial(claim: PreparedClaim, windows: readonly AnswerWindow[]): { window: AnswerWindow; value: number } | null {
  let best: { window: AnswerWindow; value: number } | null = null;
  const elsewhere = saidPlainly(windows);
  for (const window of windows) {
    const value = denialIn(claim, window, elsewhere) - 0.01 * (window.endClause - window.firstClause - 1);
    if (value > (best?.value ?? 0)) best = { window, value };
  }
  return best;
}

/**
 * A short window that says one of the point's phrases with one word replaced by its opposite ("the lag shrinks" for "the lag
 * grows"), when no window says that word plainly beside the same others. Null when the model answer does so too.
 */
export function oppositeWord(point: PreparedPoint, windows: readonly AnswerWindow[]): AnswerWindow | null {
  if (point.innocentOpposite) return null;
  for (const window of windows) {
    if (window.opposite.size === 0 || window.endClause - window.firstClause > 2) continue;
    for (const phrase of point.phrases) for (const { term, weight, negated } of phrase.terms) {
      if (negated || point.paired.has(term) || !window.opposite.has(term) || window.plain[term]! > 0.5) continue;
      const rest = phrase.totalWeight - weight;
      if (rest < rules.oppositeLeastRest || restIn(window) < rules.oppositeShare * rest) continue;
      if (windows.some((other) => other.plain[term]! > 0.7 && restIn(other) >= rules.oppositeShare * rest)) continue;
      return window;

      function restIn(candidate: AnswerWindow): number {
        return phrase.terms.reduce((sum, other) => sum + (other.term === term ? 0 : other.weight * (other.negated ? candidate.negated[other.term]! : candidate.plain[other.term]!)), 0);
      }
    }
  }
  return null;
}

/** A relation of the point whose sides have changed places in the answer, unless the answer also says it the right way round. */
export function reversal(point: PreparedPoint, said: readonly SaidRelation[], matcher: TermMatcher): { said: SaidRelation; sureness: number } | null {
  let worst: { said: SaidRelation; sureness: number } | null = null;
  for (const expected of point.relations) {
    let straight = 0, swapped = 0, where: SaidRelation | null = null;
    for (const candidate of said) {
      const agreement = compareRelations(expected, candidate.relation, matcher);
      if (agreement > straight) straight = agreement;
      if (-agreement > swapped) { swapped = -agreement; where = candidate; }
    }
    if (!where || straight >= rules.reversalFrom) continue;
    const sureness = ramp(swapped, rules.reversalFrom, rules.reversalFull);
    if (sureness > (worst?.sureness ?? 0)) worst = { said: where, sureness };
  }
  return worst;
}

/** A figure that all the point's phrases agree on and that the answer states otherwise, with the same unit. */
function otherNumber(point: PreparedPoint, rubric: PreparedRubric, windows: readonly AnswerWindow[], parts: readonly AnalysedText[]): Contradiction | null {
  if (rubric.rubric.kind === 'behavioural') return null;
  for (const { number, unit } of point.figures) for (const window of windows) {
    if (window.endClause - window.firstClause > 1 || strengthIn(point, window) < rules.nothing) continue;
    const tokens = parts[window.part]!.tokens;
    let same = false, other: Token | null = null;
    for (let i = window.first; i < window.end; i++) {
      const token = tokens[i]!;
      if (!/^\d/.test(token.word)) continue;
      const next = tokens.slice(i + 1, i + 3).find((candidate) => !candidate.stop);
      if (next?.term !== unit) continue;
      if (token.word === number) same = true;
      else if (!rubric.numbers.has(token.word)) other = token;
    }
    if (other && !same) return { sureness: 0.6, part: window.part, first: window.first, end: window.end, why: messages.otherNumber(other.word, number) };
  }
  return null;
}

/** Figures with a unit that most phrases of a point repeat. */
export function figuresOf(phrases: readonly AnalysedText[], needed: number): { number: string; unit: string }[] {
  const counts = new Map<string, number>();
  for (const phrase of phrases) {
    const here = new Set<string>();
    phrase.tokens.forEach((token, i) => {
      if (!/^\d/.test(token.word)) return;
      const next = phrase.tokens.slice(i + 1, i + 3).find((candidate) => !candidate.stop);
      if (next && !/^\d/.test(next.word)) here.add(`${token.word} ${next.term}`);
    });
    for (const key of here) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= needed).map(([key]) => ({ number: key.slice(0, key.indexOf(' ')), unit: key.slice(key.indexOf(' ') + 1) }));
}
