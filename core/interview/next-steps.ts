import type { Report } from '../contract/interview.ts';
import { gradeOf, questionOf, type QuestionRow } from './interview-repository.ts';
import { sentence, type Voice } from './voice.ts';

const SHORT_ANSWER_WORDS = 40;
const AT_MOST = 3;

/** What to work on next, heaviest first: habits that cost points in several answers, then the weakest topic, then the heaviest missed point. */
export function nextSteps(questions: QuestionRow[], voice: Voice): Report['nextSteps'] {
  const graded = questions.flatMap((row) => { const grade = gradeOf(row); return grade ? [{ row, grade, question: questionOf(row) }] : []; });
  const stories = graded.filter(({ row }) => row.kind === 'behavioural');
  const say = (key: string, values: Record<string, string | number> = {}): string => sentence(voice.report, key, values);
  const steps: Report['nextSteps'] = [];
  const habit = (title: string, why: string, found: typeof graded, of: typeof graded): void => {
    if (found.length > 0 && found.length * 2 >= of.length) steps.push({ title: say(title), reason: say(why, { count: found.length, of: of.length }), questionIndexes: found.map(({ row }) => row.position) });
  };
  habit('step_result', 'step_result_why', stories.filter(({ grade }) => grade.delivery.numbers.length === 0), stories);
  habit('step_own', 'step_own_why', stories.filter(({ grade }) => grade.delivery.weCount > grade.delivery.iCount), stories);
  habit('step_long', 'step_long_why', graded.filter(({ grade }) => grade.delivery.words < SHORT_ANSWER_WORDS), graded);
  const weakest = weakestTopic(graded);
  if (weakest) steps.push({ title: say('step_topic', { topic: weakest.topic.replaceAll('-', ' ') }), reason: say('step_topic_why', { score: Math.round(weakest.score * 100) }), questionIndexes: weakest.indexes });
  const missed = graded.flatMap(({ row, grade }) => grade.points.filter((point) => point.verdict === 'missing').map((point) => ({ row, point })))
    .toSorted((a, b) => b.point.weight - a.point.weight)[0];
  if (missed) {
    steps.push({
      title: say('step_point', { shows: missed.point.shows.replace(/\.$/, '') }),
      reason: say('step_point_why', { weight: Math.round(missed.point.weight * 100), title: missed.row.title }), questionIndexes: [missed.row.position],
    });
  }
  return steps.slice(0, AT_MOST);
}

function weakestTopic(graded: { row: QuestionRow; grade: { score: number | null }; question: { topics: string[] } }[]): { topic: string; score: number; indexes: number[] } | undefined {
  const byTopic = new Map<string, { sum: number; indexes: number[] }>();
  for (const { row, grade, question } of graded) {
    if (grade.score === null) continue;
    for (const topic of question.topics) {
      const entry = byTopic.get(topic) ?? { sum: 0, indexes: [] };
      byTopic.set(topic, { sum: entry.sum + grade.score, indexes: [...entry.indexes, row.position] });
    }
  }
  return [...byTopic].map(([topic, { sum, indexes }]) => ({ topic, score: sum / indexes.length, indexes }))
    .filter(({ score }) => score < 0.6).toSorted((a, b) => a.score - b.score || b.indexes.length - a.indexes.length)[0];
}
