import type { Overview, Setup } from '../contract/interview.ts';
import type { HistoryRepository } from './history-repository.ts';
import type { InterviewRepository } from './interview-repository.ts';
import { wordsNow } from './interviewer-lines.ts';
import { sentence, type Voice } from './voice.ts';

const DAY_MS = 86_400_000;
const DAYS_SHOWN = 84;
/** How far back the best streak is looked for. */
const STREAK_DAYS = 366;

/** What Home shows. Days are those of the given offset from UTC. */
export function buildOverview(parts: { interviews: InterviewRepository; history: HistoryRepository; voice: Voice; now: number; utcOffsetMinutes: number; defaults: Setup }): Overview {
  const { interviews, history, now, utcOffsetMinutes } = parts;
  const dayOf = (ms: number): number => Math.floor((ms + utcOffsetMinutes * 60_000) / DAY_MS);
  const today = dayOf(now);
  const byDay = new Map<number, number>();
  const answeredDays = new Set<number>();
  for (const { at, activeMs, answered } of history.practice(new Date(now - STREAK_DAYS * DAY_MS).toISOString())) {
    const day = dayOf(Date.parse(at));
    byDay.set(day, (byDay.get(day) ?? 0) + activeMs);
    if (answered > 0) answeredDays.add(day);
  }
  const minutesOn = (day: number): number => Math.round((byDay.get(day) ?? 0) / 60_000);
  const weekday = (today + 3) % 7; // day 0 of the epoch was a Thursday; weeks begin on Monday
  return {
    unfinished: unfinishedView(interviews, history, parts.voice),
    trend: history.trend(12).map(({ id, at, score, low, high }) => ({ sessionId: id, at, score, low, high })),
    recent: history.recent(5),
    finished: history.finishedCount(),
    streak: { ...streakOf(answeredDays, today), minutes: Array.from({ length: DAYS_SHOWN }, (_, index) => minutesOn(today - DAYS_SHOWN + 1 + index)) },
    minutesToday: minutesOn(today),
    minutesThisWeek: Array.from({ length: weekday + 1 }, (_, index) => minutesOn(today - index)).reduce((sum, minutes) => sum + minutes, 0),
    nextStep: nextStepOf(parts),
  };
}

function unfinishedView(interviews: InterviewRepository, history: HistoryRepository, voice: Voice): Overview['unfinished'] {
  const row = history.unfinished();
  if (!row) return null;
  const questions = interviews.questions(row.id, 0, 49);
  const now = questions.find((question) => question.state === 'now');
  const position = now?.position ?? Math.min(row.question_count - 1, questions.filter((question) => question.state !== 'later').length);
  const asked = interviews.turnsOfQuestion(row.id, now?.position ?? row.question_count).findLast((turn) => turn.kind === 'question' || turn.kind === 'follow-up' || turn.kind === 'closing');
  const draft = interviews.draft(row.id)?.draft;
  const draftWords = draft ? Object.entries(draft).filter(([key]) => key !== 'shape').map(([, value]) => value).join(' ').split(/\s+/).filter(Boolean).length : 0;
  return {
    sessionId: row.id, title: row.title, asked: asked ? wordsNow({ repository: interviews, voice, row }, asked) : questions[position]?.title ?? row.title, questionNumber: position + 1, questionCount: row.question_count,
    answered: questions.map(({ state }) => (state === 'not-reached' ? 'later' : state)), lastAt: row.seen_at, draftWords,
    minutesLeft: Math.max(1, Math.round(questions.slice(position).reduce((sum, question) => sum + question.minutes, 0))),
  };
}

/** Days in a row with at least one answer; today may still be to come. */
function streakOf(answeredDays: Set<number>, today: number): { days: number; best: number } {
  const practised = (day: number): boolean => answeredDays.has(day);
  let days = 0;
  for (let day = practised(today) ? today : today - 1; practised(day); day--) days++;
  let best = 0;
  let run = 0;
  for (let day = today - STREAK_DAYS; day <= today; day++) { run = practised(day) ? run + 1 : 0; best = Math.max(best, run); }
  return { days, best };
}

/** One step with its reason, from the last answers; null until there is something to reason from. */
function nextStepOf({ history, voice, defaults }: { history: HistoryRepository; voice: Voice; defaults: Setup }): Overview['nextStep'] {
  const habits = history.storyHabits();
  const drill: Setup = { ...defaults, minutes: 10, mode: 'practice' };
  delete drill.posting;
  delete drill.questionCount;
  if (habits.withoutNumber * 2 >= habits.stories && habits.withoutNumber > 0) {
    return { title: sentence(voice.report, 'step_result'), reason: sentence(voice.report, 'step_result_why', { count: habits.withoutNumber, of: habits.stories }), setup: { ...drill, kind: 'behavioural' }, count: habits.withoutNumber, of: habits.stories };
  }
  const weakest = history.weakTopics(60)[0];
  if (!weakest) return null;
  return {
    title: sentence(voice.report, 'step_topic', { topic: weakest.topic.replaceAll('-', ' ') }), reason: sentence(voice.report, 'step_topic_why', { score: Math.round(weakest.score) }),
    setup: { ...drill, kind: 'mixed' }, count: 0, of: 0,
  };
}
