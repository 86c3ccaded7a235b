import { describe, expect, test } from 'vitest';
import { InferenceError } from '../../inference-error.ts';
import { mapHttpError, retryAfterMs } from './map-http-error.ts';

const signal = new AbortController().signal;
const refused = (status: number, body: unknown, headers: Record<string, string> = {}): InferenceError => mapHttpError(new Error('as the SDK has it'), { failure: () => undefined, refusal: () => ({ status, headers: new Headers(headers), body }) }, signal, { special_code: 'filtered' });
const inStream = (error: unknown): InferenceError => mapHttpError({ error }, { failure: () => undefined, refusal: () => undefined }, signal, {});

describe('a refusal', () => {
  test.each([
    [400, 'bad-request'], [401, 'unauthorised'], [402, 'forbidden'], [403, 'forbidden'], [404, 'not-found'], [408, 'timeout'], [409, 'server-error'], [413, 'context-overflow'], [418, 'bad-request'],
    [422, 'bad-request'], [429, 'rate-limited'], [500, 'server-error'], [502, 'server-error'], [503, 'overloaded'], [504, 'timeout'], [529, 'overloaded'], [599, 'server-error'],
  ] as const)('with status %i is the fault %s', (status, fault) => {
    expect(refused(status, '<html>whatever</html>')).toMatchObject({ fault, status, message: String(status) });
  });

  test('whose code says more than its status goes by the code', () => {
    expect(refused(400, { error: { code: 'special_code', type: 'invalid_request_error', message: 'private words' } })).toMatchObject({ fault: 'filtered', message: '400 special_code' });
    expect(refused(401, { error: { code: null, type: 'invalid_request_error' } }).fault).toBe('unauthorised');
  });

  test('that the prompt is too long is understood in the words of each server', () => {
    for (const body of [
      { error: { message: "This model's maximum context length is 8192 tokens.", type: 'BadRequestError', code: 400 } },
      { object: 'error', message: 'the prompt exceeds the available context size', type: 'exceed_context', code: 400 },
      { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 208310 tokens > 200000 maximum' } },
      { error: 'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens' },
      { detail: 'input exceeds the context window' },
    ]) expect(refused(400, body).fault).toBe('context-overflow');
    expect(refused(400, { error: { message: "Unsupported parameter: 'temperature' is not supported with this model.", code: 'unsupported_parameter' } })).toMatchObject({ fault: 'bad-request', message: '400 unsupported_parameter' });
    expect(refused(429, { error: { message: 'the context length of your plan' } }).fault).toBe('rate-limited');
  });

  test('shows no code that could be a sentence', () => {
    for (const code of ['I was dismissed from the shipyard', 'x'.repeat(61), 'a/b', '']) expect(refused(400, { error: { code, message: code } }).message).toBe('400');
  });
});

describe('an error inside a stream', () => {
  test('goes by its type, since it has no status', () => {
    expect(inStream({ type: 'server_error', message: 'private' })).toMatchObject({ fault: 'server-error', message: 'server_error' });
    expect(inStream({ type: 'error', error: { type: 'overloaded_error', message: 'private' } }).fault).toBe('overloaded');
    expect(inStream({ type: 'rate_limit_error' }).fault).toBe('rate-limited');
    expect(inStream({ message: 'exceeds the available context size' }).fault).toBe('context-overflow');
    expect(inStream('something broke')).toMatchObject({ fault: 'server-error', message: 'the provider had an internal error' });
    expect(inStream({ code: 502, message: 'upstream' }).fault).toBe('server-error');
  });
});

test('an abort is an abort, unless something else came first', () => {
  const aborted = AbortSignal.abort();
  expect(mapHttpError(new Error('x'), { failure: () => undefined, refusal: () => undefined }, aborted, {}).fault).toBe('aborted');
  expect(mapHttpError(new Error('x'), { failure: () => new InferenceError('too-large'), refusal: () => undefined }, aborted, {}).fault).toBe('too-large');
});

test('Retry-After is read in milliseconds, seconds and as a date by the clock of the server', () => {
  const wait = (headers: Record<string, string>): number | undefined => retryAfterMs(new Headers(headers));
  expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1_500);
  expect(wait({ 'retry-after': '7' })).toBe(7_000);
  expect(wait({ 'retry-after': '0.5' })).toBe(500);
  expect(wait({ 'retry-after': 'Tue, 06 Jan 2026 10:00:30 GMT', 'date': 'Tue, 06 Jan 2026 10:00:00 GMT' })).toBe(30_000);
  expect(wait({ 'retry-after': 'Tue, 06 Jan 2026 10:00:00 GMT' })).toBe(0);
  expect(wait({ 'retry-after': '-4' })).toBe(0);
  expect(wait({ 'retry-after': '99999999' })).toBe(86_400_000);
  expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
  expect(wait({ 'retry-after': ' ' })).toBeUndefined();
  expect(wait({})).toBeUndefined();
});
