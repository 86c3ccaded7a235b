import { InferenceError, type InferenceFault } from './inference-error.ts';

/** System, TLS and undici codes by what they mean to us; `*` stands for any ending. */
const FAULTS_BY_CODE: readonly (readonly [pattern: string, fault: InferenceFault])[] = [
  ['ECONNREFUSED', 'unreachable'], ['ENOTFOUND', 'unreachable'], ['EAI_*', 'unreachable'], ['EHOST*', 'unreachable'], ['ENET*', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'], ['ETIMEDOUT', 'unreachable'], ['EACCES', 'unreachable'], ['EPERM', 'unreachable'], ['ENOENT', 'unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'], ['UND_ERR_PRX_*', 'unreachable'],
  ['EPROTO', 'unreachable'], ['ERR_TLS_*', 'unreachable'], ['ERR_SSL_*', 'unreachable'], ['CERT_*', 'unreachable'], ['DEPTH_ZERO_*', 'unreachable'], ['SELF_SIGNED_*', 'unreachable'], ['UNABLE_TO_*', 'unreachable'],
  ['ECONNRESET', 'connection-lost'], ['ECONNABORTED', 'connection-lost'], ['EPIPE', 'connection-lost'], ['ERR_STREAM_PREMATURE_CLOSE', 'connection-lost'],
  ['UND_ERR_SOCKET', 'connection-lost'], ['UND_ERR_DESTROYED', 'connection-lost'], ['UND_ERR_CLOSED', 'connection-lost'], ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'connection-lost'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'], ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'malformed'], ['Z_*', 'malformed'], ['ERR__ERROR_*', 'malformed'], ['ERR_BROTLI_*', 'malformed'],
  ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'too-large'],
];

/**
 * Finds the network's part in an error, however deep an SDK has wrapped it: ours as it is, an abort as `aborted`, a system error by its code.
 * Undefined when the error has nothing to do with the network.
 */
export function faultOfNetworkError(error: unknown): InferenceError | undefined {
  const chain = causesOf(error);
  const ours = chain.find((link) => link instanceof InferenceError);
  if (ours) return ours;
  // Its own error holds a piece of the answer, which has no business in a cause that may be written down.
  if (chain.some((link) => textOf(link, 'name') === 'HTTPParserError')) return new InferenceError('malformed', { detail: 'the answer was not HTTP' });
  for (const link of chain) {
    const code = textOf(link, 'code');
    const fault = code === undefined ? undefined : FAULTS_BY_CODE.find(([pattern]) => matches(code, pattern))?.[1];
    if (fault) return new InferenceError(fault, { detail: `${new InferenceError(fault).says} (${code})`, cause: error });
  }
  if (chain.some((link) => textOf(link, 'name') === 'TimeoutError')) return new InferenceError('timeout', { cause: error });
  if (chain.some(isAbort)) return new InferenceError('aborted', { cause: error });
  return undefined;
}

/** A cancelled request, as fetch and the SDKs name it. */
export const isAbort = (error: unknown): boolean => textOf(error, 'name') === 'AbortError';

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link = error; link !== undefined && link !== null && !chain.includes(link) && chain.length < 10; link = (link as { cause?: unknown }).cause) chain.push(link);
  return chain;
}

const matches = (code: string, pattern: string): boolean => (pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern);

function textOf(value: unknown, key: 'code' | 'name'): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}
