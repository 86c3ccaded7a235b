import type { GradeView, PointGrade, Span } from '../../../../core/contract/interview-report.ts';
import type { TextMark } from './marked-text.ts';

/** A rubric point with the number it carries in the list and in the answer. */
export interface NumberedPoint { number: number; point: PointGrade }

const earned = (point: PointGrade): boolean => point.verdict === 'met' || point.verdict === 'partly';
const firstAt = (point: PointGrade): number => Math.min(Infinity, ...point.evidence.map((span) => span.part * 1e7 + span.start));

/**
 * Numbers the points in the order they are read: earned ones as their evidence appears in the answer, then what is missing,
 * heaviest first, then what could not be judged.
 */
export function numberPoints(points: readonly PointGrade[]): { earned: NumberedPoint[]; missing: NumberedPoint[]; notJudged: NumberedPoint[] } {
  const groups = [
    points.filter(earned).toSorted((a, b) => firstAt(a) - firstAt(b)),
    points.filter((point) => point.verdict === 'missing').toSorted((a, b) => b.weight - a.weight),
    points.filter((point) => point.verdict === 'not-assessable').toSorted((a, b) => b.weight - a.weight),
  ];
  let number = 0;
  const [first = [], second = [], third = []] = groups.map((group) => group.map((point) => ({ number: (number += 1), point })));
  return { earned: first, missing: second, notJudged: third };
}

const toMark = (kind: TextMark['kind'], id: string) => (span: Span): TextMark => ({ id, kind, start: span.start, end: span.end });
const ofPart = (spans: readonly Span[], part: number): Span[] => spans.filter((span) => span.part === part);

/** Everything to underline in one part of an answer. Findings are named by their place in the list. */
export function marksOfPart(grade: GradeView, part: number): TextMark[] {
  return [
    ...grade.points.filter(earned).flatMap((point) => ofPart(point.evidence, part).map(toMark('evidence', point.pointId))),
    ...grade.points.flatMap((point) => (point.contradicted ? ofPart([point.contradicted.span], part).map(toMark('finding', `contradicted:${point.pointId}`)) : [])),
    ...grade.findings.flatMap((finding, index) => (finding.span ? ofPart([finding.span], part).map(toMark('finding', `finding:${index}`)) : [])),
    ...ofPart(grade.delivery.hedges, part).map(toMark('hedge', 'hedge')),
    ...ofPart(grade.delivery.fillers, part).map(toMark('filler', 'filler')),
  ];
}

/** Points met in full and in part; "4 of 5" always counts full ones. */
export function countPoints(points: readonly PointGrade[]): { met: number; partly: number } {
  return { met: points.filter(({ verdict }) => verdict === 'met').length, partly: points.filter(({ verdict }) => verdict === 'partly').length };
}
