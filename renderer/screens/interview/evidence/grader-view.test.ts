import { expect, test } from 'vitest';
import type { GradeView, PointGrade, SecondPoint, Span } from '../../../../core/contract/interview-report.ts';
import { gradeOfModel, withModelsWords } from './grader-view.ts';
import { marksOfPart, numberPoints } from './point-numbers.ts';

const span = (start: number, end: number): Span => ({ part: 0, start, end, text: '' });
const point = (pointId: string, verdict: PointGrade['verdict'], evidence: Span[] = []): PointGrade => ({ pointId, shows: pointId, weight: 0.3, verdict, credit: 0, evidence });
const seen = (pointId: string, model: SecondPoint['model'], quote: Span | null): [string, SecondPoint] => [pointId, { pointId, coach: 'met', model, joint: 'met', quote, rejected: null, reason: { code: 'agree', says: '' }, disagree: false }];
const grade: GradeView = {
  grader: 'coach', graderVersion: '1', rubricVersion: '1', enough: true, score: 0.5, range: null, findings: [{ kind: 'red-flag', span: span(40, 44), why: '' }], star: null,
  points: [point('both', 'met', [span(0, 4)]), { ...point('only-coach', 'met', [span(5, 9)]), contradicted: { span: span(30, 34), why: '' } }, point('only-model', 'missing'), point('near', 'missing')],
  delivery: { words: 0, sentences: 0, meanSentenceWords: 0, fillers: [], hedges: [span(1, 2)], numbers: [], iCount: 0, weCount: 0 },
};
const second = new Map([seen('both', 'met', span(10, 14)), seen('only-coach', 'missing', null), seen('only-model', 'partly', span(20, 24)), seen('near', 'missing', span(25, 29))]);

test('the model’s words are underlined where they count, and nothing of the coach’s', () => {
  expect(marksOfPart(gradeOfModel(grade, second), 0).map(({ id, kind, start }) => [id, kind, start])).toEqual([['both', 'evidence', 10], ['only-model', 'evidence', 20]]);
});

test('points keep their number and place when the model’s words are shown', () => {
  const groups = numberPoints(grade.points);
  const shown = [...groups.earned, ...groups.missing].map(({ number, point: { pointId } }) => [number, pointId]);
  expect([...withModelsWords(groups.earned, second), ...withModelsWords(groups.missing, second)].map(({ number, point: { pointId } }) => [number, pointId])).toEqual(shown);
  expect(withModelsWords(groups.missing, second).map(({ point: { evidence } }) => evidence.length)).toEqual([1, 0]);
});
