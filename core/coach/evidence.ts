import type { AnswerWindow } from './answer-windows.ts';
import { ramp } from './grading-rules.ts';
import { cosine } from './related-words.ts';
import type { PreparedClaim, PreparedPhrase } from './prepared-rubric.ts';
import { countMoves } from './story-moves.ts';

/** How well one window says one claim. All between 0 and 1. */
export interface Evidence {
  window: AnswerWindow;
  /** Weighted share of the best phrase's terms found with the same polarity. */
  phrase: number;
  /** Matched weight over all ways of saying it, against the weight of one. */
  pooled: number;
  /** Cosine of the window and the nearest phrase in the table of related words, not below 0. */
  related: number;
  /** Weighted share of the best-matching phrase found with the opposite polarity or as an opposite word. */
  against: number;
  /** The three agreeing figures as one. */
  strength: number;
}

/** Numbers the evidence runs on; found on phrases held out of their own point, see docs/adr/2026-11-21-coach-grading.md. */
export const evidenceRules = {
  /** Phrases lighter than this (about three telling words) are padded, so that two common words cannot meet a point. */
  leastPhraseWeight: 14,
  /** Matched weight, in ways of saying the point, at which `pooled` is full. */
  pooledFull: 1.6,
  phraseShare: 0.4,
  pooledShare: 0.35,
  relatedShare: 0.25,
  /** Added when the window does all that the point asks of a story, if its words are about the point at all. */
  storyShare: 0.16,
  storyFrom: 0.06,
  storyFull: 0.24,
  /** What is left of evidence that holds none of the rarer half of the claim's words. */
  untelling: 0.85,
  /** A longer window must be better, not only longer. */
  clauseCost: 0.02,
};

const CLOSE_LOOKS = 24;
/** Summed term weight a further clause must bring to be preferred; only for choosing where to look. */
const CLAUSE_WEIGHT = 0.4;

/** The window that says a claim best, or null when there are no windows. */
export function bestEvidence(claim: PreparedClaim, windows: readonly AnswerWindow[]): Evidence | null {
  let best: Evidence | null = null, bestValue = -1;
  for (const { window } of likeliest(claim, windows)) {
    const evidence = evidenceIn(claim, window);
    const value = evidence.strength - evidenceRules.clauseCost * (window.endClause - window.firstClause - 1);
    if (value > bestValue) { best = evidence; bestValue = value; }
  }
  return best;
}

/** The windows that hold most of a claim's words; only these are looked at closely. */
export function likeliest(claim: PreparedClaim, windows: readonly AnswerWindow[]): { window: AnswerWindow; matched: number }[] {
  const scored = windows.map((window) => ({ window, matched: matchedIn(claim, window) - CLAUSE_WEIGHT * (window.endClause - window.firstClause - 1) }));
  return scored.length <= CLOSE_LOOKS ? scored : scored.sort((a, b) => b.matched - a.matched).slice(0, CLOSE_LOOKS);
}

function matchedIn(claim: PreparedClaim, window: AnswerWindow): number {
  let matched = 0;
  for (const { term, weight, negated } of claim.pooled) matched += weight * (negated ? window.negated[term]! : window.plain[term]!);
  return matched;
}

/** How well one window says a claim. */
export function evidenceIn(claim: PreparedClaim, window: AnswerWindow): Evidence {
  let phrase = 0, against = 0, related = 0;
  for (const entry of claim.phrases) {
    const found = coverage(entry, window);
    phrase = Math.max(phrase, found.agreeing);
    against = Math.max(against, found.opposing);
    related = Math.max(related, cosine(entry.vector, window.vector));
  }
  const pooled = Math.min(1, matchedIn(claim, window) / Math.max(evidenceRules.leastPhraseWeight, claim.pooledFull * evidenceRules.pooledFull));
  let strength = evidenceRules.phraseShare * phrase + evidenceRules.pooledShare * pooled + evidenceRules.relatedShare * related;
  if ((claim.moves & window.moves) !== 0) strength += evidenceRules.storyShare * ramp(strength, evidenceRules.storyFrom, evidenceRules.storyFull) * countMoves(claim.moves & window.moves) / countMoves(claim.moves);
  if (!holdsTelling(claim, window)) strength *= evidenceRules.untelling;
  return { window, phrase, pooled, related, against, strength };
}

function holdsTelling(claim: PreparedClaim, window: AnswerWindow): boolean {
  for (const term of claim.telling) if (window.plain[term]! >= 0.5 || window.negated[term]! >= 0.5) return true;
  return false;
}

function coverage(phrase: PreparedPhrase, window: AnswerWindow): { agreeing: number; opposing: number } {
  let agreeing = 0, opposing = 0;
  for (const { term, weight, negated } of phrase.terms) {
    const same = negated ? window.negated[term]! : window.plain[term]!;
    const other = negated ? window.plain[term]! : window.negated[term]!;
    if (same >= other) agreeing += weight * same;
    else opposing += weight * other;
  }
  const full = Math.max(evidenceRules.leastPhraseWeight, phrase.totalWeight);
  return { agreeing: agreeing / full, opposing: opposing / full };
}

/** Only the strength of `evidenceIn`. */
export function strengthIn(claim: PreparedClaim, window: AnswerWindow): number {
  return evidenceIn(claim, window).strength;
}
