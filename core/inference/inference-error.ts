/** Everything that can go wrong between us and a model; `retryable` is decided here, where the fault is named. */
export const INFERENCE_FAULTS = {
  'unauthorised': { retryable: false, says: 'the key was refused' },
  'forbidden': { retryable: false, says: 'the key may not use this model' },
  'not-found': { retryable: false, says: 'there is no such model or address' },
  'bad-request': { retryable: false, says: 'the request was not accepted' },
  'rate-limited': { retryable: true, says: 'too many requests' },
  'overloaded': { retryable: true, says: 'the provider is overloaded' },
  'server-error': { retryable: true, says: 'the provider had an internal error' },
  'unreachable': { retryable: true, says: 'no connection could be made' },
  'connection-lost': { retryable: true, says: 'the connection broke' },
  'timeout': { retryable: true, says: 'no answer came in time' },
  'malformed': { retryable: true, says: 'the answer could not be read' },
  'empty': { retryable: true, says: 'the answer was empty' },
  'too-large': { retryable: false, says: 'the answer was far too long' },
  'schema': { retryable: true, says: 'the answer did not have the form asked for' },
  'filtered': { retryable: false, says: 'the provider declined to answer' },
  'context-overflow': { retryable: false, says: 'the conversation does not fit the model' },
  'no-memory': { retryable: false, says: 'there is not enough memory for the model' },
  'crashed': { retryable: true, says: 'the model stopped working' },
  'not-ready': { retryable: false, says: 'no model is loaded' },
  'offline-locked': { retryable: false, says: 'the Offline lock is on' },
  'over-budget': { retryable: false, says: 'the budget of this month is used up' },
  'limited': { retryable: true, says: 'our own limit of requests is reached' },
  'breaker-open': { retryable: true, says: 'it failed several times and rests' },
  'aborted': { retryable: false, says: 'it was cancelled' },
} as const satisfies Record<string, { retryable: boolean; says: string }>;
export type InferenceFault = keyof typeof INFERENCE_FAULTS;

/** A call to a model that did not end well. `detail` never holds text of the person or a key. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';
  readonly fault: InferenceFault;
  readonly status: number | undefined;
  /** What the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(fault: InferenceFault, options: { detail?: string | undefined; status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(options.detail ?? INFERENCE_FAULTS[fault].says, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
  get retryable(): boolean { return INFERENCE_FAULTS[this.fault].retryable; }
  /** For the person, without a full stop. */
  get says(): string { return INFERENCE_FAULTS[this.fault].says; }
}
