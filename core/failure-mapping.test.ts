import type { ORPCError } from '@orpc/server';
import { expect, it } from 'vitest';
import { EngineError } from './contract/errors.ts';
import { failureInterceptor } from './failure-mapping.ts';

const reported: unknown[] = [];
const intercept = failureInterceptor((_, error) => reported.push(error), () => 'report-1');

it('gives an engine failure the catalogue’s words with its details', async () => {
  const failure = await intercept({ next: async () => { throw new EngineError('ANSWER_TOO_LONG', { characters: 9, limit: 5 }); } }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'ANSWER_TOO_LONG', defined: true, data: { happened: 'The answer has 9 characters; 5 is the most that can be sent.', action: 'shorten' } });
});

it('reports what nobody expected and lets only a number out', async () => {
  const secret = new Error('the secret text of an answer');
  const failure = await intercept({ next: async () => { throw secret; } }).catch((error: unknown) => error as ORPCError<string, unknown>);
  expect(failure).toMatchObject({ code: 'ENGINE_UNEXPECTED', data: { details: { reportId: 'report-1' } } });
  expect(JSON.stringify(failure)).not.toContain('secret');
  expect(reported).toContain(secret);
});

it('maps a failure in the middle of a stream too, after what came before it', async () => {
  async function* stream() { yield 1; throw new EngineError('INTERVIEW_NOT_FOUND'); }
  const seen: unknown[] = [];
  const failure = await (async () => { for await (const item of (await intercept({ next: async () => stream() })) as AsyncIterable<unknown>) seen.push(item); })().catch((error: unknown) => error);
  expect(seen).toEqual([1]);
  expect(failure).toMatchObject({ code: 'INTERVIEW_NOT_FOUND', defined: true });
});

it('closes the stream below when the reader leaves', async () => {
  let closed = false;
  async function* stream() { try { for (;;) yield 1; } finally { closed = true; } }
  for await (const _ of (await intercept({ next: async () => stream() })) as AsyncIterable<unknown>) break;
  expect(closed).toBe(true);
});
