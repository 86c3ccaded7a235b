import type { Setup } from '../contract/interview.ts';
import type { SecondOverall, SecondReader } from '../contract/interview-report.ts';
import { EngineError } from '../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import type { JobQueue, JobView } from '../jobs/index.ts';
import { canBeRead, matterOf } from './answer-matter.ts';
import type { InterviewRepository, InterviewRow, QuestionRow } from './interview-repository.ts';
import type { ModelGradeRepository } from './model-grade-repository.ts';
import { buildQuestions } from './model-scoring.ts';
import { SCORE_JOB, scoreKey, type createScoreJob } from './score-job.ts';
import { overallView, questionView, type SecondOfQuestion } from './second-view.ts';

const LANE = 'background';

export interface SecondReadingParts {
  interviews: InterviewRepository; grades: ModelGradeRepository; inference: Inference; job: ReturnType<typeof createScoreJob>;
  /** Without one, no model is asked. */
  queue: Pick<JobQueue, 'add' | 'cancel' | 'ofSession'> | undefined;
  /** Told of faults that must not keep an interview from ending. */
  onFault?: ((error: unknown) => void) | undefined;
  changed: (interviewId: string) => void;
}

/** Has models read answers beside the coach, and tells the report how far that is. The coach's scores never wait for it. */
export class SecondReading {
  readonly #parts: SecondReadingParts;
  constructor(parts: SecondReadingParts) { this.#parts = parts; }

  /**
   * Asks by itself, within the transaction that ends an interview: only when a model in this machine would read, since answers leave it
   * only when the person says so.
   */
  ended(interviewId: string): void {
    const { interviews, inference, onFault } = this.#parts;
    if (!inference.ready(LANE) || inference.answering(LANE).who !== 'local') return;
    try {
      this.#add(interviewId, interviews.questions(interviewId).filter(canBeRead), false);
    } catch (error) {
      if (error instanceof EngineError) throw error; // the disk, which the caller's transaction needs as well
      onFault?.(error);
    }
  }

  /** Who would read now, and how many short questions that would be. @throws EngineError INTERVIEW_NOT_FOUND, INTERVIEW_NOT_ENDED */
  reader(interviewId: string): SecondReader {
    const { inference } = this.#parts;
    const { questions, views } = this.#ofEnded(interviewId);
    const { who, name, leaves, host } = inference.answering(LANE);
    return {
      reader: this.#parts.queue && inference.ready(LANE) && who !== 'coach' ? { name, who, host: leaves === 'nothing' ? null : host ?? name } : null,
      missing: this.#count(questions.filter((row) => isMissing(views.get(row.position)))), all: this.#count(questions),
    };
  }

  /** Asks because the person wants it. Gives how many answers are in the queue for it. @throws EngineError INTERVIEW_NOT_FOUND, INTERVIEW_NOT_ENDED, STORAGE_* */
  refine(interviewId: string, which: 'missing' | 'all', host: string | null): number {
    const { interviews, queue, changed } = this.#parts;
    const { questions, views } = this.#ofEnded(interviewId);
    const { reader } = this.reader(interviewId);
    if (!reader || reader.host !== host) return 0;
    const wanted = which === 'all' ? questions : questions.filter((row) => isMissing(views.get(row.position)));
    interviews.write(() => {
      // What still waits was asked under other conditions.
      for (const { id, state } of this.#jobs(interviewId)) if (state === 'queued') queue?.cancel(id);
      this.#add(interviewId, wanted, host !== null);
    });
    changed(interviewId);
    return wanted.length;
  }

  /** The parts of the report. */
  ofReport(row: InterviewRow, questions: readonly QuestionRow[]): { overall: SecondOverall; of: ReadonlyMap<number, SecondOfQuestion> } {
    const views = this.#views(row.id, questions);
    return { overall: overallView(questions, views, (JSON.parse(row.setup) as Setup).mode), of: views };
  }

  #ofEnded(interviewId: string): { questions: QuestionRow[]; views: ReadonlyMap<number, SecondOfQuestion> } {
    const row = this.#parts.interviews.find(interviewId);
    if (!row) throw new EngineError('INTERVIEW_NOT_FOUND');
    if (row.ended_at === null) throw new EngineError('INTERVIEW_NOT_ENDED');
    const questions = this.#parts.interviews.questions(interviewId).filter(canBeRead);
    return { questions, views: this.#views(interviewId, questions) };
  }

  #views(interviewId: string, questions: readonly QuestionRow[]): Map<number, SecondOfQuestion> {
    const kept = this.#parts.grades.ofInterview(interviewId);
    const newest = new Map(this.#jobs(interviewId).map((job) => [job.key, job]));
    return new Map(questions.flatMap((row) => {
      const view = questionView(kept.get(row.position), newest.get(scoreKey(interviewId, row.position)));
      return view ? [[row.position, view]] : [];
    }));
  }

  /** In the order of adding. */
  #jobs(interviewId: string): JobView[] { return this.#parts.queue?.ofSession(interviewId).filter(({ kind }) => kind === SCORE_JOB) ?? []; }

  #add(interviewId: string, questions: readonly QuestionRow[], mayLeave: boolean): void {
    const { queue, job } = this.#parts;
    for (const { position } of questions) queue?.add(job, { interviewId, position, mayLeave }, { key: scoreKey(interviewId, position), sessionId: interviewId });
  }

  #count(questions: readonly QuestionRow[]): { answers: number; calls: number } {
    const { interviews, inference } = this.#parts;
    const contextTokens = inference.contextTokens(LANE).total;
    const calls = questions.reduce((sum, { interview_id: id, position }) => {
      const matter = matterOf(interviews, id, position);
      return sum + (matter ? buildQuestions(matter.rubric, matter.parts, { contextTokens }).calls.length : 0);
    }, 0);
    return { answers: questions.length, calls };
  }
}

const isMissing = (view: SecondOfQuestion | undefined): boolean => !view?.reading || view.state === 'failed';
