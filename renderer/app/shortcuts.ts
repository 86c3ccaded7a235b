import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { openOverlay, useOverlays } from './overlays-store.ts';

/** The screens by number, as the rail shows them from top to bottom. */
export const SCREENS = ['/', '/interview', '/settings'] as const;

export type GlobalShortcut = { does: 'palette' } | { does: 'sheet' } | { does: 'screen'; href: (typeof SCREENS)[number] };
export interface Pressed { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }

/** What a key means everywhere; null when it belongs to the screen. `typing`: a text field has the focus. */
export function readShortcut({ key, ctrlKey, metaKey, altKey }: Pressed, typing: boolean): GlobalShortcut | null {
  const mod = (ctrlKey || metaKey) && !altKey;
  if (mod && key.toLowerCase() === 'k') return { does: 'palette' };
  const href = mod && /^[1-9]$/.test(key) ? SCREENS[Number(key) - 1] : undefined;
  if (href) return { does: 'screen', href };
  if (key === '?' && !ctrlKey && !metaKey && !altKey && !typing) return { does: 'sheet' };
  return null;
}

/** True for an element that takes text, where a lone character must stay a character. */
export function takesText(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'file', 'range'].includes(element.type);
}

/** Binds the shortcuts that work on every screen. */
export function useGlobalShortcuts(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const shortcut = readShortcut(event, takesText(document.activeElement));
      if (!shortcut) return;
      event.preventDefault();
      if (shortcut.does === 'palette') openOverlay('palette');
      else if (shortcut.does === 'sheet') openOverlay('shortcuts');
      else if (useOverlays.getState().open === null && !document.querySelector('[role="dialog"],[role="alertdialog"]')) navigate(shortcut.href);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [navigate]);
}
