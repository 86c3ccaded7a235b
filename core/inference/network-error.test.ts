import { expect, it } from 'vitest';
import { InferenceError } from './inference-error.ts';
import { faultOfNetworkError } from './network-error.ts';

const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const wrapped = (cause: unknown): Error => new Error('Connection error.', { cause: new TypeError('fetch failed', { cause }) });

it.each([
  ['ECONNREFUSED', 'unreachable'], ['ENOTFOUND', 'unreachable'], ['EAI_AGAIN', 'unreachable'], ['ENETUNREACH', 'unreachable'], ['ETIMEDOUT', 'unreachable'], ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'unreachable'], ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable'],
  ['ECONNRESET', 'connection-lost'], ['EPIPE', 'connection-lost'], ['UND_ERR_SOCKET', 'connection-lost'], ['UND_ERR_BODY_TIMEOUT', 'timeout'], ['Z_DATA_ERROR', 'malformed'],
])('%s is %s, however deep it is wrapped', (code, fault) => {
  expect(faultOfNetworkError(coded(code))).toMatchObject({ fault, message: expect.stringContaining(code) });
  expect(faultOfNetworkError(wrapped(coded(code)))?.fault).toBe(fault);
});

it('leaves a fault that has our name already as it is', () => {
  const ours = new InferenceError('offline-locked', { cause: coded('ECONNRESET') });
  expect(faultOfNetworkError(wrapped(ours))).toBe(ours);
});

it('tells a cancellation from a time limit', () => {
  expect(faultOfNetworkError(wrapped(AbortSignal.abort().reason))?.fault).toBe('aborted');
  expect(faultOfNetworkError(Object.assign(new DOMException('', 'AbortError'), {}))?.fault).toBe('aborted');
  expect(faultOfNetworkError(new DOMException('', 'TimeoutError'))?.fault).toBe('timeout');
});

it('does not keep the piece of the answer that a parser error holds', () => {
  const found = faultOfNetworkError(Object.assign(new Error('Response does not match'), { name: 'HTTPParserError', data: 'words of the answer' }));
  expect(found).toMatchObject({ fault: 'malformed' });
  expect(found?.cause).toBeUndefined();
});

it.each([[new Error('a bug')], [undefined], ['text'], [{ code: 7 }], [Object.assign(new Error(), { code: 'ERR_INVALID_ARG_TYPE' })]])('is not about %o', (error) => {
  expect(faultOfNetworkError(error)).toBeUndefined();
});

it('does not run for ever on a cause that is its own cause', () => {
  const error = new Error('round');
  error.cause = error;
  expect(faultOfNetworkError(error)).toBeUndefined();
});
