import { faultOfNetworkError } from '../network-error.ts';

/**
 * What can go wrong between us and the hub. `retry`: worth another try by itself; `final`: resuming will not help either.
 * `reason` and `advice` are the person's words, without the name of the model.
 */
export const HUB_FAULTS = {
  'locked': { retry: false, final: false, reason: 'the Offline lock is on', advice: 'Turn the Offline lock off, then resume.' },
  'unreachable': { retry: true, final: false, reason: 'no connection could be made', advice: 'Check the network, then resume.' },
  'lost': { retry: true, final: false, reason: 'the connection dropped', advice: 'Resume when the network is back.' },
  'stalled': { retry: true, final: false, reason: 'nothing arrived for a while, so the connection was given up', advice: 'Resume when the network is back.' },
  'busy': { retry: true, final: false, reason: 'the hub asks to wait', advice: 'Resume in a few minutes.' },
  'server': { retry: true, final: false, reason: 'the hub has a problem of its own', advice: 'Resume later, or use a mirror.' },
  'refused': { retry: false, final: true, reason: 'the hub refuses this file: its licence may have to be accepted on its page first, or this network may not be let in', advice: 'Download it in a browser and import the file, choose another model, or use a mirror.' },
  'missing': { retry: false, final: true, reason: 'the hub has no such file', advice: 'It may have been renamed: import a file of your own, choose another model, or use another mirror.' },
  'unexpected': { retry: false, final: true, reason: 'the hub answered in a way that is not understood', advice: 'Try again later, or use a mirror.' },
  'insecure': { retry: false, final: true, reason: 'the hub points to an address without encryption', advice: 'Use another mirror.' },
  'no-size': { retry: false, final: true, reason: 'the hub does not tell how large the file is', advice: 'Use another mirror.' },
  /** The three below are met by starting anew; they reach the person only when that does not help. */
  'changed': { retry: false, final: true, reason: 'the file on the hub keeps changing', advice: 'Try again later, or use a mirror.' },
  'no-ranges': { retry: false, final: false, reason: 'this server cannot go on in the middle of a file and the connection drops before the end', advice: 'Resume to begin again, or use a mirror.' },
  'wrong-size': { retry: false, final: true, reason: 'the file sent has another size than the hub promised', advice: 'Start again, or use another mirror.' },
} as const satisfies Record<string, { retry: boolean; final: boolean; reason: string; advice: string }>;
export type HubFault = keyof typeof HUB_FAULTS;

/** A request to the hub that did not end well. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly fault: HubFault;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(fault: HubFault, options: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(HUB_FAULTS[fault].reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
  /** For the person, without a full stop. */
  get reason(): string { return this.status === undefined ? this.message : `${this.message} (${this.status})`; }
}

/** An answer that is not what was asked for, by its status. */
export function hubErrorFromStatus(status: number, retryAfter: string | null, now: number): HubError {
  const fault: HubFault = status === 401 || status === 403 || status === 451 ? 'refused'
    : status === 404 || status === 410 ? 'missing'
    : status === 416 ? 'changed'
    : status === 429 ? 'busy'
    : status === 408 ? 'stalled'
    : status >= 500 ? 'server' : 'unexpected';
  return new HubError(fault, { status, retryAfterMs: fault === 'busy' || fault === 'server' ? readRetryAfter(retryAfter, now) : undefined });
}

/** `Retry-After` in seconds or as a date, in milliseconds (RFC 9110, 10.2.3). */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** What a request threw. */
export function hubErrorFromThrown(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const fault = faultOfNetworkError(error)?.fault;
  const ours: HubFault = fault === 'offline-locked' ? 'locked' : fault === 'timeout' ? 'stalled' : fault === 'unreachable' || fault === 'bad-request' ? 'unreachable' : 'lost';
  return new HubError(ours, { cause: error });
}
