import type { Coach, Grade } from '../coach/index.ts';
import type { Rubric } from '../coach/rubric.ts';
import { EngineError } from '../contract/errors.ts';
import { ANSWER_LIMIT, type Draft, type SessionView, type Setup } from '../contract/interview.ts';
import type { Prompts } from '../prompts/prompt.ts';
import type { Conversations } from '../session/index.ts';
import { isoFrom, type Clock, type Ids } from '../sources.ts';
import { chooseFollowUp, maxFollowUps } from './follow-up-policy.ts';
import { beginInterview, persistInterview, phaseOf, restoreInterview, stepInterview, timesAt, withoutAbsence, type InterviewEvent, type InterviewSnapshot } from './interview-machine.ts';
import type { InterviewPlanner } from './interview-planner.ts';
import { gradeOf, questionOf, type InterviewRepository, type InterviewRow, type TurnRow } from './interview-repository.ts';
import { InterviewTurns, type Moment } from './interview-turns.ts';
import { leadAfter } from './interviewer-lines.ts';
import type { PackLibrary } from './pack-library.ts';
import type { Question } from './pack-schema.ts';
import { minutesFor } from './planning-policy.ts';
import { overallScore } from './report-scores.ts';
import { buildSessionView } from './session-view.ts';
import type { Speaker } from './speaker.ts';
import { INTERVIEW_PROMPTS } from './speech-script.ts';
import { checkedText } from './text-guard.ts';
import { sentence, type Voice } from './voice.ts';

export interface InterviewServiceParts {
  repository: InterviewRepository; planner: InterviewPlanner; library: PackLibrary; voice: () => Voice; coach: Coach; speaker: Speaker; prompts: Prompts; conversations: Pick<Conversations, 'begin' | 'forget'>; clock: Clock; ids: Ids;
  /** Told after every committed change. */
  changed: (sessionId: string) => void;
  /** Told within the transaction that begins an interview. */
  started: (sessionId: string) => void;
  /** Told within the transaction that takes an answer. */
  answered: (sessionId: string, seq: number) => void;
  /** Told within the transaction that deletes an interview. */
  deleted: (sessionId: string) => void;
  /** Told within the transaction that ends an interview. */
  ended: (sessionId: string) => void;
}
type At = { sessionId: string; revision: number };
interface Loaded { row: InterviewRow; setup: Setup; snapshot: InterviewSnapshot; now: number }

/** Questions of one interview or two; each prepared rubric weighs some hundred kB. */
const RUBRICS_KEPT = 24;

/** Holds interviews: each command is one state-machine step, committed together with what the person wrote before it returns. */
export class InterviewService {
  readonly #parts: InterviewServiceParts;
  readonly #turns: InterviewTurns;
  readonly #rubrics = new Map<string, Rubric>();
  /** When the last window of an interview went away; interviews nobody watched since this engine started count as left. */
  readonly #leftAt = new Map<string, number | null>();
  /** Windows that look at an interview now. */
  readonly #windows = new Map<string, number>();
  /** Interviews in which a turn that an earlier run left unsaid has been looked for. */
  readonly #recovered = new Set<string>();

  constructor(parts: InterviewServiceParts) { this.#parts = parts; this.#turns = new InterviewTurns(parts); }

  /** @throws EngineError PACK_NOT_FOUND, PLAN_EMPTY, POSTING_TOO_LONG, POSTING_NOT_TEXT */
  start(setup: Setup): SessionView {
    const plan = this.#parts.planner.plan(setup);
    return this.#begin(setup, plan.packTitle, plan.questions.map(({ question, packId, minutes, why }) => ({ question, packId, minutes, why })));
  }

  /** @throws EngineError QUESTION_NOT_FOUND */
  retry(questionId: string, mode: Setup['mode']): SessionView {
    const found = this.#parts.library.question(questionId);
    if (!found) throw new EngineError('QUESTION_NOT_FOUND');
    const last = this.#parts.repository.lastSetup()?.setup;
    const setup: Setup = {
      packId: found.pack.pack, level: found.question.level === 'any' ? last?.level ?? 'mid' : found.question.level, kind: 'mixed', minutes: 10, questionCount: 1, mode,
      pressure: last?.pressure ?? 'neutral', followUps: last?.followUps ?? true, hints: last?.hints ?? true, clock: last?.clock ?? true,
    };
    const why = sentence(this.#parts.voice().why, 'retry');
    return this.#begin(setup, found.pack.title, [{ question: found.question, packId: found.pack.pack, minutes: minutesFor(found.question, setup.pressure), why }]);
  }

  #begin(setup: Setup, packTitle: string, planned: { question: Question; packId: string; minutes: number; why: string }[]): SessionView {
    const { repository, prompts, conversations, clock, ids } = this.#parts;
    const now = clock.now();
    const id = ids.next('interview');
    const snapshot = beginInterview({ questionCount: planned.length, maxFollowUps: maxFollowUps(setup), practice: setup.mode === 'practice', at: now });
    const minutes = Math.max(1, Math.round(planned.reduce((sum, question) => sum + question.minutes, 0)));
    const spoken = repository.write(() => {
      repository.insert({
        id, title: `${packTitle}, ${setup.level}`, pack_id: setup.packId, pack_title: packTitle, setup: JSON.stringify(setup), question_count: planned.length,
        planned_ms: minutes * 60_000, phase: phaseOf(snapshot), revision: 1, snapshot: persistInterview(snapshot), started_at: isoFrom(now), seen_at: isoFrom(now),
      });
      planned.forEach(({ question, packId, minutes: own, why }, position) => {
        repository.insertQuestion({
          interview_id: id, position, question_id: question.id, pack_id: packId, title: question.title, kind: question.kind, minutes: own, why, body: JSON.stringify(question),
          state: position === 0 ? 'now' : 'later', asked_at: position === 0 ? isoFrom(now) : null, total: question.points.length,
        });
      });
      // Also when no model is there: one may come before the interview ends.
      prompts.pin(id, INTERVIEW_PROMPTS);
      conversations.begin(id);
      this.#parts.started(id);
      repository.addEvent(id, 1, 'start', { questions: planned.map(({ question }) => question.id) }, isoFrom(now));
      const head = { id, setup: JSON.stringify(setup), planned_ms: minutes * 60_000, question_count: planned.length };
      const opening = this.#turns.speak(head, { kind: 'opening', position: 0, follow_up_of: null }, now);
      this.#turns.ask(id, 0, planned[0]?.question.question ?? '', now);
      return opening;
    });
    this.#leftAt.set(id, null);
    this.#recovered.add(id);
    this.#letSpeak(id, spoken);
    this.#parts.changed(id);
    this.#prepareLater(id, 0);
    return this.view(id);
  }

  /** @throws EngineError INTERVIEW_NOT_FOUND */
  view(sessionId: string): SessionView {
    const { row, snapshot, now } = this.#load(sessionId);
    const view = buildSessionView({ repository: this.#parts.repository, voice: this.#parts.voice(), row, snapshot, now });
    const words = this.#parts.speaker.soFar(sessionId);
    return words ? { ...view, turns: view.turns.map((turn) => (turn.seq === words.seq && turn.state === 'speaking' ? { ...turn, text: words.text } : turn)) } : view;
  }

  /**
   * Takes an answer: graded, committed, then the machine decides what is asked next. Sending one `submissionId` again changes nothing.
   * @throws EngineError ANSWER_EMPTY, ANSWER_TOO_LONG, ANSWER_NOT_TEXT, INTERVIEW_*, STORAGE_*
   */
  answer(input: At & { submissionId: string; text: string }): SessionView {
    const { repository, coach } = this.#parts;
    const state = this.#load(input.sessionId);
    if (repository.hasSubmission(input.sessionId, input.submissionId)) return this.view(input.sessionId);
    if (input.text.length > ANSWER_LIMIT) throw new EngineError('ANSWER_TOO_LONG', { characters: input.text.length, limit: ANSWER_LIMIT });
    const text = checkedText(input.text, 'ANSWER_NOT_TEXT').trim();
    if (text === '') throw new EngineError('ANSWER_EMPTY');
    this.#refuseStale(state, input.revision);
    const { position } = state.snapshot.context;
    const question = repository.question(input.sessionId, position);
    if (!question) return this.#step(state, { type: 'answer', followUp: null, at: state.now }, 'Answering', () => { this.#turns.hear(momentOf(state), text, 'remark', null, input.submissionId); });

    const own = repository.turnsOfQuestion(input.sessionId, position);
    const rubric = this.#rubric(question.body);
    const grade = coach.grade(rubric, [...own.filter((turn) => turn.kind === 'answer').map((turn) => ({ text: turn.text })), { text }]);
    const askedAfter = new Set(own.flatMap((turn) => turn.follow_up_of ?? []));
    const followUp = chooseFollowUp(state.setup.pressure, grade.score, coach.rankMissing(rubric, grade), askedAfter);
    const asked = phaseOf(state.snapshot) === 'follow-up' ? own.findLast((turn) => turn.kind === 'follow-up' && turn.by === 'interviewer') : undefined;
    return this.#step(state, { type: 'answer', followUp, at: state.now }, 'Answering', (after) => {
      const seq = this.#turns.hear(momentOf(state), text, 'answer', asked?.follow_up_of ?? null, input.submissionId);
      this.#parts.answered(input.sessionId, seq);
      repository.saveGrade(input.sessionId, position, grade);
      repository.saveQuestion(input.sessionId, position, { state: after.context.position === position && phaseOf(after) === 'follow-up' ? 'now' : 'answered' });
      if (asked && grade.score !== null) this.#turns.note(asked, { score: grade.score });
    }, grade);
  }

  skip(input: At): SessionView {
    const state = this.#load(input.sessionId);
    this.#refuseStale(state, input.revision);
    const { position } = state.snapshot.context;
    return this.#step(state, { type: 'skip', at: state.now }, 'Skipping', () => {
      this.#turns.keepDraft(momentOf(state));
      if (!this.#parts.repository.question(input.sessionId, position)) return;
      const answered = phaseOf(state.snapshot) === 'follow-up';
      this.#turns.pass(momentOf(state));
      this.#parts.repository.saveQuestion(input.sessionId, position, { state: answered ? 'answered' : 'skipped' });
    });
  }

  hint(input: At): SessionView {
    const state = this.#load(input.sessionId);
    this.#refuseStale(state, input.revision);
    if (!state.setup.hints) throw new EngineError('INTERVIEW_NOT_NOW', { attempt: 'A hint' });
    return this.#step(state, { type: 'hint', at: state.now }, 'Another hint', (after) => {
      const row = this.#parts.repository.question(input.sessionId, state.snapshot.context.position);
      if (!row) return;
      const question = questionOf(row);
      const missing = gradeOf(row)?.points.filter((point) => point.verdict !== 'met').map((point) => point.pointId);
      const heaviest = question.points.filter((point) => missing?.includes(point.id) ?? true).toSorted((a, b) => b.weight - a.weight)[0];
      const hint = after.context.hintsUsed > 1 && heaviest ? sentence(this.#parts.voice().hints, 'second', { follow_up: heaviest.follow_up }) : question.hint;
      this.#turns.say(input.sessionId, state.setup.pressure, row.position, 'hint', state.now, { hint });
      this.#parts.repository.saveQuestion(input.sessionId, row.position, { state: 'now', hintsUsed: row.hints_used + 1 });
    });
  }

  repeat(input: At): SessionView {
    const state = this.#load(input.sessionId);
    this.#refuseStale(state, input.revision);
    return this.#step(state, { type: 'repeat', at: state.now }, 'Repeating', () => {
      const { position } = state.snapshot.context;
      const asked = this.#parts.repository.turnsOfQuestion(input.sessionId, position).findLast((turn) => turn.kind === 'question' || turn.kind === 'follow-up' || turn.kind === 'closing');
      this.#turns.say(input.sessionId, state.setup.pressure, position, 'repeat', state.now, { asked: asked?.text ?? '' });
      if (asked) this.#turns.note(asked, { askedAgain: true });
    });
  }

  next(input: At): SessionView { return this.#plainStep(input, 'next', 'Going on'); }
  pause(input: At): SessionView { return this.#plainStep(input, 'pause', 'Pausing'); }
  resume(input: At): SessionView { return this.#plainStep(input, 'resume', 'Resuming'); }
  end(input: At): SessionView { return this.#plainStep(input, 'end', 'Ending', (state) => this.#turns.keepDraft(momentOf(state))); }

  /** @throws EngineError INTERVIEW_NOT_FOUND, INTERVIEW_STALE, INTERVIEW_NOT_NOW, STORAGE_* */
  saveDraft(input: At & { draft: Draft }): { savedAt: string } {
    const state = this.#load(input.sessionId);
    this.#refuseStale(state, input.revision);
    if (state.row.ended_at !== null) throw new EngineError('INTERVIEW_NOT_NOW', { attempt: 'Writing' });
    const savedAt = isoFrom(state.now);
    this.#parts.repository.write(() => this.#parts.repository.saveDraft(input.sessionId, input.draft, savedAt));
    this.#parts.speaker.prepare(input.sessionId);
    return { savedAt };
  }

  /** @throws EngineError INTERVIEW_NOT_FOUND, INTERVIEW_NOT_NOW, STORAGE_* */
  rateTurn({ sessionId, seq, rating }: { sessionId: string; seq: number; rating: 'up' | 'down' | null }): void {
    const { repository, changed } = this.#parts;
    repository.write(() => {
      const turn = repository.turn(sessionId, seq);
      if (!turn) throw new EngineError('INTERVIEW_NOT_FOUND');
      if (turn.by !== 'interviewer' || turn.made_by === null) throw new EngineError('INTERVIEW_NOT_NOW', { attempt: 'Rating your own words' });
      if (turn.state !== 'said') throw new EngineError('INTERVIEW_NOT_NOW', { attempt: 'Rating words that are still being spoken' });
      repository.rateTurn(sessionId, seq, rating);
      this.#turns.note(turn, { rating });
    });
    changed(sessionId);
  }

  /** @throws EngineError INTERVIEW_NOT_FOUND, STORAGE_* */
  delete(sessionId: string): void {
    const { repository, speaker, deleted, changed } = this.#parts;
    repository.write(() => {
      if (!repository.delete(sessionId)) throw new EngineError('INTERVIEW_NOT_FOUND');
      deleted(sessionId);
    }, { frees: true });
    repository.emptyLog();
    speaker.forget(sessionId);
    changed(sessionId);
  }

  /** Interviews may be others than they were, with a turn that was left unsaid where they come from. */
  dataReplaced(): void {
    this.#recovered.clear();
    this.#parts.conversations.forget();
    for (const sessionId of this.#windows.keys()) this.#parts.changed(sessionId);
  }

  /** A window looks at this interview, or no window does any more: time without one does not count as spent. */
  watched(sessionId: string, present: boolean): void {
    const windows = this.#windows.get(sessionId) ?? 0;
    if (!present) {
      if (windows > 1) return void this.#windows.set(sessionId, windows - 1);
      this.#windows.delete(sessionId);
      return void this.#leftAt.set(sessionId, this.#parts.clock.now());
    }
    const { row } = this.#load(sessionId);
    this.#windows.set(sessionId, windows + 1);
    this.#leftAt.set(sessionId, null);
    if (row.ended_at === null) this.#parts.speaker.warm();
  }

  #plainStep(input: At, type: 'next' | 'pause' | 'resume' | 'end', attempt: string, record: (state: Loaded) => void = () => {}): SessionView {
    const state = this.#load(input.sessionId);
    this.#refuseStale(state, input.revision);
    return this.#step(state, { type, at: state.now }, attempt, () => record(state));
  }

  #load(sessionId: string): Loaded {
    const { repository, clock } = this.#parts;
    const row = repository.open(sessionId);
    if (!row) throw new EngineError('INTERVIEW_NOT_FOUND');
    const now = clock.now();
    if (!this.#recovered.has(sessionId)) {
      this.#recovered.add(sessionId);
      // A disk that refuses must not keep an interview from being opened; the next step ends the turn.
      try { this.#parts.speaker.recover(row); } catch { this.#recovered.delete(sessionId); }
    }
    let snapshot = restoreInterview(JSON.parse(row.snapshot));
    const left = this.#leftAt.has(sessionId) ? this.#leftAt.get(sessionId) : Date.parse(row.seen_at);
    if (left !== null && left !== undefined && row.ended_at === null) {
      const present = withoutAbsence(snapshot, left, now);
      if (present !== snapshot) {
        snapshot = present;
        repository.write(() => repository.saveClock(sessionId, persistInterview(snapshot), isoFrom(now)));
      }
    }
    this.#leftAt.set(sessionId, null);
    return { row, setup: JSON.parse(row.setup) as Setup, snapshot, now };
  }

  /** The same object for the same question, because the coach keeps what it prepared by object. */
  #rubric(body: string): Rubric {
    const known = this.#rubrics.get(body);
    if (known) return known;
    const rubric = rubricOf(JSON.parse(body) as Question);
    if (this.#rubrics.size >= RUBRICS_KEPT) this.#rubrics.clear();
    this.#rubrics.set(body, rubric);
    return rubric;
  }

  #refuseStale({ row }: Loaded, revision: number): void {
    if (row.revision !== revision) throw new EngineError('INTERVIEW_STALE', { revision: row.revision });
  }

  /** One step of the machine: event, snapshot, what was said and what is asked next, in one transaction. */
  #step(state: Loaded, event: InterviewEvent, attempt: string, record: (after: InterviewSnapshot) => void, grade?: Grade): SessionView {
    const { repository } = this.#parts;
    const { row, snapshot, now } = state;
    if (!snapshot.can(event)) throw new EngineError('INTERVIEW_NOT_NOW', { attempt });
    const after = stepInterview(snapshot, event);
    const revision = row.revision + 1;
    // A hint may be given while the interviewer still speaks; every other step goes past what is being said.
    const interruption = event.type === 'hint' ? undefined : this.#parts.speaker.interrupt(row.id);
    const spoken = repository.write(() => {
      interruption?.record();
      record(after);
      if (event.type === 'answer' || event.type === 'skip') repository.clearDraft(row.id);
      const next = this.#askNext(state, after, event, grade);
      repository.addEvent(row.id, revision, event.type, event, isoFrom(now));
      repository.saveStep(row.id, {
        phase: phaseOf(after), revision, snapshot: persistInterview(after), seenAt: isoFrom(now), activeMs: timesAt(after, now).activeMs,
        answered: row.answered + (event.type === 'answer' && phaseOf(snapshot) === 'question' ? 1 : 0),
      });
      if (phaseOf(after) === 'ended') this.#finish(row, after, now);
      return next;
    });
    interruption?.done();
    this.#letSpeak(row.id, spoken);
    this.#parts.changed(row.id);
    if (after.context.position !== snapshot.context.position) this.#prepareLater(row.id, after.context.position);
    return this.view(row.id);
  }

  /** Reads the rubric of the question just asked while the person reads the question, so that grading the answer is quick. */
  #prepareLater(id: string, position: number): void {
    const { repository, coach } = this.#parts;
    const body = repository.question(id, position)?.body;
    if (body !== undefined) setImmediate(() => coach.prepare(this.#rubric(body)));
  }

  /** What the interviewer says when the machine has moved on. Gives the turn that a model is to word, if one is. */
  #askNext({ row, snapshot, now }: Loaded, after: InterviewSnapshot, event: InterviewEvent, grade: Grade | undefined): TurnRow | undefined {
    const { repository } = this.#parts;
    const phase = phaseOf(after);
    const { position } = after.context;
    if (phase === 'follow-up' && event.type === 'answer' && event.followUp !== null) return this.#turns.speak(row, { kind: 'follow-up', position, follow_up_of: event.followUp }, now);
    if (position === snapshot.context.position) return undefined;
    if (phase === 'closing') return this.#turns.speak(row, { kind: 'closing', position, follow_up_of: null }, now);
    const question = repository.question(row.id, position);
    if (!question) return undefined;
    const graded = grade ?? gradeOf(repository.question(row.id, position - 1) ?? { grade: null });
    repository.saveQuestion(row.id, position, { state: 'now', askedAt: isoFrom(now) });
    const leadIn = this.#turns.speak(row, { kind: 'opening', position, follow_up_of: null }, now, leadAfter(event.type === 'skip', graded?.score));
    this.#turns.ask(row.id, position, questionOf(question).question, now);
    return leadIn;
  }

  #finish(row: InterviewRow, after: InterviewSnapshot, now: number): void {
    const { repository } = this.#parts;
    const setup = JSON.parse(row.setup) as Setup;
    const questions = repository.questions(row.id);
    const overall = overallScore(questions, setup.mode);
    const grader = questions.map(gradeOf).find((grade) => grade !== null);
    repository.saveEnd(row.id, {
      endedAt: isoFrom(now), early: after.context.position < after.context.questionCount,
      score: overall?.score ?? null, low: overall?.low ?? null, high: overall?.high ?? null, grader: grader ? `${grader.grader}/${grader.graderVersion}` : 'coach',
    });
    this.#parts.ended(row.id);
  }

  #letSpeak(id: string, turn: TurnRow | undefined): void {
    const row = turn && this.#parts.repository.find(id);
    if (row) this.#parts.speaker.begin(row, turn);
  }
}

/** Where an interview stands, for what is said in it now. */
const momentOf = ({ row, snapshot, now }: Loaded): Moment => ({ sessionId: row.id, position: snapshot.context.position, now, spentMs: timesAt(snapshot, now).spentMs });

export function rubricOf(question: Question): Rubric {
  return { id: question.id, kind: question.kind, question: question.question, points: question.points, red_flags: question.red_flags, model_answer: question.model_answer };
}
