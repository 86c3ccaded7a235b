import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadCoach, type Coach } from '../core/coach/index.ts';
import { average, fitRidge } from './ridge.ts';

/** One short answer; `score_avg` is the human mark, 0..5, and may be missing. */
export interface ShortAnswer { id: string; question_id: string; question: string; reference_answer: string; student_answer: string; score_avg?: number }

/** Reads one JSON object a line. @throws Error naming the file, the line and what is wrong with it */
export function readShortAnswers(file: string): ShortAnswer[] {
  return readFileSync(resolve(file), 'utf8').split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const row = parseLine(line, `${file}:${index + 1}`);
    for (const field of ['question', 'reference_answer', 'student_answer'] as const) {
      if (typeof row[field] !== 'string') throw new Error(`${file}:${index + 1} has no "${field}"`);
    }
    return [{ ...row, id: String(row.id ?? index + 1), question_id: String(row.question_id ?? row.question) } as ShortAnswer];
  });
}

function parseLine(line: string, place: string): Partial<ShortAnswer> {
  try {
    return JSON.parse(line) as Partial<ShortAnswer>;
  } catch (error) {
    throw new Error(`${place} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

const root = resolve(import.meta.dirname, '..');
export const packFolder = join(root, 'packs/interview');
export const weightsFile = join(root, 'core/coach/reference-weights.json');

/** The coach as it ships. */
export function shippedCoach(): Coach {
  return loadCoach({ tableFile: join(root, 'models/embedder/related-words.rae'), languageDir: join(root, 'packs/language') });
}

/** Pearson's correlation; 0 when either side does not vary. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const meanA = average(a), meanB = average(b);
  let both = 0, left = 0, right = 0;
  a.forEach((value, i) => { both += (value - meanA) * (b[i]! - meanB); left += (value - meanA) ** 2; right += (b[i]! - meanB) ** 2; });
  return left === 0 || right === 0 ? 0 : both / Math.sqrt(left * right);
}

/** Pearson's correlation after both sides are centred within each question, pooled over all answers. */
export function pearsonWithin(questions: readonly string[], a: readonly number[], b: readonly number[]): number {
  const centre = (values: readonly number[]) => {
    const means = new Map([...Map.groupBy(values.map((value, i) => ({ value, question: questions[i]! })), (entry) => entry.question)].map(([question, list]) => [question, average(list.map((entry) => entry.value))]));
    return values.map((value, i) => value - means.get(questions[i]!)!);
  };
  return pearson(centre(a), centre(b));
}

export function rootMeanSquare(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(average(a.map((value, i) => (value - b[i]!) ** 2)));
}

/** For each question: what `fit` learns from all other questions, applied to that question's rows. */
export function leaveQuestionsOut(questions: readonly string[], fit: (others: number[]) => (row: number) => number): number[] {
  const result: number[] = [];
  for (const question of new Set(questions)) {
    const predict = fit(questions.flatMap((other, i) => (other === question ? [] : [i])));
    questions.forEach((other, i) => { if (other === question) result[i] = predict(i); });
  }
  return result;
}

/** Marks 0..1 predicted by ridge weights fitted on the other questions only. */
export function crossValidatedMarks(questions: readonly string[], features: readonly number[][], marks: readonly number[], lambda: number): number[] {
  return leaveQuestionsOut(questions, (others) => {
    const model = fitRidge(others.map((i) => features[i]!), others.map((i) => marks[i]!), lambda);
    return (row) => Math.min(1, Math.max(0, features[row]!.reduce((sum, value, j) => sum + (model.weight[j]! * (value - model.mean[j]!)) / model.sd[j]!, model.intercept)));
  });
}

/** Predictions brought to the marks' scale by a straight line fitted on the other questions. */
export function rescaled(questions: readonly string[], predicted: readonly number[], marks: readonly number[]): number[] {
  return leaveQuestionsOut(questions, (others) => {
    const x = others.map((i) => predicted[i]!), y = others.map((i) => marks[i]!);
    const meanX = average(x), meanY = average(y);
    const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
    const slope = spread === 0 ? 0 : x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0) / spread;
    return (row) => Math.min(1, Math.max(0, meanY + slope * (predicted[row]! - meanX)));
  });
}
