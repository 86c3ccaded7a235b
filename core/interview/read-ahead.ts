import type { Inference } from '../inference/inference.ts';
import type { Conversations, OpenConversation } from '../session/index.ts';

const LANE = 'interactive-deep';

export interface ReadAheadParts {
  inference: Pick<Inference, 'readAhead'>; conversations: Pick<Conversations, 'beginning'>; open: OpenConversation;
  /** Entries of an interview's transcript. */
  turnCount: (sessionId: string) => number;
  /** Told of faults nobody expected; the next call reads by itself. */
  onFault?: ((error: unknown) => void) | undefined;
}

/**
 * While the person types, has the model in this machine read what its next call will begin with, so that the first word does not wait
 * for it. One interview at a time, once for each turn of the person. Nothing depends on it.
 */
export class ReadAhead {
  readonly #parts: ReadAheadParts;
  #running: { sessionId: string; stop: AbortController } | undefined;
  /** Interview and length of what was read last. */
  #read = '';

  constructor(parts: ReadAheadParts) { this.#parts = parts; }

  /** Returns at once; does nothing when that is being read or was. */
  begin(sessionId: string): void {
    if (this.#running?.sessionId === sessionId || this.#read === this.#nameOf(sessionId)) return;
    this.stop();
    void this.#run(sessionId);
  }

  /** The same, for what calls begin with has changed. */
  again(sessionId: string): void {
    this.stop(sessionId);
    this.#read = '';
    this.begin(sessionId);
  }

  /** Of this interview, or whichever it is. */
  stop(sessionId?: string): void {
    if (!this.#running || (sessionId !== undefined && this.#running.sessionId !== sessionId)) return;
    this.#running.stop.abort();
    this.#running = undefined;
  }

  async #run(sessionId: string): Promise<void> {
    const { inference, conversations, open, onFault } = this.#parts;
    const stop = new AbortController();
    const running = this.#running = { sessionId, stop };
    try {
      const name = this.#nameOf(sessionId);
      const read = await inference.readAhead({ lane: LANE, sessionId }, (signal) => conversations.beginning(sessionId, open, signal), stop.signal);
      if (read && !stop.signal.aborted) this.#read = name;
    } catch (error) {
      if (!stop.signal.aborted) onFault?.(error);
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  #nameOf(sessionId: string): string { return `${sessionId} ${this.#parts.turnCount(sessionId)}`; }
}
