import type { Coach } from '../core/coach/index.ts';
import type { Question } from '../core/interview/pack-schema.ts';

/** Which labelled answer has to earn more than which. */
export const LABEL_PAIRS = [
  ['strong', 'partial'], ['strong', 'weak'], ['partial', 'weak'], ['strong', 'wrong_but_fluent'], ['partial', 'wrong_but_fluent'],
] as const;

export interface OrderedPairs { questions: number; right: number; all: number; pairs: Map<string, { right: number; all: number }>; wrong: string[]; scores: Record<Label, number[]> }

export type Label = 'strong' | 'partial' | 'weak' | 'wrong_but_fluent';
export const LABELS: readonly Label[] = ['strong', 'partial', 'weak', 'wrong_but_fluent'];
/** Answers to a shipped question by somebody who saw only the question and what a good answer shows. */
export type BlindAnswers = { id: string } & Record<Label, string>;

/** The same questions with these answers in place of their own. Throws naming the question that is not there. */
export function withAnswers(questions: readonly Question[], answers: readonly BlindAnswers[]): Question[] {
  return answers.map(({ id, strong, partial, weak, wrong_but_fluent }) => {
    const question = questions.find((one) => one.id === id);
    if (!question) throw new Error(`there is no question ${id}`);
    return { ...question, answers: { strong, partial, weak, wrong_but_fluent } };
  });
}

/** Grades the labelled answers of every question that has them and counts the pairs in the right order; a tie is wrong. */
export function orderLabelledAnswers(coach: Coach, questions: readonly Question[]): OrderedPairs {
  const result: OrderedPairs = { questions: 0, right: 0, all: 0, pairs: new Map(LABEL_PAIRS.map(([a, b]) => [`${a} > ${b}`, { right: 0, all: 0 }])), wrong: [], scores: { strong: [], partial: [], weak: [], wrong_but_fluent: [] } };
  for (const question of questions) {
    const answers = question.answers;
    if (!answers) continue;
    result.questions++;
    const score = (text: string) => coach.grade(question, [{ text }]).score ?? 0;
    const scores = { strong: score(answers.strong), partial: score(answers.partial), weak: score(answers.weak), wrong_but_fluent: score(answers.wrong_but_fluent) };
    for (const label of LABELS) result.scores[label].push(scores[label]);
    for (const [better, worse] of LABEL_PAIRS) {
      const pair = result.pairs.get(`${better} > ${worse}`)!;
      pair.all++;
      result.all++;
      if (scores[better] > scores[worse]) { pair.right++; result.right++; }
      else result.wrong.push(`${question.id}: ${better} ${scores[better].toFixed(2)}, ${worse} ${scores[worse].toFixed(2)}`);
    }
  }
  return result;
}
