import { useRef } from 'react';

/** The last thing focused outside of any dialog: where focus goes when a dialog was opened from another that is gone. */
let lastOutside: HTMLElement | null = null;

/** The button of the menu an element is in: the menu itself is gone once something was chosen. */
function menuButton(element: HTMLElement): HTMLElement | null {
  const trigger = element.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return trigger ? document.getElementById(trigger) : null;
}

/**
 * Gives focus back to what had it when a dialog opened, also for dialogs without a trigger. Focus that has moved on by
 * itself, as to the title of a new screen, stays there.
 */
export function useFocusReturn(): { remember: () => void; giveBack: (event: Event) => void } {
  const opener = useRef<HTMLElement | null>(null);
  return {
    remember() {
      const active = document.activeElement;
      opener.current = active instanceof HTMLElement && active !== document.body ? menuButton(active) ?? active : null;
      if (opener.current && !opener.current.closest('[role="dialog"]')) lastOutside = opener.current;
    },
    giveBack(event) {
      event.preventDefault();
      const active = document.activeElement;
      if (active && active !== document.body && !active.closest('[role="dialog"]')) return;
      (opener.current?.isConnected ? opener.current : lastOutside)?.focus();
    },
  };
}
