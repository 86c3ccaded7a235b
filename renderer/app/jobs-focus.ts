import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react';

/** A button that had the focus: what it does, its number among those that do the same, and the job it belongs to. */
interface Remembered { does: string; at: number; job: string }

/**
 * Keeps the focus in a list whose rows move and lose their buttons: it goes to the next button that does the same,
 * else onto the job itself where it stands now, else to the dialog's first button.
 */
export function useFocusInList(list: RefObject<HTMLElement | null>) {
  const last = useRef<Remembered | null>(null);
  const same = (does: string): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>(`[data-does="${does}"]`) ?? [])];

  useLayoutEffect(() => {
    if (!last.current || document.activeElement !== document.body) return;
    const { does, at, job } = last.current;
    const next = same(does);
    const row = list.current?.querySelector<HTMLElement>(`[data-job="${CSS.escape(job)}"]`);
    (next[Math.min(at, next.length - 1)] ?? row ?? firstOfFoot(list.current))?.focus();
  });

  return {
    remember({ target }: FocusEvent): void {
      const button = target.closest<HTMLElement>('[data-does]');
      const job = button?.closest<HTMLElement>('[data-job]')?.dataset['job'];
      const does = button?.dataset['does'];
      last.current = button && job && does ? { does, job, at: same(does).indexOf(button) } : null;
    },
    /** For a button in the foot that is about to go. */
    moveOn(): void { firstOfFoot(list.current)?.focus(); },
  };
}

const firstOfFoot = (inside: HTMLElement | null): HTMLElement | null => inside?.closest('[role="dialog"]')?.querySelector<HTMLElement>('[data-dialog-foot] button') ?? null;
