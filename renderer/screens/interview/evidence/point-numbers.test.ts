import { expect, test } from 'vitest';
import type { GradeView, PointGrade, Span } from '../../../../core/contract/interview-report.ts';
import { marksOfPart, numberPoints } from './point-numbers.ts';

const span = (start: number, end: number, part = 0): Span => ({ part, start, end, text: '' });
const point = (pointId: string, verdict: PointGrade['verdict'], weight: number, evidence: Span[] = []): PointGrade => ({ pointId, shows: pointId, weight, verdict, credit: 0, evidence });
const grade = (over: Partial<GradeView>): GradeView => ({
  grader: 'coach', graderVersion: '1', rubricVersion: '1', enough: true, score: 0.5, range: null, points: [], findings: [], star: null,
  delivery: { words: 0, sentences: 0, meanSentenceWords: 0, fillers: [], hedges: [], numbers: [], iCount: 0, weCount: 0 }, ...over,
});

test('numbers earned points as they come in the answer, then missing ones by weight', () => {
  const { earned, missing, notJudged } = numberPoints([
    point('light', 'missing', 0.1), point('late', 'met', 0.2, [span(5, 9, 1)]), point('unclear', 'not-assessable', 0.2), point('early', 'partly', 0.2, [span(90, 99)]), point('heavy', 'missing', 0.3),
  ]);
  expect([...earned, ...missing, ...notJudged].map(({ number, point: { pointId } }) => `${number} ${pointId}`)).toEqual(['1 early', '2 late', '3 heavy', '4 light', '5 unclear']);
});

test('underlines in each part only what stands in that part', () => {
  const graded = grade({
    points: [point('a', 'met', 1, [span(0, 4), span(2, 6, 1)])],
    findings: [{ kind: 'red-flag', span: span(8, 9, 1), why: '' }, { kind: 'off-topic', span: null, why: '' }],
  });
  expect(marksOfPart(graded, 0).map(({ id, start }) => [id, start])).toEqual([['a', 0]]);
  expect(marksOfPart(graded, 1).map(({ id, kind }) => [id, kind])).toEqual([['a', 'evidence'], ['finding:0', 'finding']]);
});

test('does not underline near misses of points that were not earned', () => {
  expect(marksOfPart(grade({ points: [point('a', 'missing', 1, [span(0, 4)])] }), 0)).toEqual([]);
});
