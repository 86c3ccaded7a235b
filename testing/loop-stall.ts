import { readFileSync } from 'node:fs';

const EVERY_MS = 10;

/**
 * Watches how long this process's event loop stands still. Time in which the system let others run instead (Linux tells it) is taken off,
 * so that a busy machine is not mistaken for work of ours that blocks.
 */
export function watchLoop(): { stop(): number } {
  let worstMs = 0;
  let waited = waitedMs();
  let due = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    const waitedNow = waitedMs();
    worstMs = Math.max(worstMs, now - due - (waitedNow - waited));
    waited = waitedNow;
    due = now + EVERY_MS;
  }, EVERY_MS);
  return { stop: () => { clearInterval(timer); return worstMs; } };
}

/** Milliseconds this process's main thread was ready to run and was not let. */
function waitedMs(): number {
  try { return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6; } catch { return 0; }
}
