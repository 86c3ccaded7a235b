import type { Report, Setup } from '../contract/interview.ts';
import type { Competency } from '../contract/vocabulary.ts';
import { gradeOf, questionOf, type QuestionRow } from './interview-repository.ts';

/** Standard deviations on each side of a likely range: 80 % of a normal distribution. */
const RANGE_Z = 1.28;
/** No interview says more than this about a person, however alike its answers were. */
const LEAST_ERROR = 0.02;
/** Two scores are told apart from this confidence on. */
const TELL_APART = 0.8;

/** A score of 0 to 100 with its likely (80 %) range. */
export interface RangedScore { score: number; low: number; high: number }

const percent = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 100);
const ranged = (mean: number, error: number): RangedScore => ({ score: percent(mean), low: percent(mean - RANGE_Z * error), high: percent(mean + RANGE_Z * error) });

/**
 * The score of an interview: the mean over its graded questions. Its standard error joins what each checklist leaves open with how much the
 * questions differ (a sample of what could have been asked). In exam mode a skipped question counts as 0; otherwise it is left out.
 */
export function overallScore(questions: QuestionRow[], mode: Setup['mode']): RangedScore | null {
  const graded = questions.flatMap((question) => {
    if (mode === 'exam' && question.state === 'skipped') return [{ score: 0, halfWidth: 0 }];
    const grade = gradeOf(question);
    if (!grade || grade.score === null) return [];
    return [{ score: grade.score, halfWidth: grade.range ? (grade.range.high - grade.range.low) / 2 : 0.1 }];
  });
  if (graded.length === 0 || questions.every((question) => question.grade === null)) return null;
  const n = graded.length;
  const mean = graded.reduce((sum, { score }) => sum + score, 0) / n;
  const within = graded.reduce((sum, { halfWidth }) => sum + (halfWidth / RANGE_Z) ** 2, 0) / n ** 2;
  const between = n > 1 ? graded.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / (n - 1) / n : 0;
  return ranged(mean, Math.max(LEAST_ERROR, Math.sqrt(within + between)));
}

/** Compares two scores by their ranges; `confidence` is the probability (percent) that the direction is right. */
export function compareScores(now: RangedScore, earlier: RangedScore): { verdict: 'better' | 'about-the-same' | 'worse'; confidence: number } {
  const error = ({ low, high }: RangedScore): number => Math.max(1, (high - low) / 2 / RANGE_Z);
  const confidence = normalCdf(Math.abs(now.score - earlier.score) / Math.hypot(error(now), error(earlier)));
  const verdict = confidence < TELL_APART || now.score === earlier.score ? 'about-the-same' : now.score > earlier.score ? 'better' : 'worse';
  return { verdict, confidence: Math.min(99, Math.round(confidence * 100)) };
}

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}

/** Credit earned per competency over all graded points, weighted as in the rubrics. */
export function competencyScores(questions: QuestionRow[]): { competency: Competency; score: number; low: number; high: number; points: number }[] {
  const sums = new Map<Competency, { earned: number; weight: number; points: number }>();
  for (const row of questions) {
    const grade = gradeOf(row);
    if (!grade || grade.score === null) continue;
    const question = questionOf(row);
    for (const point of grade.points) {
      const competency = question.points.find(({ id }) => id === point.pointId)?.competency ?? question.competency;
      const sum = sums.get(competency) ?? { earned: 0, weight: 0, points: 0 };
      sums.set(competency, { earned: sum.earned + point.weight * point.credit, weight: sum.weight + point.weight, points: sum.points + 1 });
    }
  }
  return [...sums].map(([competency, { earned, weight, points }]) => {
    const share = weight > 0 ? earned / weight : 0;
    // Wilson-like error of a share over so few points: never zero, even when all or none were met.
    return { competency, points, ...ranged(share, Math.sqrt(((share * (1 - share)) + 0.05) / (points + 1))) };
  }).toSorted((a, b) => b.score - a.score);
}

/** How answers were delivered, over all graded questions. */
export function deliverySummary(questions: QuestionRow[]): Omit<Report['delivery'], 'earlier'> {
  const rows = questions.flatMap((row) => { const grade = gradeOf(row); return grade && grade.delivery.words > 0 ? [{ kind: row.kind, delivery: grade.delivery }] : []; });
  const sum = (pick: (delivery: (typeof rows)[number]['delivery']) => number): number => rows.reduce((total, { delivery }) => total + pick(delivery), 0);
  const words = sum((delivery) => delivery.words);
  const per100 = (count: number): number => (words === 0 ? 0 : Math.round((count / words) * 1000) / 10);
  const stories = rows.filter(({ kind }) => kind === 'behavioural');
  const i = stories.reduce((total, { delivery }) => total + delivery.iCount, 0);
  const we = stories.reduce((total, { delivery }) => total + delivery.weCount, 0);
  return {
    meanWords: rows.length === 0 ? 0 : Math.round(words / rows.length), wordsPerMinute: null,
    fillersPer100: per100(sum((delivery) => delivery.fillers.length)), hedgesPer100: per100(sum((delivery) => delivery.hedges.length)),
    numbersPerAnswer: rows.length === 0 ? 0 : Math.round((sum((delivery) => delivery.numbers.length) / rows.length) * 10) / 10,
    iShare: i + we === 0 ? null : i / (i + we),
  };
}
