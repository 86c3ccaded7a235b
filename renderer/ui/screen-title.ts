import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

let focusNextTitle = false;

/** Called when the route changes: the next screen's title takes focus when it appears, however late it loads. */
export function expectNewTitle(): void {
  focusNextTitle = true;
}

/** Names the window after the screen and moves focus to its h1 after a change of route. Put the ref on an h1 with tabIndex -1. */
export function useScreenTitle(title: string): RefObject<HTMLHeadingElement | null> {
  const { t } = useTranslation('app');
  const [location] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { document.title = t('windowTitle', { screen: title }); }, [t, title]);
  useEffect(() => {
    if (!focusNextTitle) return;
    focusNextTitle = false;
    heading.current?.focus({ preventScroll: true });
  }, [location]);
  useLayoutEffect(() => {
    const shown = heading.current;
    // A loading title makes way for the real one: the focus moves on with it instead of falling to the page.
    return () => { if (shown !== null && document.activeElement === shown) focusNextTitle = true; };
  }, []);
  return heading;
}
