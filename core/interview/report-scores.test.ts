import { describe, expect, it } from 'vitest';
import { compareScores, overallScore } from './report-scores.ts';
import type { QuestionRow } from './interview-repository.ts';

const row = (score: number | null, state: QuestionRow['state'] = 'answered'): QuestionRow => ({
  state, grade: state === 'skipped' ? null : JSON.stringify({ score, range: score === null ? null : { low: score - 0.1, high: score + 0.1 }, points: [] }),
} as QuestionRow);

describe('the overall score', () => {
  it('is the mean of the graded questions, inside its range, and surer with more of them', () => {
    const two = overallScore([row(0.6), row(0.8)], 'practice');
    const eight = overallScore([0.6, 0.8, 0.6, 0.8, 0.6, 0.8, 0.6, 0.8].map((score) => row(score)), 'practice');
    expect(two?.score).toBe(70);
    expect(eight?.score).toBe(70);
    expect((eight?.high ?? 0) - (eight?.low ?? 0)).toBeLessThan((two?.high ?? 0) - (two?.low ?? 0));
  });

  it('leaves skipped questions out in practice and counts them in an exam', () => {
    const questions = [row(0.8), row(null, 'skipped')];
    expect(overallScore(questions, 'practice')?.score).toBe(80);
    expect(overallScore(questions, 'exam')?.score).toBe(40);
  });

  it('is no number when nothing could be judged', () => {
    expect(overallScore([row(null), row(null, 'skipped')], 'exam')).toEqual(expect.objectContaining({ score: 0 }));
    expect(overallScore([row(null)], 'practice')).toBeNull();
    expect(overallScore([row(null, 'skipped')], 'exam')).toBeNull();
  });
});

describe('comparing two scores', () => {
  it('tells apart only what lies outside the ranges', () => {
    const at = (score: number, half: number) => ({ score, low: score - half, high: score + half });
    expect(compareScores(at(74, 5), at(60, 5))).toMatchObject({ verdict: 'better' });
    expect(compareScores(at(74, 5), at(72, 5))).toMatchObject({ verdict: 'about-the-same' });
    expect(compareScores(at(50, 4), at(70, 4))).toMatchObject({ verdict: 'worse', confidence: 99 });
    expect(compareScores(at(70, 20), at(60, 20)).verdict).toBe('about-the-same');
  });
});
