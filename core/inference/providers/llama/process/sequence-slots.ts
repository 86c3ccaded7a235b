import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { CallOptions } from '../../../language-model.ts';

/** A reply as it was generated. Its text, tokenised again, may give other tokens and would then miss the state that was kept. */
export interface KeptReply { start: number; tokens: Token[]; text: string }

/** One sequence of the context with the conversation whose state it holds. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  conversation: string | null;
  replies: KeptReply[];
  usedAt: number;
  busy: boolean;
}

/** The one that waits for a slot, served in order of arrival, people first. */
interface Waiter { conversation: string | null; priority: CallOptions['priority']; take(slot: Slot): void }

/**
 * Who computes on which sequence. A conversation comes back to the sequence that remembers it; a new one takes an empty one or the one
 * that was not used for longest. With more than one sequence the last is for background work, so that it never pushes a person's out.
 */
export class SequenceSlots {
  readonly #slots: Slot[];
  readonly #waiters: Waiter[] = [];
  #uses = 0;

  constructor(context: LlamaContext) {
    this.#slots = Array.from({ length: context.totalSequences }, () => ({ sequence: context.getSequence(), conversation: null, replies: [], usedAt: 0, busy: false }));
  }

  /** @throws what the signal was aborted with */
  async acquire(conversation: string | null, priority: CallOptions['priority'], signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    const free = this.#choose(conversation, priority);
    if (free) return this.#take(free, conversation);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = { conversation, priority, take: (slot) => { signal.removeEventListener('abort', abort); resolve(slot); } };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The sequence on which a person's call of this conversation would be computed, if nobody is on it. */
  takeFree(conversation: string): Slot | undefined {
    const free = this.#choose(conversation, 'interactive');
    return free && this.#take(free, conversation);
  }

  release(slot: Slot): void {
    slot.busy = false;
    slot.usedAt = ++this.#uses;
    for (const priority of ['interactive', 'background'] as const) {
      for (const waiter of this.#waiters.filter((one) => one.priority === priority)) {
        const free = this.#choose(waiter.conversation, priority);
        if (!free) continue;
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        waiter.take(this.#take(free, waiter.conversation));
      }
    }
  }

  #choose(conversation: string | null, priority: CallOptions['priority']): Slot | undefined {
    const own = this.#slots.length === 1 ? this.#slots : priority === 'background' ? this.#slots.slice(-1) : this.#slots.slice(0, -1);
    if (conversation !== null) {
      const remembered = own.find((slot) => slot.conversation === conversation);
      if (remembered) return remembered.busy ? undefined : remembered; // two calls of one conversation follow each other
    }
    return own.filter((slot) => !slot.busy).sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  #take(slot: Slot, conversation: string | null): Slot {
    if (slot.conversation !== conversation) slot.replies = [];
    slot.conversation = conversation;
    slot.busy = true;
    return slot;
  }
}

/**
 * The prompt with the replies this slot generated put back as the very tokens they were, where their text is unchanged,
 * so that the state behind them is reused.
 */
export function restoreReplies(prompt: Token[], slot: Slot, tokenize: (text: string) => Token[]): Token[] {
  let tokens = prompt;
  for (const [index, reply] of slot.replies.entries()) {
    const before = slot.sequence.contextTokens.slice(0, reply.start);
    const unchanged = before.length === reply.start && before.every((token, position) => tokens[position] === token);
    const written = unchanged ? [reply.text, reply.text.trim()].map(tokenize).find((text) => text.length > 0 && text.every((token, position) => tokens[reply.start + position] === token)) : undefined;
    if (!written) { slot.replies.length = index; break; }
    tokens = [...tokens.slice(0, reply.start), ...reply.tokens, ...tokens.slice(reply.start + written.length)];
  }
  return tokens;
}
