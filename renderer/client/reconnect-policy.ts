/** Longest wait between two attempts to reach the engine, in ms. */
export const LONGEST_WAIT_MS = 3_000;
const FIRST_WAIT_MS = 150;

/** How long to wait before attempt `attempt` (0 is the first after a loss): doubles, never above the longest wait. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(attempt, 0), LONGEST_WAIT_MS);
}
