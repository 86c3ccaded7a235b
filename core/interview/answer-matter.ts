import type { Grade } from '../coach/index.ts';
import type { Rubric } from '../coach/rubric.ts';
import { gradeOf, questionOf, type InterviewRepository, type QuestionRow } from './interview-repository.ts';
import { rubricOf } from './interview-service.ts';
import type { AskedPart } from './model-scoring.ts';

/** Everything a second reader is given of one answer, and the coach's grade of the same words. */
export interface AnswerMatter { row: QuestionRow; rubric: Rubric; parts: AskedPart[]; coach: Grade }

/** Whether there is something in an answer for a second reader: a grade that found enough to judge. */
export const canBeRead = (row: Pick<QuestionRow, 'grade'>): boolean => { const grade = gradeOf(row); return grade !== null && grade.enough && grade.score !== null; };

/** The answer to one question with what was asked in between; undefined when the interview is gone, or there is nothing to read. */
export function matterOf(interviews: InterviewRepository, interviewId: string, position: number): AnswerMatter | undefined {
  const row = interviews.question(interviewId, position);
  const coach = row && canBeRead(row) ? gradeOf(row) : null;
  if (!row || !coach) return undefined;
  const turns = interviews.turnsOfQuestion(interviewId, position);
  // The coach counted the same turns, so a place in part 2 is the same place for both.
  const parts = turns.flatMap((turn, index): AskedPart[] => {
    if (turn.kind !== 'answer') return [];
    const asked = turn.follow_up_of === null ? undefined : turns.slice(0, index).findLast(({ kind }) => kind === 'follow-up')?.text;
    return [asked === undefined ? { text: turn.text } : { text: turn.text, asked }];
  });
  return { row, rubric: rubricOf(questionOf(row)), parts, coach };
}
