import type { Setup, Turn } from '../contract/interview.ts';
import { gradeOf, questionOf, type InterviewRepository, type InterviewRow, type TurnRow } from './interview-repository.ts';
import { interviewerLine, type InterviewerLine, type Voice } from './voice.ts';

/** An answer scores "strong" for the interviewer's next words from here on (0 to 1). */
const STRONG_FROM = 0.65;

export type LeadLine = Extract<InterviewerLine, `next_${string}`>;
export type InterviewHead = Pick<InterviewRow, 'id' | 'setup' | 'planned_ms' | 'question_count'>;
type PlacedTurn = Pick<TurnRow, 'seq' | 'kind' | 'position' | 'follow_up_of'>;

export function leadAfter(skipped: boolean, score: number | null | undefined): LeadLine {
  return skipped ? 'next_after_skip' : (score ?? 0) >= STRONG_FROM ? 'next_after_strong' : 'next_after_thin';
}

/** How long an interview is, as it is said: "one question", "8 questions". */
export const questionsInWords = (questionCount: number): string => (questionCount === 1 ? 'one question' : `${questionCount} questions`);
export const plannedMinutes = (row: Pick<InterviewRow, 'planned_ms'>): number => Math.round(row.planned_ms / 60_000);

/**
 * The coach's words for a turn that a model may word as well. They come from what is stored, so the same turn always gets the
 * same words, also after a crash in the middle of it. `lead` is what a lead-in reacts to, when the caller knows it.
 */
export function coachLine(parts: { repository: InterviewRepository; voice: Voice; row: InterviewHead }, turn: PlacedTurn, lead?: LeadLine): string {
  const { repository, voice, row } = parts;
  const { pressure } = JSON.parse(row.setup) as Setup;
  if (turn.kind === 'opening' && turn.position > 0) return interviewerLine(voice, pressure, lead ?? storedLead(repository, row, turn.position), turn.position);
  if (turn.kind === 'opening') return interviewerLine(voice, pressure, 'opening', turn.seq, { minutes: plannedMinutes(row), count: questionsInWords(row.question_count) });
  if (turn.kind === 'closing') return interviewerLine(voice, pressure, 'closing', turn.seq);
  const question = repository.question(row.id, turn.position);
  const point = question && questionOf(question).points.find(({ id }) => id === turn.follow_up_of);
  return interviewerLine(voice, pressure, 'follow_up', turn.seq, { follow_up: point?.follow_up ?? '' });
}

/** The words of a turn to read now: its own, or the coach's as long as a model has not found any. */
export function wordsNow(parts: { repository: InterviewRepository; voice: Voice; row: InterviewHead }, turn: PlacedTurn & Pick<TurnRow, 'text' | 'state'>): string {
  return turn.state === 'said' ? turn.text : coachLine(parts, turn);
}

/** Whether the question before `position` was passed on, or else how its answer scored. */
export function storedLead(repository: InterviewRepository, row: InterviewHead, position: number): LeadLine {
  const before = repository.question(row.id, position - 1);
  return leadAfter(wasPassed(repository, row, position - 1), before && gradeOf(before)?.score);
}

/** Whether the person passed on what was asked last at `position`. In practice a skipped follow-up is followed by feedback on the answer before it. */
export function wasPassed(repository: InterviewRepository, row: InterviewHead, position: number): boolean {
  const { mode } = JSON.parse(row.setup) as Setup;
  const last: Turn['kind'] | undefined = repository.turnsOfQuestion(row.id, position).findLast((turn) => turn.by === 'candidate')?.kind;
  return last === 'skip' && (mode === 'exam' || repository.question(row.id, position)?.state === 'skipped');
}
