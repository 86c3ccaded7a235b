import type { Token } from 'node-llama-cpp';
import type { Message } from '../../../language-model.ts';
import { catchUp, PIECE_STEP_TOKENS } from './catch-up.ts';
import { convertToChatHistory } from './chat-prompt.ts';
import type { GenerationModel } from './generation.ts';
import { restoreReplies, type Slot } from './sequence-slots.ts';

export interface ReadAheadCall {
  /** What the next call begins with. */
  messages: Message[];
  conversationId: string;
  signal: AbortSignal;
  onState(state: 'running' | 'paused'): void;
}

/** Stand for what the person will say: what prompts with the one and with the other begin with, the next prompt begins with too. */
const EITHER_ANSWER = ['<', 'A'] as const;

/**
 * Reads what the next call of a conversation begins with into the sequence that it will be computed on, and generates nothing. Between two
 * pieces it pauses for a person, never waits for a sequence, and pushes no background work off its own.
 * @returns tokens that the next call will find; 0 when it was not read
 * @throws what the signal was aborted with
 */
export async function readAhead(loaded: GenerationModel, { messages, conversationId, signal, onState }: ReadAheadCall): Promise<number> {
  const { slots, gate, model } = loaded;
  const beginning = sharedBeginning(...EITHER_ANSWER.map((text) => promptOf(loaded, [...messages, { role: 'user', text }])) as [Token[], Token[]]);
  if (beginning.length === 0 || beginning.length >= loaded.contextTokens) return 0;
  let left: { slot: Slot; usedAt: number } | undefined;
  for (;;) {
    if (gate.mustPause('background')) onState('paused');
    await gate.pass('background', signal);
    onState('running');
    const slot = slots.takeFree(conversationId);
    if (!slot) return 0;
    try {
      // A call that came between has brought something newer.
      if (left && (slot !== left.slot || slot.usedAt !== left.usedAt)) return 0;
      const wanted = restoreReplies(beginning, slot, (text) => model.tokenize(text));
      // What is there beyond it may be of use, and costs nothing.
      if (slot.sequence.compareContextTokens(wanted).firstDifferentIndex >= wanted.length) return wanted.length;
      if (await catchUp(slot.sequence, wanted, { ...loaded, priority: 'background', signal, firstPieceTokens: PIECE_STEP_TOKENS })) return wanted.length;
    } finally { slots.release(slot); }
    left = { slot, usedAt: slot.usedAt };
  }
}

function promptOf({ model, wrapper }: GenerationModel, messages: Message[]): Token[] {
  return wrapper.generateContextState({ chatHistory: convertToChatHistory(messages) }).contextText.tokenize(model.tokenizer);
}

function sharedBeginning(one: Token[], other: Token[]): Token[] {
  const end = one.findIndex((token, index) => token !== other[index]);
  return end === -1 ? one : one.slice(0, end);
}
