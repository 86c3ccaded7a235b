import { InferenceError, type InferenceFault } from '../../inference-error.ts';
import { faultOfNetworkError } from '../../network-error.ts';
import type { GuardedFetch, Refusal } from './guard-fetch.ts';

/** What a provider's own error types and codes mean, where they say more than the status does. */
export type FaultsByType = Readonly<Record<string, InferenceFault>>;

const BY_STATUS: FaultsByType = {
  400: 'bad-request', 401: 'unauthorised', 402: 'forbidden', 403: 'forbidden', 404: 'not-found', 405: 'not-found', 408: 'timeout', 409: 'server-error',
  413: 'context-overflow', 429: 'rate-limited', 503: 'overloaded', 504: 'timeout', 524: 'timeout', 529: 'overloaded',
};
/** The types of errors inside a stream, which come without a status. */
const BY_TYPE: FaultsByType = {
  overloaded_error: 'overloaded', rate_limit_error: 'rate-limited', rate_limit_exceeded: 'rate-limited', timeout_error: 'timeout',
  api_error: 'server-error', server_error: 'server-error', authentication_error: 'unauthorised', permission_error: 'forbidden', not_found_error: 'not-found',
  invalid_request_error: 'bad-request', request_too_large: 'context-overflow',
};
/** Servers have no common code for this, only words. Judged here once; the words go no further. */
const TOO_LONG = /prompt is too long|maximum context length|context[ _](length|window|size)|exceeds? the (available )?context|input length and .?max_tokens/i;
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Names what went wrong in a call over HTTP: first what the guard saw, then what the provider said in the stream, then what could not be read.
 * The detail holds a status and the provider's type or code, nothing else.
 */
export function mapHttpError(error: unknown, guard: Pick<GuardedFetch, 'failure' | 'refusal'>, signal: AbortSignal, byType: FaultsByType): InferenceError {
  const failure = guard.failure();
  if (failure !== undefined) return faultOfNetworkError(failure) ?? new InferenceError('connection-lost');
  const refusal = guard.refusal();
  if (refusal && !signal.aborted) return mapRefusal(refusal, byType);
  if (error instanceof InferenceError) return error;
  if (signal.aborted) return new InferenceError('aborted');
  const said = readError((error as { error?: unknown } | null)?.error);
  if (said) return new InferenceError(faultOfWords(said, byType) ?? 'server-error', { detail: said.name });
  return new InferenceError('malformed');
}

function mapRefusal({ status, headers, body }: Refusal, byType: FaultsByType): InferenceError {
  const said = readError(body);
  const fault = (said && faultOfWords(said, byType, status)) ?? BY_STATUS[status] ?? (status >= 500 ? 'server-error' : 'bad-request');
  return new InferenceError(fault, { status, detail: said?.name ? `${status} ${said.name}` : String(status), retryAfterMs: retryAfterMs(headers) });
}

interface Said { types: string[]; message: string; /** Fit to be shown and stored. */ name: string | undefined }

/** Finds type, code and message in the shapes that servers use: `{error: {type, code, message}}`, `{type, code, message}`, `{detail}`, `{error: "…"}`. */
function readError(body: unknown): Said | undefined {
  if (typeof body === 'string') return { types: [], message: body, name: undefined };
  if (typeof body !== 'object' || body === null) return undefined;
  const outer = body as Record<string, unknown>;
  const inner = (typeof outer['error'] === 'object' && outer['error'] !== null ? outer['error'] : outer) as Record<string, unknown>;
  const types = [inner['code'], inner['type']].filter((value) => typeof value === 'string').filter((value) => /^[\w.-]{1,60}$/.test(value));
  const message = [inner['message'], outer['detail'], outer['error']].find((value) => typeof value === 'string') ?? '';
  return { types, message, name: types[0] };
}

/** `status` undefined: the error came inside a stream, and only its words tell. */
function faultOfWords({ types, message }: Said, byType: FaultsByType, status?: number): InferenceFault | undefined {
  const known = (table: FaultsByType): InferenceFault | undefined => types.map((type) => table[type]).find((fault) => fault !== undefined);
  const special = known(byType);
  if (special) return special;
  if ((status === undefined || status === 400 || status === 422 || status === 500) && TOO_LONG.test(message)) return 'context-overflow';
  return status === undefined ? known(BY_TYPE) : undefined;
}

/** Retry-After in milliseconds: in milliseconds (`retry-after-ms`), seconds, or as a date, which is measured against the server's own clock. */
export function retryAfterMs(headers: Headers): number | undefined {
  const exact = headers.get('retry-after-ms');
  const value = headers.get('retry-after');
  let wait: number | undefined;
  if (exact !== null && exact.trim() !== '') wait = Number(exact);
  else if (value !== null && value.trim() !== '') wait = Number.isNaN(Number(value)) ? Date.parse(value) - (Date.parse(headers.get('date') ?? '') || Date.now()) : Number(value) * 1_000;
  return wait === undefined || !Number.isFinite(wait) ? undefined : Math.min(Math.max(0, Math.round(wait)), LONGEST_WAIT_MS);
}
