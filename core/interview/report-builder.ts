import { EngineError } from '../contract/errors.ts';
import type { Attempt, QuestionReport, Report, Setup } from '../contract/interview.ts';
import type { HistoryRepository } from './history-repository.ts';
import { gradeOf, questionOf, type InterviewRepository, type InterviewRow, type QuestionRow, type TurnRow } from './interview-repository.ts';
import { nextSteps } from './next-steps.ts';
import { compareScores, competencyScores, deliverySummary, type RangedScore } from './report-scores.ts';
import type { SecondReading } from './second-reading.ts';
import type { SecondOfQuestion } from './second-view.ts';
import { tipsFor, turnView } from './session-view.ts';
import { sentence, type Voice } from './voice.ts';

/** Writes reports from what is stored: nothing in them is kept twice, so a report can be read again at any time. */
export class ReportBuilder {
  readonly #interviews: InterviewRepository;
  readonly #history: HistoryRepository;
  readonly #voice: () => Voice;
  readonly #second: SecondReading;

  constructor(parts: { interviews: InterviewRepository; history: HistoryRepository; voice: () => Voice; second: SecondReading }) {
    this.#second = parts.second;
    this.#interviews = parts.interviews;
    this.#history = parts.history;
    this.#voice = parts.voice;
  }

  /** @throws EngineError INTERVIEW_NOT_FOUND, INTERVIEW_NOT_ENDED */
  build(sessionId: string): Report {
    const row = this.#interviews.open(sessionId);
    if (!row) throw new EngineError('INTERVIEW_NOT_FOUND');
    if (row.ended_at === null) throw new EngineError('INTERVIEW_NOT_ENDED');
    const voice = this.#voice();
    const setup = JSON.parse(row.setup) as Setup;
    const questions = this.#interviews.questions(sessionId);
    const count = (state: QuestionRow['state']): number => questions.filter((question) => question.state === state).length;
    const earlierRow = row.score === null ? undefined : this.#history.earlierLike(row);
    const earlierQuestions = earlierRow ? this.#interviews.questions(earlierRow.id) : [];
    const earlierCompetencies = new Map(competencyScores(earlierQuestions).map(({ competency, score }) => [competency, score]));
    const left = count('not-reached');
    const second = this.#second.ofReport(row, questions);
    return {
      sessionId, title: row.title, packId: row.pack_id, packTitle: row.pack_title, level: setup.level, kind: setup.kind, mode: setup.mode, pressure: setup.pressure, fromPosting: setup.posting !== undefined,
      startedAt: row.started_at, endedAt: row.ended_at, activeMs: row.active_ms, endedEarly: row.ended_early === 1 && left > 0,
      answered: count('answered'), skipped: count('skipped'), notReached: left,
      score: row.score, low: row.low, high: row.high,
      reason: row.score === null ? sentence(voice.report, 'none', { answered: count('answered'), count: questions.length }) : null,
      summary: summaryOf(row, left, questions.length, voice),
      competencies: competencyScores(questions).map((entry) => ({ ...entry, earlier: earlierCompetencies.get(entry.competency) ?? null })),
      earlier: earlierRow ? this.#comparison(row, earlierRow, voice) : null,
      delivery: { ...deliverySummary(questions), earlier: earlierRow ? deliverySummary(earlierQuestions) : null },
      nextSteps: nextSteps(questions, voice),
      questions: questions.map((question) => this.#question(question, voice, second.of.get(question.position))),
      madeBy: { who: 'coach', part: 'report', version: row.grader ?? 'coach' },
      second: second.overall,
    };
  }

  /** Earlier tries at a question, newest first; `comparable` against the newest one's rubric and grader. */
  attempts(questionId: string, except?: string): Attempt[] {
    const rows = this.#interviews.attempts(questionId);
    const newest = rows[0] ? gradeOf(rows[0]) : null;
    return rows.filter((row) => row.interview_id !== except).flatMap((row) => {
      const grade = gradeOf(row);
      if (!grade) return [];
      const share = (value: number | undefined): number | null => (value === undefined ? null : Math.round(value * 100));
      return [{
        sessionId: row.interview_id, at: row.asked_at, score: share(grade.score ?? undefined), low: share(grade.range?.low), high: share(grade.range?.high),
        met: grade.points.filter((point) => point.verdict === 'met').length, total: grade.points.length,
        text: this.#answersOf(row.interview_id, questionId).map((turn) => turn.text).join('\n\n'),
        metPoints: grade.points.filter((point) => point.verdict === 'met').map((point) => point.pointId),
        comparable: grade.rubricVersion === newest?.rubricVersion && grade.graderVersion === newest.graderVersion,
      }];
    });
  }

  #answersOf(interviewId: string, questionId: string): TurnRow[] {
    const question = this.#interviews.questions(interviewId).find((row) => row.question_id === questionId);
    return question ? this.#interviews.turnsOfQuestion(interviewId, question.position).filter((turn) => turn.kind === 'answer') : [];
  }

  #comparison(row: InterviewRow, earlier: InterviewRow, voice: Voice): Report['earlier'] {
    const score = (of: InterviewRow): RangedScore => ({ score: of.score ?? 0, low: of.low ?? 0, high: of.high ?? 0 });
    const compared = compareScores(score(row), score(earlier));
    const key = compared.verdict === 'about-the-same' ? 'same' : compared.verdict;
    return {
      sessionId: earlier.id, at: earlier.ended_at ?? earlier.started_at, ...score(earlier), ...compared,
      words: sentence(voice.report, key, { confidence: compared.confidence, earlier: earlier.score ?? 0, now: row.score ?? 0 }),
    };
  }

  #question(row: QuestionRow, voice: Voice, second: SecondOfQuestion | undefined): QuestionReport {
    const question = questionOf(row);
    const grade = gradeOf(row);
    const turns = this.#interviews.turnsOfQuestion(row.interview_id, row.position);
    return {
      index: row.position, questionId: row.question_id, packId: row.pack_id, title: row.title, kind: question.kind, topics: question.topics, question: question.question.trim(),
      state: row.state === 'answered' || row.state === 'skipped' ? row.state : 'not-reached', hintsUsed: row.hints_used, plannedMs: row.minutes * 60_000,
      parts: turns.flatMap((turn, index) => {
        if (turn.kind !== 'answer') return [];
        const asked = turns.slice(0, index).findLast((before) => before.kind === 'question' || before.kind === 'follow-up');
        const { madeBy, rating } = asked ? turnView(asked) : { madeBy: null, rating: null };
        return [{ asked: asked?.text ?? '', askedIn: asked && madeBy ? { seq: asked.seq, madeBy, rating } : null, text: turn.text, followUpOf: turn.follow_up_of, at: turn.at, elapsedMs: turn.elapsed_ms ?? 0 }];
      }),
      grade, tips: grade ? tipsFor(question, grade, voice) : {}, modelAnswer: question.model_answer.trim(),
      attempts: this.attempts(row.question_id, row.interview_id), rating: row.rating,
      second: second ? { state: second.state, says: second.says, reading: second.reading } : null,
    };
  }
}

function summaryOf(row: InterviewRow, left: number, count: number, voice: Voice): string {
  if (row.score === null) return sentence(voice.report, 'none', { answered: row.answered, count });
  const overall = sentence(voice.report, row.score >= 70 ? 'strong' : row.score >= 40 ? 'solid' : 'thin');
  return row.ended_early === 1 && left > 0 ? `${overall} ${sentence(voice.report, 'early', { left, count })}` : overall;
}
