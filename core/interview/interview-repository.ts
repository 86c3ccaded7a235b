import { EngineError } from '../contract/errors.ts';
import type { Draft, Phase, Setup, Turn } from '../contract/interview.ts';
import type { Grade } from '../coach/index.ts';
import { isoFrom, systemClock, type Clock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { ArchiveRepository } from './archive-repository.ts';
import { ARCHIVE_RULES } from './archive-rules.ts';
import type { Question } from './pack-schema.ts';

export interface InterviewRow {
  id: string; title: string; pack_id: string; pack_title: string; setup: string; question_count: number; planned_ms: number; phase: Phase; revision: number;
  snapshot: string; started_at: string; seen_at: string; ended_at: string | null; ended_early: number; active_ms: number; answered: number;
  score: number | null; low: number | null; high: number | null; grader: string | null;
}
export type QuestionState = 'later' | 'now' | 'answered' | 'skipped' | 'not-reached';
export interface QuestionRow {
  interview_id: string; position: number; question_id: string; pack_id: string; title: string; kind: string; minutes: number; why: string; body: string;
  state: QuestionState; asked_at: string | null; hints_used: number; grade: string | null; score: number | null; met: number | null; total: number; rating: 'up' | 'down' | null;
}
export interface TurnRow {
  interview_id: string; seq: number; by: Turn['by']; kind: Turn['kind']; position: number; text: string; at: string;
  elapsed_ms: number | null; words: number | null; made_by: string | null; follow_up_of: string | null; submission_id: string | null;
  state: Turn['state']; cut: string | null; rating: Turn['rating'];
}
/** What an earlier attempt at a question left behind. */
export interface AttemptRow { interview_id: string; asked_at: string; score: number | null; grade: string; body: string }

/**
 * All SQL of interviews. Every method is one or a few indexed statements; `write` groups them in a transaction. Turns that are archived
 * are read out of the archive, by every method that reads turns.
 */
export class InterviewRepository {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #archive: ArchiveRepository;
  constructor(store: Store, clock: Clock = systemClock) { this.#store = store; this.#clock = clock; this.#archive = new ArchiveRepository(store); }

  write<Result>(work: () => Result, options?: { frees?: boolean }): Result { return this.#store.write(work, options); }
  /** Writes the log into the database and empties it, so that no word of what was deleted stands in it. */
  emptyLog(): void {
    // What a full disk refuses now is done when the app closes; the deletion stands.
    try { this.#store.sql.pragma('wal_checkpoint(TRUNCATE)'); } catch { /* as above */ }
  }

  insert(row: Omit<InterviewRow, 'ended_at' | 'ended_early' | 'active_ms' | 'answered' | 'score' | 'low' | 'high' | 'grader'>): void {
    this.#store.prepare(`INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at)
      VALUES (@id, @title, @pack_id, @pack_title, @setup, @question_count, @planned_ms, @phase, @revision, @snapshot, @started_at, @seen_at)`).run(row);
  }

  insertQuestion(row: Pick<QuestionRow, 'interview_id' | 'position' | 'question_id' | 'pack_id' | 'title' | 'kind' | 'minutes' | 'why' | 'body' | 'state' | 'asked_at' | 'total'>): void {
    this.#store.prepare(`INSERT INTO interview_question (interview_id, position, question_id, pack_id, title, kind, minutes, why, body, state, asked_at, total)
      VALUES (@interview_id, @position, @question_id, @pack_id, @title, @kind, @minutes, @why, @body, @state, @asked_at, @total)`).run(row);
  }

  find(id: string): InterviewRow | undefined {
    return this.#store.prepare<InterviewRow, [string]>('SELECT * FROM interview WHERE id = ?').get(id);
  }

  /** The same for somebody who looks into it: its turns come back from the archive, and do not go there again soon. @throws EngineError INTERVIEW_DAMAGED */
  open(id: string): InterviewRow | undefined {
    const row = this.find(id);
    const now = this.#clock.now();
    if (!row?.ended_at) return row;
    if (now - Date.parse(row.ended_at) < ARCHIVE_RULES.endedMs - ARCHIVE_RULES.unopenedMs) {
      // Not by its age in the archive, as after a clock went back: what is damaged is told all the same.
      this.#archive.turns(id);
      return row;
    }
    // A disk that refuses must not keep it from being opened: it can be read as it is.
    try {
      if (this.#archive.isArchived(id)) this.#archive.restore(id, isoFrom(now));
      else if (now - Date.parse(this.#archive.openedAt(id) ?? row.ended_at) >= ARCHIVE_RULES.noteOpenedMs) this.#store.write(() => this.#archive.noteOpened(id, isoFrom(now)));
    } catch (error) { if (!(error instanceof EngineError) || error.code === 'INTERVIEW_DAMAGED') throw error; }
    return row;
  }

  saveStep(id: string, step: { phase: Phase; revision: number; snapshot: string; seenAt: string; activeMs: number; answered: number }): void {
    this.#store.prepare('UPDATE interview SET phase = @phase, revision = @revision, snapshot = @snapshot, seen_at = @seenAt, active_ms = @activeMs, answered = @answered WHERE id = @id').run({ id, ...step });
  }

  /** Corrects the clock without counting as a step. */
  saveClock(id: string, snapshot: string, seenAt: string): void {
    this.#store.prepare('UPDATE interview SET snapshot = ?, seen_at = ? WHERE id = ?').run(snapshot, seenAt, id);
  }

  saveEnd(id: string, end: { endedAt: string; early: boolean; score: number | null; low: number | null; high: number | null; grader: string }): void {
    this.#store.prepare('UPDATE interview SET ended_at = @endedAt, ended_early = @early, score = @score, low = @low, high = @high, grader = @grader WHERE id = @id').run({ id, ...end, early: Number(end.early) });
    // A question left in the middle of a follow-up was answered; one without a graded answer was not reached.
    this.#store.prepare("UPDATE interview_question SET state = CASE WHEN grade IS NULL THEN 'not-reached' ELSE 'answered' END WHERE interview_id = ? AND state IN ('later', 'now')").run(id);
    this.#store.prepare('DELETE FROM interview_draft WHERE interview_id = ?').run(id);
  }

  addEvent(id: string, seq: number, type: string, payload: unknown, at: string): void {
    this.#store.prepare('INSERT INTO interview_event (interview_id, seq, type, payload, at) VALUES (?, ?, ?, ?, ?)').run(id, seq, type, JSON.stringify(payload), at);
  }

  addTurn(turn: Omit<TurnRow, 'seq' | 'rating'>): number {
    const seq = this.turnCount(turn.interview_id);
    this.#store.prepare(`INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at, elapsed_ms, words, made_by, follow_up_of, submission_id, state, cut)
      VALUES (@interview_id, @seq, @by, @kind, @position, @text, @at, @elapsed_ms, @words, @made_by, @follow_up_of, @submission_id, @state, @cut)`).run({ ...turn, seq });
    return seq;
  }

  turnCount(id: string): number {
    const last = this.#store.prepare<{ seq: number }, [string]>('SELECT seq FROM interview_turn WHERE interview_id = ? ORDER BY seq DESC LIMIT 1').get(id);
    return last ? last.seq + 1 : (this.#archive.turns(id)?.at(-1)?.seq ?? -1) + 1;
  }

  /** The newest `limit` turns before `before`, oldest first. */
  turns(id: string, before: number, limit: number): TurnRow[] {
    const found = this.#store.prepare<TurnRow, [string, number, number]>('SELECT * FROM interview_turn WHERE interview_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?').all(id, before, limit).reverse();
    return this.#orArchived(found, id, ({ seq }) => seq < before).slice(-limit);
  }

  /** Of an interview whose archive is damaged there are none: reports of others look back at it. */
  turnsOfQuestion(id: string, position: number): TurnRow[] {
    const found = this.#store.prepare<TurnRow, [string, number]>('SELECT * FROM interview_turn WHERE interview_id = ? AND position = ? ORDER BY seq').all(id, position);
    try { return this.#orArchived(found, id, (turn) => turn.position === position); } catch { return found; }
  }

  /** The turns from `from` to before `before`, oldest first. */
  turnsFrom(id: string, from: number, before: number): TurnRow[] {
    const found = this.#store.prepare<TurnRow, [string, number, number]>('SELECT * FROM interview_turn WHERE interview_id = ? AND seq >= ? AND seq < ? ORDER BY seq').all(id, from, before);
    return this.#orArchived(found, id, ({ seq }) => seq >= from && seq < before);
  }

  turn(id: string, seq: number): TurnRow | undefined {
    const found = this.#store.prepare<TurnRow, [string, number]>('SELECT * FROM interview_turn WHERE interview_id = ? AND seq = ?').get(id, seq);
    return found ?? this.#archive.turns(id)?.find((turn) => turn.seq === seq);
  }

  /** An archived interview has no rows at all. */
  #orArchived(found: TurnRow[], id: string, wanted: (turn: TurnRow) => boolean): TurnRow[] {
    return found.length > 0 ? found : this.#archive.turns(id)?.filter(wanted) ?? found;
  }

  /** The turn a model is still wording: one at most, and among the newest. */
  speakingTurn(id: string): TurnRow | undefined {
    return this.#store.prepare<TurnRow, [string, number]>("SELECT * FROM interview_turn WHERE interview_id = ? AND seq >= ? AND state = 'speaking' ORDER BY seq DESC LIMIT 1").get(id, Math.max(0, this.turnCount(id) - 8));
  }

  /** Keeps the words so far of a turn that is still being worded. */
  saveWords(id: string, seq: number, text: string): void {
    this.#store.prepare("UPDATE interview_turn SET text = ? WHERE interview_id = ? AND seq = ? AND state = 'speaking'").run(text, id, seq);
  }

  /** False when there is no such turn any more, or it has been said. */
  finishSpeech(id: string, seq: number, said: { text: string; madeBy: string; cut: string | null }): boolean {
    return this.#store.prepare("UPDATE interview_turn SET text = @text, made_by = @madeBy, cut = @cut, state = 'said' WHERE interview_id = @id AND seq = @seq AND state = 'speaking'").run({ id, seq, ...said }).changes > 0;
  }

  hasSubmission(id: string, submissionId: string): boolean {
    return this.#store.prepare<{ seq: number }, [string, number, string]>('SELECT seq FROM interview_turn WHERE interview_id = ? AND seq >= ? AND submission_id = ?')
      .get(id, Math.max(0, this.turnCount(id) - 8), submissionId) !== undefined;
  }

  question(id: string, position: number): QuestionRow | undefined {
    return this.#store.prepare<QuestionRow, [string, number]>('SELECT * FROM interview_question WHERE interview_id = ? AND position = ?').get(id, position);
  }

  questions(id: string, from = 0, to = Number.MAX_SAFE_INTEGER): QuestionRow[] {
    return this.#store.prepare<QuestionRow, [string, number, number]>('SELECT * FROM interview_question WHERE interview_id = ? AND position BETWEEN ? AND ? ORDER BY position').all(id, from, to);
  }

  saveQuestion(id: string, position: number, change: { state: QuestionState; askedAt?: string | null; hintsUsed?: number }): void {
    this.#store.prepare('UPDATE interview_question SET state = @state, asked_at = coalesce(@askedAt, asked_at), hints_used = coalesce(@hintsUsed, hints_used) WHERE interview_id = @id AND position = @position')
      .run({ id, position, state: change.state, askedAt: change.askedAt ?? null, hintsUsed: change.hintsUsed ?? null });
  }

  saveGrade(id: string, position: number, grade: Grade): void {
    const met = grade.points.filter((point) => point.verdict === 'met').length;
    this.#store.prepare('UPDATE interview_question SET grade = ?, score = ?, met = ? WHERE interview_id = ? AND position = ?').run(JSON.stringify(grade), grade.score, met, id, position);
  }

  rate(id: string, position: number, rating: 'up' | 'down' | null): boolean {
    return this.#store.prepare('UPDATE interview_question SET rating = ? WHERE interview_id = ? AND position = ?').run(rating, id, position).changes > 0;
  }

  rateTurn(id: string, seq: number, rating: Turn['rating']): void {
    this.#archive.restore(id, isoFrom(this.#clock.now()));
    this.#store.prepare('UPDATE interview_turn SET rating = ? WHERE interview_id = ? AND seq = ?').run(rating, id, seq);
  }

  draft(id: string): { draft: Draft; savedAt: string } | undefined {
    const row = this.#store.prepare<{ draft: string; saved_at: string }, [string]>('SELECT draft, saved_at FROM interview_draft WHERE interview_id = ?').get(id);
    return row && { draft: JSON.parse(row.draft) as Draft, savedAt: row.saved_at };
  }

  saveDraft(id: string, draft: Draft, savedAt: string): void {
    this.#store.prepare('INSERT INTO interview_draft (interview_id, draft, saved_at) VALUES (?, ?, ?) ON CONFLICT (interview_id) DO UPDATE SET draft = excluded.draft, saved_at = excluded.saved_at').run(id, JSON.stringify(draft), savedAt);
    this.#store.prepare('UPDATE interview SET seen_at = ? WHERE id = ?').run(savedAt, id);
  }

  clearDraft(id: string): void { this.#store.prepare('DELETE FROM interview_draft WHERE interview_id = ?').run(id); }

  delete(id: string): boolean {
    this.#archive.forgetUnpacked();
    return this.#store.prepare('DELETE FROM interview WHERE id = ?').run(id).changes > 0;
  }
  /** Drops what was read out of the archive; to be told when data is deleted or replaced as a whole. */
  forgetUnpacked(): void { this.#archive.forgetUnpacked(); }

  /** When each question was last asked, in any interview. */
  lastAsked(): Map<string, string> {
    const rows = this.#store.prepare<{ question_id: string; at: string }, []>('SELECT question_id, max(asked_at) AS at FROM interview_question WHERE asked_at IS NOT NULL GROUP BY question_id').all();
    return new Map(rows.map((row) => [row.question_id, row.at]));
  }

  attempts(questionId: string): AttemptRow[] {
    return this.#store.prepare<AttemptRow, [string]>('SELECT interview_id, asked_at, score, grade, body FROM interview_question WHERE question_id = ? AND asked_at IS NOT NULL AND grade IS NOT NULL ORDER BY asked_at DESC LIMIT 20').all(questionId);
  }

  lastSetup(): { setup: Setup; at: string } | undefined {
    const row = this.#store.prepare<{ setup: string; started_at: string }, []>('SELECT setup, started_at FROM interview ORDER BY started_at DESC, id DESC LIMIT 1').get();
    return row && { setup: JSON.parse(row.setup) as Setup, at: row.started_at };
  }
}

/** The question as it was when the interview was planned. */
export const questionOf = (row: Pick<QuestionRow, 'body'>): Question => JSON.parse(row.body) as Question;
export const gradeOf = (row: Pick<QuestionRow, 'grade'>): Grade | null => (row.grade === null ? null : (JSON.parse(row.grade) as Grade));
