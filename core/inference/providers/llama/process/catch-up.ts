import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { CallOptions } from '../../../language-model.ts';
import type { PriorityGate } from './priority-gate.ts';

/** A prompt is computed in pieces of about this long, because a cancelled or paused call stops between two pieces. */
const PIECE_MS = 200;
/** Pieces are multiples of this; smaller ones make a prompt a third slower (measured on a processor). */
export const PIECE_STEP_TOKENS = 32;

/**
 * Brings a sequence to these tokens, computing only what it does not hold. False when background work has to pause before that is done.
 * @throws what the signal was aborted with
 */
export async function catchUp(sequence: LlamaContextSequence, wanted: Token[], { gate, batchTokens, priority, signal, firstPieceTokens }: {
  gate: PriorityGate; batchTokens: number; priority: CallOptions['priority']; signal: AbortSignal; firstPieceTokens: number;
}): Promise<boolean> {
  const { firstDifferentIndex } = sequence.compareContextTokens(wanted);
  if (firstDifferentIndex < sequence.nextTokenIndex) await sequence.eraseContextTokenRanges([{ start: firstDifferentIndex, end: sequence.nextTokenIndex }]);
  let piece = firstPieceTokens;
  while (sequence.nextTokenIndex < wanted.length) {
    signal.throwIfAborted();
    if (gate.mustPause(priority)) return false;
    const started = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(wanted.slice(sequence.nextTokenIndex, sequence.nextTokenIndex + piece), { evaluationPriority: priority === 'interactive' ? 5 : 1 });
    const tookMs = Math.max(1, performance.now() - started);
    const fitting = Math.floor((piece * Math.min(4, PIECE_MS / tookMs)) / PIECE_STEP_TOKENS) * PIECE_STEP_TOKENS;
    piece = Math.min(batchTokens, Math.max(PIECE_STEP_TOKENS, fitting));
  }
  signal.throwIfAborted();
  // Models with a recurrent or sliding state cannot go back without one.
  if (sequence.needsCheckpoints) await sequence.takeCheckpoint();
  return true;
}
