/** How long a switch of providers stays in the status strip. */
const SHOWN_MS = 10 * 60_000;

/** Milliseconds for which a switch at `at` is still shown; zero or less when it is old. A clock that runs behind the engine's shows it no longer than a new one. */
export function switchNoteLeftMs(at: string, now: number): number {
  return Math.min(SHOWN_MS, Date.parse(at) + SHOWN_MS - now);
}
