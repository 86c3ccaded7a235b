import type { GradeView, PointGrade, SecondPoint } from '../../../../core/contract/interview-report.ts';
import type { NumberedPoint } from './point-numbers.ts';

/** Whose words are shown in the answer. */
export type Grader = 'coach' | 'model';
export type SecondPoints = ReadonlyMap<string, SecondPoint>;

const counts = ({ model, quote }: SecondPoint): boolean => quote !== null && (model === 'met' || model === 'partly');

/** The checklist as the model filled it in, with its quotes as evidence and nothing else underlined; numbers stay as they are. */
export function gradeOfModel(grade: GradeView, second: SecondPoints): GradeView {
  return { ...grade, points: grade.points.map((point) => ofModel(point, second)), findings: [], delivery: { ...grade.delivery, hedges: [], fillers: [] } };
}

/** The points with the evidence that is shown, so that numbers in the rubric lead to numbers in the answer. */
export function withModelsWords(points: readonly NumberedPoint[], second: SecondPoints): NumberedPoint[] {
  return points.map(({ number, point }) => {
    const of = second.get(point.pointId);
    return { number, point: { ...point, evidence: of?.quote && counts(of) ? [of.quote] : [] } };
  });
}

function ofModel({ pointId, shows, weight, credit }: PointGrade, second: SecondPoints): PointGrade {
  const of = second.get(pointId);
  return { pointId, shows, weight, credit, ...(of?.quote && counts(of) ? { verdict: of.model ?? 'missing', evidence: [of.quote] } : { verdict: 'missing', evidence: [] }) };
}
