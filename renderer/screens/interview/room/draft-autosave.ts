/** Pause in typing after which a draft is saved, and the longest a changed draft may go unsaved, in milliseconds. */
export const QUIET_MS = 400;
export const LONGEST_MS = 1000;
/** How long a refused save waits before it is tried again by itself. */
export const RETRY_MS = 3000;

export type SaveState = 'saved' | 'typing' | 'saving' | 'failed';

export interface DraftAutosave<T> {
  /** The draft has changed. */
  change(draft: T): void;
  /** Saves at once whatever is not saved yet (the field lost focus, the window is hidden, the connection is back). */
  flush(): Promise<void>;
  /** Forgets what is not saved yet: the answer was sent, so the draft is no longer wanted. */
  discard(): void;
}

/**
 * Saves a draft 400 ms after the last change and at least once a second while it keeps changing, one save at a time and
 * always the newest text. A refused save keeps the draft and is tried again until it is taken, also when nobody looks any
 * more. Timers are taken from the environment.
 */
export function createDraftAutosave<T>(options: {
  save: (draft: T) => Promise<void>;
  onState: (state: SaveState, failure?: unknown) => void;
}): DraftAutosave<T> {
  let pending: { draft: T } | null = null;
  let running: Promise<void> | null = null;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let longest: ReturnType<typeof setTimeout> | undefined;

  const stopTimers = (): void => {
    clearTimeout(quiet);
    clearTimeout(longest);
    quiet = undefined;
    longest = undefined;
  };

  const run = async (): Promise<void> => {
    while (pending) {
      stopTimers();
      const taken = pending;
      pending = null;
      options.onState('saving');
      try {
        await options.save(taken.draft);
        if (!pending) options.onState('saved');
      } catch (failure) {
        // Something newer may have been typed meanwhile; only the newest is worth trying again.
        pending ??= taken;
        options.onState('failed', failure);
        longest = setTimeout(() => void flush(), RETRY_MS);
        return;
      }
      // Typed while saving: wait for the usual pause instead of saving each keystroke.
      if (pending) return schedule();
    }
  };

  const flush = (): Promise<void> => {
    if (!running) {
      running = run().finally(() => { running = null; });
      return running;
    }
    return running.then(() => (pending ? flush() : undefined));
  };

  const schedule = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => void flush(), QUIET_MS);
    longest ??= setTimeout(() => void flush(), LONGEST_MS);
  };

  return {
    change(draft) {
      pending = { draft };
      options.onState('typing');
      if (!running) schedule();
    },
    flush,
    discard() {
      pending = null;
      stopTimers();
      // Nothing is left to save; a save that is still running says so itself.
      if (!running) options.onState('saved');
    },
  };
}
