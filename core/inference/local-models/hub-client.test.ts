import { describe, expect, it } from 'vitest';
import { InferenceError } from '../inference-error.ts';
import { HubClient, hubUrl } from './hub-client.ts';
import { hubErrorFromStatus, hubErrorFromThrown } from './hub-error.ts';

const never = new AbortController().signal;
const SHA256 = 'a'.repeat(64);
interface Asked { url: string; method: string; headers: Record<string, string> }

/** A client whose answers are a list; what it asked is remembered. */
function clientOver(...answers: Response[]): { client: HubClient; asked: Asked[] } {
  const asked: Asked[] = [];
  const client = new HubClient(() => (input, init) => {
    asked.push({ url: String(input), method: init?.method ?? 'GET', headers: init?.headers as Record<string, string> });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('nobody answers'));
  }, 1000);
  return { client, asked };
}
const answer = (status: number, headers: Record<string, string>, body: string | null = null): Response => new Response(body, { status, headers });
const fault = (name: string) => expect.objectContaining({ fault: name });
async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return text;
}

describe('what a file is', () => {
  it('is read from the first answer of the hub, before the storage is asked', async () => {
    const { client, asked } = clientOver(answer(302, { 'location': 'https://storage.example/x', 'x-linked-size': '4900000000', 'x-linked-etag': `"${SHA256}"` }));
    expect(await client.describe('https://hub.example/a/b', never)).toEqual({ bytes: 4_900_000_000, sha256: SHA256, etag: `"${SHA256}"` });
    expect(asked).toMatchObject([{ url: 'https://hub.example/a/b', method: 'HEAD', headers: { 'accept-encoding': 'identity' } }]);
  });

  it('is read behind redirects within the hub, and from a plain server', async () => {
    const { client, asked } = clientOver(answer(307, { location: '/moved/b' }), answer(200, { 'content-length': '10', 'etag': `W/"${SHA256.toUpperCase()}"` }));
    expect(await client.describe('https://hub.example/a/b', never)).toMatchObject({ bytes: 10, sha256: SHA256 });
    expect(asked[1]?.url).toBe('https://hub.example/moved/b');
    expect(await clientOver(answer(200, { 'content-length': '10', 'etag': '"v1"' })).client.describe('https://hub.example/a', never)).toEqual({ bytes: 10, sha256: null, etag: '"v1"' });
  });

  it.each([
    ['no size', 'no-size', [answer(200, {})]],
    ['a way without encryption', 'insecure', [answer(302, { location: 'http://storage.example/x' })]],
    ['a way that is none', 'unexpected', [answer(302, { location: 'file:///etc/passwd' })]],
    ['a circle', 'unexpected', Array.from({ length: 20 }, () => answer(302, { location: '/again' }))],
    ['a refusal', 'refused', [answer(401, {})]],
    ['no answer', 'lost', []],
  ])('with %s is an error of its own', async (_what, name, answers) => {
    await expect(clientOver(...answers).client.describe('https://hub.example/a', never)).rejects.toThrow(fault(name));
  });
});

describe('a part of a file', () => {
  it('is asked for by range, and not read beyond what was asked', async () => {
    const { client, asked } = clientOver(answer(206, { 'content-range': 'bytes 2-9/10', 'etag': '"s"' }, '23456789'));
    const body = await client.open('https://hub.example/a', 2, 5, '"s"', never);
    expect(body).toMatchObject({ from: 2, wholeBytes: 10, etag: '"s"' });
    expect(await textOf(body.pieces)).toBe('234');
    expect(asked[0]?.headers).toMatchObject({ 'range': 'bytes=2-4', 'if-range': '"s"' });
  });

  it('that is the whole instead begins at 0', async () => {
    const body = await clientOver(answer(200, { 'content-length': '10' }, '0123456789')).client.open('https://hub.example/a', 2, 5, undefined, never);
    expect(body).toMatchObject({ from: 0, wholeBytes: 10 });
    expect(await textOf(body.pieces)).toBe('01234');
  });

  it.each([
    ['another place than asked for', 'unexpected', answer(206, { 'content-range': 'bytes 0-9/10' }, 'x')],
    ['no place', 'unexpected', answer(206, {}, 'x')],
    ['another file', 'changed', answer(206, { 'content-range': 'bytes 2-4/10', 'etag': '"t"' }, 'x')],
    ['a place beyond the end', 'changed', answer(416, {})],
  ])('from %s is not taken', async (_what, name, given) => {
    await expect(clientOver(given).client.open('https://hub.example/a', 2, 5, '"s"', never)).rejects.toThrow(fault(name));
  });
});

describe('names and faults', () => {
  it('an address is put together so that no part of it can leave its place', () => {
    expect(hubUrl('https://hub.example/', { repository: 'a/b', revision: 'refs/pr/1', file: 'sub/x y.gguf' })).toBe('https://hub.example/a/b/resolve/refs%2Fpr%2F1/sub/x%20y.gguf');
  });

  it('Retry-After is read in seconds and as a date', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    expect(hubErrorFromStatus(429, '7', now)).toMatchObject({ fault: 'busy', retryAfterMs: 7000 });
    expect(hubErrorFromStatus(503, 'Sat, 21 Nov 2026 10:00:30 GMT', now)).toMatchObject({ fault: 'server', retryAfterMs: 30_000 });
    expect(hubErrorFromStatus(429, 'soon', now).retryAfterMs).toBeUndefined();
  });

  it('what the door or the system threw keeps its meaning, however deep', () => {
    expect(hubErrorFromThrown(new TypeError('fetch failed', { cause: new InferenceError('offline-locked') })).fault).toBe('locked');
    expect(hubErrorFromThrown(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) })).fault).toBe('unreachable');
    expect(hubErrorFromThrown(new Error('terminated')).fault).toBe('lost');
  });
});
