import type { BreakerView } from '../../contract/models.ts';
import { isoFrom, type Clock } from '../../sources.ts';
import { InferenceError, type InferenceFault } from '../inference-error.ts';
import { withStream, type Middleware } from './middleware.ts';

export const BREAKER = { consecutiveFailures: 5, errorShare: 0.5, minimumCalls: 10, windowMs: 60_000, restMs: 30_000, longestRestMs: 600_000 } as const;

/** Say nothing about the provider's health: ours, the caller's, or about what was asked. */
const NO_VERDICT: ReadonlySet<InferenceFault> = new Set(['aborted', 'over-budget', 'offline-locked', 'limited', 'breaker-open', 'not-ready']);
/** It answered, only not what was wanted. */
const ANSWERED: ReadonlySet<InferenceFault> = new Set(['context-overflow', 'bad-request', 'schema', 'filtered']);
/** Will be so again until somebody changes a setting. */
const HOPELESS: ReadonlySet<InferenceFault> = new Set(['unauthorised', 'forbidden', 'not-found']);

const BUCKET_MS = 1_000;
interface Bucket { second: number; calls: number; failures: number }

/** The right to make one call; exactly one of the three is told how it went, later ones do nothing. */
export interface Permit { succeed(): void; fail(error: InferenceError): void; release(): void }

/**
 * Circuit breaker after M. Nygard, Release It! (2007): closed, open, half-open with one probe at a time. Written here because it must run on the
 * injected clock and open for as long as the provider asks (Retry-After); cockatiel's reads Date.now and lets waiting calls queue behind the probe.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #state: 'closed' | 'open' | 'half-open' = 'closed';
  #openedAt = 0;
  #restMs: number = BREAKER.restMs;
  #probing = false;
  #consecutive = 0;
  #buckets: Bucket[] = [];
  #lastError: BreakerView['lastError'] = null;
  /** Results of calls let through before the last change of state do not count in the new one. */
  #era = 0;

  constructor(clock: Clock, onChange: () => void = () => {}) { this.#clock = clock; this.#onChange = onChange; }

  /** Whether a call would be let through now. */
  get available(): boolean { this.#wakeUp(); return this.#state === 'closed' || (this.#state === 'half-open' && !this.#probing); }

  /** Milliseconds until the next try is due; 0 when it is. */
  get restLeftMs(): number { this.#wakeUp(); return this.#state === 'open' ? this.#openedAt + this.#restMs - this.#clock.now() : 0; }

  /** Undefined when it rests or is being probed. */
  admit(): Permit | undefined {
    if (!this.available) return undefined;
    const probe = this.#state === 'half-open';
    if (probe) this.#probing = true;
    const era = this.#era;
    let told = false;
    const once = (tell: () => void) => () => { if (told) return; told = true; if (era === this.#era) tell(); };
    return {
      succeed: once(() => this.#succeeded(probe)),
      fail: (error) => once(() => this.#failed(error, probe))(),
      release: once(() => { if (probe) this.#probing = false; }),
    };
  }

  /** The next call is let through, whatever happened. */
  reset(): void { this.#buckets = []; this.#consecutive = 0; this.#lastError = null; this.#become('closed'); }

  view(): BreakerView {
    this.#wakeUp();
    const { calls, failures } = this.#counted();
    return { state: this.#state, retryAt: this.#state === 'open' ? isoFrom(this.#openedAt + this.#restMs) : null, failures, calls, lastError: this.#lastError };
  }

  #succeeded(probe: boolean): void {
    if (probe) { this.#buckets = []; this.#consecutive = 0; this.#lastError = null; this.#become('closed'); return; }
    this.#consecutive = 0;
    this.#bucket().calls++;
  }

  #failed(error: InferenceError, probe: boolean): void {
    if (NO_VERDICT.has(error.fault)) { if (probe) this.#probing = false; return; }
    if (ANSWERED.has(error.fault)) { if (probe) this.#succeeded(true); return; }
    const bucket = this.#bucket();
    bucket.calls++;
    bucket.failures++;
    this.#consecutive++;
    this.#lastError = { code: error.fault, says: error.says, at: isoFrom(this.#clock.now()) };
    const { calls, failures } = this.#counted();
    const tooMany = this.#consecutive >= BREAKER.consecutiveFailures || (calls >= BREAKER.minimumCalls && failures / calls >= BREAKER.errorShare);
    if (error.retryAfterMs !== undefined && error.retryAfterMs > 0) this.#open(Math.min(error.retryAfterMs, BREAKER.longestRestMs));
    else if (probe || tooMany || HOPELESS.has(error.fault)) this.#open(BREAKER.restMs);
  }

  #open(restMs: number): void { this.#openedAt = this.#clock.now(); this.#restMs = restMs; this.#become('open'); }

  #become(state: 'closed' | 'open' | 'half-open'): void {
    const before = this.#state;
    this.#state = state;
    this.#probing = false;
    this.#era++;
    if (state !== before || state === 'open') this.#onChange();
  }

  /** From open to half-open when the rest is over. A clock that was put back does not make the rest longer. */
  #wakeUp(): void {
    if (this.#state !== 'open') return;
    const now = this.#clock.now();
    if (now < this.#openedAt) this.#openedAt = now;
    if (now >= this.#openedAt + this.#restMs) { this.#state = 'half-open'; this.#probing = false; this.#era++; }
  }

  #bucket(): Bucket {
    const second = Math.floor(this.#clock.now() / BUCKET_MS);
    const last = this.#buckets.at(-1);
    if (last?.second === second) return last;
    const bucket = { second, calls: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }

  #counted(): { calls: number; failures: number } {
    const oldest = Math.floor((this.#clock.now() - BREAKER.windowMs) / BUCKET_MS);
    while ((this.#buckets[0]?.second ?? Infinity) <= oldest) this.#buckets.shift();
    return this.#buckets.reduce((sum, { calls, failures }) => ({ calls: sum.calls + calls, failures: sum.failures + failures }), { calls: 0, failures: 0 });
  }
}

/** Refuses at once while the breaker is open, and tells it how each call went. */
export const withCircuitBreaker = (breaker: CircuitBreaker): Middleware => (model) => withStream(model, async function* (request, options) {
  const permit = breaker.admit();
  if (!permit) { yield { type: 'error', error: new InferenceError('breaker-open') }; return; }
  try {
    for await (const part of model.stream(request, options)) {
      if (part.type === 'usage') permit.succeed();
      else if (part.type === 'error') permit.fail(part.error);
      yield part;
    }
  } finally { permit.release(); }
});
