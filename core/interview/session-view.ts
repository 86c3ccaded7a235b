import type { SessionView, Setup, Turn } from '../contract/interview.ts';
import { HINTS_PER_QUESTION, phaseOf, timesAt, type InterviewSnapshot } from './interview-machine.ts';
import { gradeOf, questionOf, type InterviewRepository, type InterviewRow, type QuestionRow, type TurnRow } from './interview-repository.ts';
import { wordsNow } from './interviewer-lines.ts';
import { minutesFor } from './planning-policy.ts';
import { sentence, type Voice } from './voice.ts';
import type { Question } from './pack-schema.ts';
import type { Grade } from '../coach/index.ts';

/** Turns and questions that travel with every view; a view's size does not grow with the interview. */
export const TURNS_IN_VIEW = 40;
const QUESTIONS_AROUND = 15;
const FOLLOW_UP_MINUTES = 1.5;
const GOOD_WORDS = {
  behavioural: { from: 120, to: 220 }, technical: { from: 80, to: 180 }, case: { from: 100, to: 200 }, 'system-design': { from: 150, to: 300 }, followUp: { from: 30, to: 100 },
} as const;

export const madeByInterviewer = (voice: Voice): NonNullable<Turn['madeBy']> => ({ who: 'coach', part: 'interviewer', version: `${voice.version}` });

export function turnView(row: TurnRow): Turn {
  return {
    seq: row.seq, by: row.by, kind: row.kind, questionIndex: row.position, text: row.text, at: row.at, elapsedMs: row.elapsed_ms, words: row.words,
    madeBy: row.made_by === null ? null : (JSON.parse(row.made_by) as Turn['madeBy']), state: row.state, cut: row.cut, rating: row.rating,
  };
}

/** What to try for each point that was not met. */
export function tipsFor(question: Question, grade: Grade, voice: Voice): Record<string, string> {
  const open = new Set(grade.points.filter((point) => point.verdict !== 'met').map((point) => point.pointId));
  return Object.fromEntries(question.points.filter((point) => open.has(point.id)).map((point) => {
    const saidAs = point.said_as.toSorted((a, b) => b.length - a.length).find((said) => said.length <= 140) ?? point.said_as[0] ?? '';
    return [point.id, sentence(voice.report, 'tip', { said_as: saidAs })];
  }));
}

/** Everything the room shows, read from what is stored. */
export function buildSessionView(parts: { repository: InterviewRepository; voice: Voice; row: InterviewRow; snapshot: InterviewSnapshot; now: number }): SessionView {
  const { repository, voice, row, snapshot, now } = parts;
  const setup = JSON.parse(row.setup) as Setup;
  const { position } = snapshot.context;
  const phase = phaseOf(snapshot);
  const times = timesAt(snapshot, now);
  const turnCount = repository.turnCount(row.id);
  const turns = repository.turns(row.id, turnCount, TURNS_IN_VIEW);
  const around = repository.questions(row.id, position - QUESTIONS_AROUND, position + QUESTIONS_AROUND);
  const present = around.find((question) => question.position === position);
  const draft = repository.draft(row.id);
  return {
    sessionId: row.id, revision: row.revision, phase,
    title: row.title, packId: row.pack_id, packTitle: row.pack_title, level: setup.level, kind: setup.kind, mode: setup.mode, pressure: setup.pressure,
    followUps: setup.followUps, hints: setup.hints, clock: setup.clock, fromPosting: setup.posting !== undefined,
    startedAt: row.started_at, endedAt: row.ended_at, activeMs: times.activeMs, plannedMs: row.planned_ms, questionCount: row.question_count,
    questions: around.map((question) => ({
      index: question.position, questionId: question.question_id, title: question.title, kind: question.kind as SessionView['questions'][number]['kind'], minutes: question.minutes,
      state: question.state === 'not-reached' ? 'later' : question.state,
      met: setup.mode === 'practice' && question.state === 'answered' ? question.met : null,
      total: setup.mode === 'practice' && question.state === 'answered' && question.met !== null ? question.total : null,
    })),
    turns: turns.map(turnView), earlierTurns: Math.max(0, turnCount - turns.length),
    current: phase === 'ended' || phase === 'feedback' ? null : currentView({ repository, voice, row, setup, snapshot, present, spentMs: times.spentMs }),
    draft: draft?.draft ?? null, draftSavedAt: draft?.savedAt ?? null,
    feedback: phase === 'feedback' && present ? feedbackView(repository, voice, row, present) : null,
  };
}

function currentView(parts: { repository: InterviewRepository; voice: Voice; row: InterviewRow; setup: Setup; snapshot: InterviewSnapshot; present: QuestionRow | undefined; spentMs: number }): SessionView['current'] {
  const { repository, voice, row, setup, snapshot, present, spentMs } = parts;
  const { context } = snapshot;
  const own = repository.turnsOfQuestion(row.id, context.position);
  const asking = own.findLast((turn) => turn.kind === 'question' || turn.kind === 'follow-up' || turn.kind === 'closing');
  // While a model looks for its words these are the coach's, so that there is always something to answer; the room shows the turn itself.
  const asked = asking ? wordsNow({ repository, voice, row }, asking) : '';
  const hint = own.findLast((turn) => turn.kind === 'hint')?.text ?? null;
  const hintsLeft = setup.hints && present ? Math.max(0, HINTS_PER_QUESTION - context.hintsUsed) : 0;
  if (!present) {
    return { questionIndex: context.position, questionId: '', kind: 'behavioural', question: asked, asked, followUp: null, setAsideMs: 60_000, spentMs, hint: null, hintsLeft: 0, goodWords: { from: 0, to: 80 } };
  }
  const question = questionOf(present);
  const followUp = context.followUpsAsked > 0 ? { number: context.followUpsAsked, of: context.maxFollowUps } : null;
  return {
    questionIndex: present.position, questionId: present.question_id, kind: question.kind, question: question.question.trim(), asked, followUp,
    setAsideMs: (followUp ? minutesFor({ minutes: FOLLOW_UP_MINUTES }, setup.pressure) : present.minutes) * 60_000, spentMs,
    hint, hintsLeft, goodWords: followUp ? GOOD_WORDS.followUp : GOOD_WORDS[question.kind],
  };
}

function feedbackView(repository: InterviewRepository, voice: Voice, row: InterviewRow, present: QuestionRow): SessionView['feedback'] {
  const grade = gradeOf(present);
  if (!grade) return null;
  const question = questionOf(present);
  return {
    questionIndex: present.position, questionId: present.question_id, title: present.title,
    answers: repository.turnsOfQuestion(row.id, present.position).filter((turn) => turn.kind === 'answer').map((turn) => turn.text),
    grade, tips: tipsFor(question, grade, voice), modelAnswer: question.model_answer.trim(),
    madeBy: { who: 'coach', part: `rubric ${grade.rubricVersion}`, version: grade.graderVersion },
  };
}
