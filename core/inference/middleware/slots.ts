import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import { InferenceError } from '../inference-error.ts';

/** How many calls run at once; the others wait in turn, each only as long as it has patience. */
export class Slots {
  readonly size: number;
  readonly #bulkhead: BulkheadPolicy;
  constructor(size: number) { this.size = size; this.#bulkhead = bulkhead(size, Number.MAX_SAFE_INTEGER); }

  get free(): number { return this.#bulkhead.executionSlots; }

  /** Gives the right to run; what is returned gives it back. @throws InferenceError limited, aborted */
  acquire(patienceMs: number, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) { reject(new InferenceError('aborted')); return; }
      const waiting = new AbortController();
      const onAbort = (): void => giveUp('aborted');
      const timer = setTimeout(() => giveUp('limited'), Math.max(0, patienceMs));
      const stopWaiting = (): void => { clearTimeout(timer); signal.removeEventListener('abort', onAbort); };
      const giveUp = (fault: 'limited' | 'aborted'): void => { stopWaiting(); waiting.abort(); reject(new InferenceError(fault)); };
      signal.addEventListener('abort', onAbort, { once: true });
      // One that gave up is taken out of the queue when its turn comes, which cockatiel reports as cancelled.
      this.#bulkhead.execute(() => new Promise<void>((release) => {
        stopWaiting();
        if (waiting.signal.aborted) release(); else resolve(release);
      }), waiting.signal).catch(() => {});
    });
  }
}
