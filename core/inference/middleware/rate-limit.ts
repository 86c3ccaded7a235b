import type { Clock } from '../../sources.ts';
import { InferenceError } from '../inference-error.ts';
import { inferenceErrorFrom, withStream, type Middleware } from './middleware.ts';
import type { Slots } from './slots.ts';

const MINUTE_MS = 60_000;

/** At most so many requests in any minute (a sliding log of their times); null is no limit. */
export class RequestRate {
  readonly perMinute: number | null;
  readonly #clock: Clock;
  #times: number[] = [];
  constructor(perMinute: number | null, clock: Clock) { this.perMinute = perMinute; this.#clock = clock; }

  /** Milliseconds until one more may be sent. */
  waitMs(): number {
    if (this.perMinute === null) return 0;
    const now = this.#clock.now();
    // Times in the future come from a clock that was put back; they would block for longer than a minute.
    this.#times = this.#times.filter((time) => time > now - MINUTE_MS && time <= now);
    return this.#times.length < this.perMinute ? 0 : (this.#times[this.#times.length - this.perMinute] ?? now) + MINUTE_MS - now;
  }

  /** Counts one request, after waiting for its turn if that comes within `patienceMs`. @throws InferenceError limited, aborted */
  async take(patienceMs: number, signal: AbortSignal): Promise<void> {
    if (this.perMinute === null) return;
    const wait = this.waitMs();
    if (wait > patienceMs) throw new InferenceError('limited');
    if (wait > 0) {
      await pause(wait, signal);
      if (this.waitMs() > 0) throw new InferenceError('limited');
    }
    this.#times.push(this.#clock.now());
  }
}

export interface Limits {
  slots: Slots; rate: RequestRate;
  /** How long a call waits for its turn before it is somebody else's. */
  patienceMs: number;
}

/** Our own limits of one connection: calls at once and requests a minute. Who cannot be served soon gets `limited`, so that the next provider is asked. */
export const withRateLimit = ({ slots, rate, patienceMs }: Limits): Middleware => (model) => withStream(model, async function* (request, options) {
  let release: (() => void) | undefined;
  try {
    try {
      release = await slots.acquire(patienceMs, options.signal);
      await rate.take(patienceMs, options.signal);
    } catch (error) {
      yield { type: 'error', error: inferenceErrorFrom(error, options.signal) };
      return;
    }
    yield* model.stream(request, options);
  } finally { release?.(); }
});

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) { reject(new InferenceError('aborted')); return; }
    const onAbort = (): void => { clearTimeout(timer); reject(new InferenceError('aborted')); };
    const timer = setTimeout(() => { signal.removeEventListener('abort', onAbort); resolve(); }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
