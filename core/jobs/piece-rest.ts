import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long to rest, of the time a piece took. */
const REST_SHARE = 2;
/** A piece that waited for something else is not rested from for longer. In milliseconds. */
const LONGEST_REST_MS = 40;

/**
 * For runs that hold this process piece by piece, some milliseconds each: what is returned is awaited after each piece. Everybody else goes
 * first, and then nothing is done for twice as long as the piece took, so that a person's call mostly finds nobody at work. Never throws;
 * an abort ends the rest.
 */
export function restsBetweenPieces(signal: AbortSignal): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    const restMs = Math.min(LONGEST_REST_MS, (performance.now() - begun) * REST_SHARE);
    await setImmediate();
    if (restMs >= 1) await setTimeout(restMs, undefined, { signal }).catch(() => {});
    begun = performance.now();
  };
}
