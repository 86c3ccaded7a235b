import type { PromptRef } from '../prompts/prompt.ts';
import type { Store } from '../storage/store.ts';
import type { BlendedGrade } from './blended-grade.ts';
import type { PointReading } from './model-scoring.ts';

/** What a model made of one answer, and what came of it beside the coach's grade. */
export interface KeptReading {
  blended: BlendedGrade;
  /** One for each point, rejected ones included. */
  readings: readonly PointReading[];
  prompt: PromptRef;
  by: { providerId: string; providerName: string; place: 'here' | 'away'; model: string };
  calls: number;
  /** Of all calls together; null when one of them was not counted. */
  inputTokens: number | null; outputTokens: number | null;
  /** The end of a very long answer was not read. */
  cut: boolean;
}
/** ISO 8601. */
export interface DatedReading extends KeptReading { at: string }

/** The `interview_model_grade` table: one reading for each answer, the newest. Callers hold the transaction (`Store.write`). */
export class ModelGradeRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  save(interviewId: string, position: number, reading: KeptReading, at: string): void {
    this.#store.prepare('INSERT INTO interview_model_grade (interview_id, position, grade, at) VALUES (?, ?, ?, ?) ON CONFLICT (interview_id, position) DO UPDATE SET grade = excluded.grade, at = excluded.at')
      .run(interviewId, position, JSON.stringify(reading), at);
  }

  /** By the question's position. */
  ofInterview(interviewId: string): Map<number, DatedReading> {
    const rows = this.#store.prepare<{ position: number; grade: string; at: string }, [string]>('SELECT position, grade, at FROM interview_model_grade WHERE interview_id = ? ORDER BY position').all(interviewId);
    return new Map(rows.map(({ position, grade, at }) => [position, { ...JSON.parse(grade) as KeptReading, at }]));
  }
}
