// Counts which kinds of words follow each other in the packs' prose: `node bench/fit-word-order.ts [--write]`.
// Prints how well the counts of every other pack tell an answer from the same words shuffled.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { loadLanguage } from '../core/coach/language.ts';
import { createWordOrder, wordKind, type WordOrderCounts } from '../core/coach/word-order.ts';
import { splitWords } from '../core/coach/words.ts';
import type { Pack, Question } from '../core/interview/pack-schema.ts';
import { quantile } from './distribution.ts';
import { shuffled } from './shuffled-words.ts';
import { packFolder } from './short-answers.ts';

const root = resolve(import.meta.dirname, '..');
const language = loadLanguage(join(root, 'packs/language'));
const packs = readdirSync(packFolder).sort().map((file) => (parse(readFileSync(join(packFolder, file), 'utf8')) as Pack).questions);

const sentencesOf = (text: string): string[][] => text.split(/[.!?;]\s|\n/).map((sentence) => splitWords(sentence).map(({ word }) => word));
const proseOf = (question: Question): string[] => [question.question, question.hint, question.model_answer, ...question.points.flatMap((point) => [point.shows, point.follow_up, ...point.said_as]), ...question.red_flags.flatMap((flag) => [flag.says, ...flag.said_as])];

function count(questions: readonly Question[]): WordOrderCounts {
  const follows = new Map<string, Map<string, number>>();
  for (const text of questions.flatMap(proseOf)) for (const words of sentencesOf(text)) for (let i = 1; i < words.length; i++) {
    const from = wordKind(words[i - 1]!, language), to = wordKind(words[i]!, language);
    const row = follows.get(from) ?? new Map<string, number>();
    follows.set(from, row.set(to, (row.get(to) ?? 0) + 1));
  }
  const kinds = [...new Set([...follows.keys(), ...[...follows.values()].flatMap((row) => [...row.keys()])])].sort();
  const numberOf = new Map(kinds.map((kind, number) => [kind, number]));
  return { kinds, follows: kinds.map((kind) => [...follows.get(kind) ?? []].map(([to, times]) => `${numberOf.get(to)}:${times}`).join(' ')) };
}

if (import.meta.main) report();

function report(): void {
  const right: number[] = [], wrong: number[] = [];
  packs.forEach((questions, index) => {
    const measure = createWordOrder(language, count(packs.filter((_, other) => other % 2 !== index % 2).flat()));
    questions.forEach((question, number) => {
      for (const text of [question.model_answer, ...Object.values(question.answers ?? {})]) {
        right.push(measure(sentencesOf(text)).value);
        wrong.push(measure(sentencesOf(shuffled(text, number + 1))).value);
      }
    });
  });
  for (const [name, values] of [['as written', right], ['shuffled', wrong]] as const) {
    console.log(`${name.padEnd(12)} ${[0, 0.01, 0.05, 0.5, 0.95, 0.99, 1].map((share) => quantile(values, share).toFixed(3)).join('  ')}`);
  }
  if (process.argv.includes('--write')) writeFileSync(join(root, 'core/coach/word-order.json'), `${JSON.stringify(count(packs.flat()), null, 1)}\n`);
}
