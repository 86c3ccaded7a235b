import type { Grade, PointGrade, Span, Verdict } from '../coach/grade-types.ts';
import { rules as coachRules } from '../coach/grading-rules.ts';
import type { PointReading, Rejection } from './model-scoring.ts';

/** Version of the rule below; blended scores are compared only within one version. */
export const BLEND_VERSION = 'blend-1';

/** Who filled a checklist: everything that, changed, makes scores another line. */
export interface ModelStamp { model: string; promptVersion: string; promptHash: string; rubricVersion: string }
export interface ModelGrade {
  stamp: ModelStamp;
  readings: readonly PointReading[];
  /** How far the model is believed, 0..1, from answers whose marks are known; 1 until it is measured. */
  trust?: number;
}

export const blendRules = {
  /** Share of the way from the coach's credit to the model's verdict that a found quote takes a point up. Two graders, equally believed. */
  up: 0.5,
  /** The same downwards, when the model judged the very words that the coach counts; and when it only did not find any. */
  downSeen: 0.5, downUnseen: 0.25,
  /** Quotes share words when this share of the shorter one overlaps; one stretch may earn this many points. */
  sameWords: 0.6, servesMost: 2,
  /** The scores disagree from this difference on, or when points of this weight are met for one and missing for the other. */
  disagreeScore: 0.2, disagreeWeight: 0.3,
  /** Standard errors on each side of a range, as the coach has it. */
  rangeErrors: 1.3,
} as const;

export type BlendReason =
  | 'agree' | 'raised' | 'lowered' | 'not-read' | 'rejected' | 'coach-found-the-opposite' | 'quote-set-aside' | 'quote-used-twice' | 'not-trusted';

export interface BlendedPoint extends PointGrade {
  coach: { verdict: Verdict; credit: number };
  model: { verdict: Verdict; span: Span | null } | null;
  rejected: Rejection | null;
  reason: BlendReason;
  /** One grader has it met and the other missing. */
  disagree: boolean;
}

export interface BlendedGrade {
  grader: 'blend'; blendVersion: string; coachVersion: string; stamp: ModelStamp; rubricVersion: string;
  score: number; range: { low: number; high: number };
  coachScore: number;
  /** The score if the model's verdicts alone counted, after what the coach found against the whole. */
  modelScore: number;
  points: BlendedPoint[];
  /** Share of the rubric's weight that the model said something usable about, 0..1. */
  coverage: number;
  disagree: boolean;
}

/** Credit that belongs to a verdict; the same bounds as the coach's. */
const BOUNDS: Readonly<Record<Exclude<Verdict, 'not-assessable'>, readonly [number, number]>> = { missing: [0, coachRules.partly], partly: [coachRules.partly, coachRules.met], met: [coachRules.met, 1] };
const verdictOf = (credit: number): Verdict => (credit >= coachRules.met ? 'met' : credit >= coachRules.partly ? 'partly' : 'missing');
const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));

/**
 * Joins the coach's checklist with a model's. Each point moves from the coach's credit towards the nearest credit that the model's
 * verdict allows, so equal verdicts move nothing. Up only with a quote that was found and that the coach did not set aside, never where
 * the coach found the opposite; a rejected reading moves nothing. What the coach takes from the whole answer (red flags, contradictions,
 * requirements waved away) stays. Null when there is nothing to join: not enough to judge, or another rubric.
 */
export function blend(coach: Grade, model: ModelGrade): BlendedGrade | null {
  if (!coach.enough || coach.score === null || !coach.range || model.stamp.rubricVersion !== coach.rubricVersion) return null;
  const trust = clamp(model.trust ?? 1);
  const readings = new Map(model.readings.map((reading) => [reading.pointId, reading]));
  const aside = coach.findings.flatMap(({ span }) => span ?? []);
  const moved = coach.points.map((point) => ({ point, ...moveOf(point, readings.get(point.pointId), aside) }));
  shareQuotes(moved);
  const factor = wholeFactor(coach);
  const points = moved.map(({ point, target, pull, reading, reason }): BlendedPoint => {
    const credit = clamp(point.credit + trust * pull * (target - point.credit));
    const model = reading && reading.rejected === undefined && reading.verdict !== 'not-assessable' ? { verdict: reading.verdict, span: reading.span } : null;
    const verdict = credit === point.credit ? point.verdict : verdictOf(credit);
    const evidence = verdict === 'missing' ? [] : point.evidence.length > 0 || !model?.span ? point.evidence : [model.span];
    return {
      ...point, credit, verdict, evidence, coach: { verdict: point.verdict, credit: point.credit }, model, rejected: reading?.rejected ?? null,
      reason: trust === 0 && pull > 0 ? 'not-trusted' : reason, disagree: model !== null && apart(point.verdict, model.verdict),
    };
  });
  const sum = (of: (point: BlendedPoint, index: number) => number): number => points.reduce((total, point, index) => total + point.weight * of(point, index), 0);
  const gain = factor * sum(({ credit, coach: { credit: before } }) => credit - before);
  const score = clamp(coach.score + gain);
  const modelScore = clamp(coach.score + factor * sum(({ coach: { credit } }, i) => moved[i]!.target - credit));
  return {
    grader: 'blend', blendVersion: BLEND_VERSION, coachVersion: coach.graderVersion, stamp: model.stamp, rubricVersion: coach.rubricVersion,
    score, coachScore: coach.score, modelScore, points, coverage: sum((point) => (point.model ? 1 : 0)),
    range: rangeOf(coach.score, coach.range, score, moved.map(({ point, target }) => factor * point.weight * (target - point.credit) / 2)),
    disagree: Math.abs(modelScore - coach.score) >= blendRules.disagreeScore || sum(({ disagree }) => (disagree ? 1 : 0)) >= blendRules.disagreeWeight,
  };
}

/** `target`: the nearest credit that the model's verdict allows. `pull`: share of the way to it. */
interface Move { target: number; pull: number; reading: PointReading | undefined; reason: BlendReason }

function moveOf(point: PointGrade, reading: PointReading | undefined, aside: readonly Span[]): Move {
  const stay = (reason: BlendReason, target = point.credit): Move => ({ target, pull: 0, reading, reason });
  if (!reading || reading.verdict === 'not-assessable') return stay('not-read');
  if (reading.rejected !== undefined || reading.verdict === null) return stay('rejected');
  const target = clamp(point.credit, ...BOUNDS[reading.verdict]);
  if (target === point.credit) return stay('agree');
  if (target < point.credit) {
    const seen = reading.span !== null && point.evidence.some((span) => overlap(span, reading.span!) >= blendRules.sameWords);
    return { target, pull: seen ? blendRules.downSeen : blendRules.downUnseen, reading, reason: 'lowered' };
  }
  // A reading without a place in the answer cannot come here from readVerdict; credit does not rest on that.
  if (reading.span === null) return stay('rejected');
  if (point.contradicted) return stay('coach-found-the-opposite', target);
  if (aside.some((span) => overlap(span, reading.span!) >= blendRules.sameWords)) return stay('quote-set-aside', target);
  return { target, pull: blendRules.up, reading, reason: 'raised' };
}

/** Who quotes the same stretch for everything has found nothing: it earns for the points that gain most by it, and no further. */
function shareQuotes(moved: (Move & { point: PointGrade })[]): void {
  const kept: Span[] = [];
  const gains = moved.filter(({ reason }) => reason === 'raised').toSorted((a, b) => b.point.weight * (b.target - b.point.credit) - a.point.weight * (a.target - a.point.credit));
  for (const move of gains) {
    const span = move.reading!.span!;
    if (kept.filter((other) => overlap(other, span) >= blendRules.sameWords).length >= blendRules.servesMost) Object.assign(move, { pull: 0, reason: 'quote-used-twice' satisfies BlendReason });
    else kept.push(span);
  }
}

/** What the coach leaves of the checklist's sum. Without any sum it cannot be read off, so each finding costs what it costs the coach. */
function wholeFactor(coach: Grade): number {
  const sum = coach.points.reduce((total, { weight, credit }) => total + weight * credit, 0);
  if (sum > 1e-6) return clamp((coach.score ?? 0) / sum);
  const cost = { 'red-flag': coachRules.flagCost, 'contradiction': coachRules.contradictionCost } as Readonly<Record<string, number>>;
  return coach.findings.reduce((factor, { kind }) => factor * (1 - (cost[kind] ?? 0)), 1);
}

/** The coach's range, moved with the score and widened by half of what the graders are apart on each point; never narrower. */
function rangeOf(coachScore: number, range: { low: number; high: number }, score: number, apartBy: readonly number[]): { low: number; high: number } {
  if (apartBy.every((value) => value === 0)) return range;
  const between = blendRules.rangeErrors * Math.hypot(...apartBy);
  return { low: clamp(score - Math.hypot(coachScore - range.low, between)), high: clamp(score + Math.hypot(range.high - coachScore, between)) };
}

const apart = (a: Verdict, b: Verdict): boolean => (a === 'met' && b === 'missing') || (a === 'missing' && b === 'met');

/** How much of the shorter stretch lies in the other, 0..1. */
function overlap(a: Span, b: Span): number {
  if (a.part !== b.part) return 0;
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start)) / Math.max(1, Math.min(a.end - a.start, b.end - b.start));
}

/** The graders together, whatever they graded: only answers that have this in common make one overall score. */
export function graderOf({ blendVersion, coachVersion, stamp: { model, promptVersion, promptHash } }: BlendedGrade): string {
  return ['blend', blendVersion, coachVersion, model, `${promptVersion}@${promptHash}`].join('|');
}
