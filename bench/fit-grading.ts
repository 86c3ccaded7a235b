// Fits the weights of grading by a reference answer: `node bench/fit-grading.ts --data FILE [--write]`.
// Prints what they reach on questions left out; with --write the weights fitted on all questions replace the shipped ones.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { REFERENCE_FEATURES } from '../core/coach/reference-features.ts';
import { fitRidge } from './ridge.ts';
import { crossValidatedMarks, pearson, pearsonWithin, readShortAnswers, rootMeanSquare, shippedCoach, weightsFile } from './short-answers.ts';

const LAMBDA = 100;
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { data: { type: 'string' }, write: { type: 'boolean', default: false }, without: { type: 'string', multiple: true, default: [] } } });
if (!values.data) throw new Error('--data FILE is needed');
const coach = shippedCoach();
const rows = readShortAnswers(values.data).filter((row) => row.score_avg !== undefined);
const questions = rows.map((row) => row.question_id), marks = rows.map((row) => (row.score_avg ?? 0) / 5);
const features = rows.map((row) => coach.gradeByReference({ question: row.question, reference: row.reference_answer, answer: row.student_answer }).features);

function report(name: string, kept: readonly number[], lambda: number): void {
  const predicted = crossValidatedMarks(questions, features.map((row) => kept.map((j) => row[j]!)), marks, lambda);
  console.log(`${name.padEnd(28)} r ${pearson(predicted, marks).toFixed(3)}  within ${pearsonWithin(questions, predicted, marks).toFixed(3)}  RMSE ${(5 * rootMeanSquare(predicted, marks)).toFixed(3)}`);
}
const all = REFERENCE_FEATURES.map((_, j) => j);
for (const lambda of [10, 30, LAMBDA, 300]) report(`all, lambda ${lambda}`, all, lambda);
for (const j of all) report(`without ${REFERENCE_FEATURES[j]}`, all.filter((other) => other !== j), LAMBDA);
if (values.write) {
  const { mean, sd, weight, intercept } = fitRidge(features, marks, LAMBDA);
  const round = (list: number[]) => list.map((value) => Number(value.toFixed(5)));
  const lines = Object.entries({ features: [...REFERENCE_FEATURES], mean: round(mean), sd: round(sd), weight: round(weight), intercept: Number(intercept.toFixed(5)) });
  writeFileSync(weightsFile, `{\n${lines.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`);
}
