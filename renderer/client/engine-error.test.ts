import { ORPCError } from '@orpc/client';
import { beforeAll, expect, test } from 'vitest';
import { describeError } from '../../core/contract/errors.ts';
import { startStrings } from '../app/strings.ts';
import { ConnectionLost } from './connection.ts';
import { mapEngineError } from './engine-error.ts';

beforeAll(() => startStrings());

test('keeps the code and the words of a failure from the catalogue', () => {
  const data = describeError('ANSWER_TOO_LONG', { characters: 70_000, limit: 60_000 });
  expect(mapEngineError(new ORPCError('ANSWER_TOO_LONG', { data }))).toEqual({ code: 'ANSWER_TOO_LONG', data });
});

test('a lost connection says what is kept and offers to try again', () => {
  const { code, data } = mapEngineError(new ConnectionLost(true));
  expect(code).toBe('CONNECTION_LOST');
  expect(data.action).toBe('retry');
  expect(data.kept).toMatch(/saved|editor/);
});

test('never shows the raw message of an unknown failure', () => {
  for (const error of [new TypeError('x is undefined'), 'secret stack', null, new ORPCError('BAD_REQUEST', { message: 'zod says no', data: { issues: [] } })]) {
    const shown = JSON.stringify(mapEngineError(error));
    expect(shown).not.toMatch(/undefined|secret|zod/);
    expect(mapEngineError(error).code).toBe('WINDOW_UNEXPECTED');
  }
});
