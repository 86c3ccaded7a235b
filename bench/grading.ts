// The coach against people: `node bench/grading.ts` orders the labelled answers of the packs;
// with `--data FILE [--out FILE]` it grades short answers by their reference answers and compares with human marks.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { parsePack } from '../core/interview/pack-file.ts';
import type { Coach } from '../core/coach/index.ts';
import type { Pack, Question } from '../core/interview/pack-schema.ts';
import { describe, quantile } from './distribution.ts';
import { LABEL_PAIRS, LABELS, orderLabelledAnswers, withAnswers, type BlindAnswers, type OrderedPairs } from './labelled-pairs.ts';
import { average } from './ridge.ts';
import { crossValidatedMarks, packFolder, pearson, pearsonWithin, readShortAnswers, rescaled, rootMeanSquare, shippedCoach } from './short-answers.ts';

const LEAST_ORDERED = 0.95, LEAST_QUESTIONS = 60;
const LAMBDA = 100;
const dataFolder = join(import.meta.dirname, 'data');

/** Runs the benchmark; sets the exit code when the labelled answers are ordered worse than required. */
export async function run(argv: string[]): Promise<void> {
  const { values } = parseArgs({ args: argv.filter((arg) => arg !== '--'), options: { data: { type: 'string' }, out: { type: 'string' } }, strict: false, allowPositionals: true });
  if (typeof values['data'] === 'string') gradeShortAnswers(values['data'], typeof values['out'] === 'string' ? values['out'] : undefined);
  else gradePacks();
}

function gradePacks(): void {
  const coach = shippedCoach();
  const packs: Pack[] = [];
  for (const file of readdirSync(packFolder).filter((name) => name.endsWith('.yaml')).sort()) {
    const parsed = parsePack(readFileSync(join(packFolder, file), 'utf8'), file);
    if (parsed.ok) packs.push(parsed.pack);
    else console.log(`${file} is left out: ${parsed.problems[0]?.reason ?? 'cannot be read'}`);
  }
  const questions = packs.flatMap((pack) => pack.questions);
  const prepareMs: number[] = [], gradeMs: number[] = [], longMs: number[] = [];
  const model = questions.map((question, index) => {
    let score = 0;
    prepareMs.push(timed(() => coach.prepare(question)));
    gradeMs.push(timed(() => { score = coach.grade(question, [{ text: question.model_answer }]).score ?? 0; }));
    const long = [question, questions[(index + 50) % questions.length]!, questions[(index + 90) % questions.length]!].map((one) => one.model_answer).join(' ').split(/\s+/).slice(0, 400).join(' ');
    longMs.push(timed(() => coach.grade(question, [{ text: long }])));
    return score;
  });
  const result = orderLabelledAnswers(coach, questions);
  console.log(`${questions.length} questions, ${result.questions} with labelled answers`);
  console.log(`model answers: lowest ${quantile(model, 0).toFixed(2)}, p5 ${quantile(model, 0.05).toFixed(2)}, median ${quantile(model, 0.5).toFixed(2)}, below 0.85: ${model.filter((score) => score < 0.85).length}`);
  console.log('\nthe packs\' own labelled answers; their authors could see the verdict while they wrote, so this flatters');
  printPairs(result);
  const share = result.right / Math.max(1, result.all);
  console.log(`ordered rightly: ${result.right} of ${result.all} pairs, ${(100 * share).toFixed(1)} % (required: 95 % over ${LEAST_QUESTIONS} questions)`);
  for (const wrong of result.wrong) console.log(`  not ordered: ${wrong}`);
  gradeBlind(coach, questions);
  console.log(`\ngrading a model answer: ${describe(gradeMs)}`);
  console.log(`grading 400 words: ${describe(longMs)}`);
  console.log(`preparing a rubric, once each: ${describe(prepareMs)}`);
  if (share < LEAST_ORDERED || result.questions < LEAST_QUESTIONS) process.exitCode = 1;
}

/** Answers written without sight of the phrase lists, as their own block: half a served for tuning, any other did not. */
function gradeBlind(coach: Coach, questions: readonly Question[]): void {
  for (const file of readdirSync(dataFolder).filter((name) => /^blind-answers-.+\.yaml$/.test(name)).sort()) {
    const answered = withAnswers(questions, parse(readFileSync(join(dataFolder, file), 'utf8')) as BlindAnswers[]);
    console.log(`\n${file}: ${answered.length} questions, written without sight of the phrases${file === 'blind-answers-a.yaml' ? '; this half was used for tuning' : ''}`);
    for (const [name, some] of [['behavioural', answered.filter(({ kind }) => kind === 'behavioural')], ['other', answered.filter(({ kind }) => kind !== 'behavioural')]] as const) {
      const result = orderLabelledAnswers(coach, some);
      console.log(`${name} (${some.length} questions), mean score: ${LABELS.map((label) => `${label} ${average(result.scores[label]).toFixed(2)}`).join(', ')}`);
      printPairs(result);
      console.log(`ordered rightly: ${result.right} of ${result.all} pairs, ${(100 * result.right / Math.max(1, result.all)).toFixed(1)} %`);
      for (const wrong of result.wrong) console.log(`  not ordered: ${wrong}`);
    }
  }
}

function printPairs(result: OrderedPairs): void {
  for (const [better, worse] of LABEL_PAIRS) {
    const pair = result.pairs.get(`${better} > ${worse}`)!;
    console.log(`${`${better} > ${worse}`.padEnd(28)} ${pair.right} of ${pair.all}`);
  }
}

function gradeShortAnswers(file: string, out: string | undefined): void {
  const coach = shippedCoach();
  const all = readShortAnswers(file).map((row) => ({ row, grade: coach.gradeByReference({ question: row.question, reference: row.reference_answer, answer: row.student_answer }) }));
  if (out) writeFileSync(resolve(out), all.map(({ row, grade }) => `${JSON.stringify({ id: row.id, score: Number(grade.mark.toFixed(4)) })}\n`).join(''));
  const marked = all.filter(({ row }) => typeof row.score_avg === 'number');
  const rows = marked.map(({ row }) => row), graded = marked.map(({ grade }) => grade);
  const questions = rows.map((row) => row.question_id), human = rows.map((row) => (row.score_avg ?? 0) / 5);
  if (new Set(questions).size < 2) return console.log(`${all.length} answers graded; fewer than two questions carry human marks, so there is nothing to compare with`);
  const shipped = graded.map((grade) => grade.mark);
  const refitted = crossValidatedMarks(questions, graded.map((grade) => grade.features), human, LAMBDA);
  const recall = rows.map((row) => {
    const wanted = coach.expandTerms(row.reference_answer), given = coach.expandTerms(row.student_answer);
    return wanted.size === 0 ? 0 : [...wanted].filter((term) => given.has(term)).length / wanted.size;
  });
  const constant = rows.map(() => average(human));
  console.log(`${rows.length} answers to ${new Set(questions).size} questions; marks and RMSE on the scale 0 to 5`);
  console.log('r: Pearson over all answers. within: Pearson after marks and scores are centred on their mean within each question, pooled.');
  console.log('RMSE scaled: after a straight line fitted on the other questions. Constant: the mean mark for every answer.');
  line('coach, shipped weights', shipped);
  line('coach, refitted without the question', refitted);
  line('plain word recall', recall);
  line('constant', constant);

  function line(name: string, predicted: number[]): void {
    console.log(`${name.padEnd(38)} r ${pearson(predicted, human).toFixed(3)}  within ${pearsonWithin(questions, predicted, human).toFixed(3)}  RMSE raw ${(5 * rootMeanSquare(predicted, human)).toFixed(3)}  scaled ${(5 * rootMeanSquare(rescaled(questions, predicted, human), human)).toFixed(3)}`);
  }
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

if (import.meta.main) await run(process.argv.slice(2));
