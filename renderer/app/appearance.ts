import { useEffect } from 'react';
import type { Settings } from '../../core/contract/settings.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';

const REMEMBERED = 'role-accel:appearance';

/** Pins theme and motion on the page, and remembers them for the next first paint (first-paint.js reads them). */
export function applyAppearance({ theme, motion }: Pick<Settings, 'theme' | 'motion'>): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  if (motion === 'system') delete dataset['motion'];
  else dataset['motion'] = motion;
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ theme, motion }));
  } catch {
    // No storage: the theme then comes with the settings, a moment later.
  }
}

/** Keeps the page in the theme of the settings, whichever window changed them. */
export function useAppearance(): void {
  const { data } = useEngineQuery(queryKeys.settings, (engine, signal) => engine.settings.get(undefined, { signal }));
  useEffect(() => { if (data) applyAppearance(data); }, [data]);
}
