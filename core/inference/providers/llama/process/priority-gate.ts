import type { CallOptions } from '../../../language-model.ts';

/** Background work steps only while no person waits. Whoever works for a person enters for as long as it waits and runs. */
export class PriorityGate {
  #interactive = 0;
  readonly #waiting = new Set<() => void>();

  get open(): boolean { return this.#interactive === 0; }

  /** Counts one interactive call until the returned function is called. Does nothing for background work. */
  enter(priority: CallOptions['priority']): () => void {
    if (priority === 'background') return () => undefined;
    this.#interactive++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (--this.#interactive === 0) for (const resume of this.#waiting) resume();
    };
  }

  /** Whether work of this priority has to pause now. */
  mustPause(priority: CallOptions['priority']): boolean { return priority === 'background' && !this.open; }

  /** Waits until work of this priority may go on. @throws what the signal was aborted with */
  async pass(priority: CallOptions['priority'], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.mustPause(priority)) {
      await new Promise<void>((resolve) => {
        const resume = (): void => { this.#waiting.delete(resume); signal.removeEventListener('abort', resume); resolve(); };
        this.#waiting.add(resume);
        signal.addEventListener('abort', resume);
      });
      signal.throwIfAborted();
    }
  }
}
