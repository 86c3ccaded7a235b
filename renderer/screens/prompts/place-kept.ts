/** Views of a version, in the order of their tabs. */
const VERSION_TABS = ['rendered', 'words', 'compare', 'experiments'] as const;
export type VersionTab = (typeof VERSION_TABS)[number];

/** What is open on the page of a prompt; without a version it is the one in use. */
export interface Place { version: string | null; tab: VersionTab }

/** What was open when this entry of the window's history was left: going back, or loading again, opens it again. */
export function placeKept(state: unknown): Place {
  const kept = typeof state === 'object' && state !== null ? state : {};
  const tab = 'tab' in kept ? VERSION_TABS.find((each) => each === kept.tab) : undefined;
  return { version: 'version' in kept && typeof kept.version === 'string' ? kept.version : null, tab: tab ?? 'rendered' };
}

/** Keeps what is open with this entry of the window's history. */
export function keepPlace(place: Place): void {
  history.replaceState({ ...place }, '');
}
