import type { MenuItemConstructorOptions } from 'electron';

/** What the app asked of the system through the double, for tests to look at. */
export interface DoubleRecord {
  readonly externalUrls: string[];
  readonly openedPaths: string[];
  readonly errorBoxes: { readonly title: string; readonly content: string }[];
  readonly switches: string[];
  menu: MenuItemConstructorOptions[];
  /** Set when the app has ended. */
  exitCode: number | null;
}

export const record: DoubleRecord = { externalUrls: [], openedPaths: [], errorBoxes: [], switches: [], menu: [], exitCode: null };
