import type { Prompts } from '../prompts/prompt.ts';
import type { TurnRow } from './interview-repository.ts';

/** What a turn's words are called among the uses of prompts. */
export const subjectOf = (seq: number): string => `turn:${seq}`;

/**
 * Writes down what the person made of a turn, beside the prompts its words came from. Words of the coach are passed over, also where
 * a model was asked first: they say nothing of a prompt. Belongs into the transaction of whatever showed it.
 */
export function noteOutcome(prompts: Prompts, turn: Pick<TurnRow, 'interview_id' | 'seq' | 'made_by'>, outcome: Parameters<Prompts['recordOutcome']>[2]): void {
  if (isModels(turn)) prompts.recordOutcome(turn.interview_id, subjectOf(turn.seq), outcome);
}

const isModels = ({ made_by: madeBy }: Pick<TurnRow, 'made_by'>): boolean => madeBy !== null && (JSON.parse(madeBy) as { model?: unknown }).model !== undefined;
