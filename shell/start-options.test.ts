import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { EngineError } from '../core/contract/errors.ts';
import { describeStartFailure } from './start-failure.ts';
import { parseStartOptions } from './start-options.ts';

test('without options the app opens a window on the platform\'s own data folder', () => {
  expect(parseStartOptions([])).toEqual({ dataDir: undefined, port: 0, open: true, testMode: undefined });
});

test('reads every option', () => {
  expect(parseStartOptions(['--loopback', '--port', '4000', '--data-dir=here', '--no-open', '--test-mode', '--seed', '7']))
    .toEqual({ dataDir: resolve('here'), port: 4000, open: false, testMode: { seed: 7 } });
});

test('QA\'s mode is refused without a data folder of its own', () => {
  expect(() => parseStartOptions(['--test-mode'])).toThrow('Test mode needs a data folder of its own');
  expect(parseStartOptions(['--test-mode', '--data-dir', '/tmp/x']).testMode).toEqual({ seed: 1 });
});

test.each([
  [['--port', 'x'], '--port takes a whole number'], [['--port', '65536'], '--port takes a whole number'], [['--port=-1'], '--port takes a whole number'],
  [['--seed', '1'], '--seed is only understood together with --test-mode'], [['--data-dir='], '--data-dir needs a value'],
  [['--unknown'], 'Known options: '], [['stray'], 'Known options: '], [['--data-dir'], 'Known options: '],
])('%j is refused in words', (args, words) => {
  expect(() => parseStartOptions(args)).toThrow(words);
});

test('among Chromium\'s own switches the known options are found', () => {
  expect(parseStartOptions(['--no-sandbox', '.', '--data-dir', '/tmp/x', '--enable-features=A,B'], { strict: false }).dataDir).toBe(resolve('/tmp/x'));
});

test('a failure of the catalogue is told as what happened, what was kept and what to do', () => {
  const lines = describeStartFailure(new EngineError('STORAGE_FROM_FUTURE', { found: 9, known: 3 })).split('\n');
  expect(lines).toEqual([expect.stringContaining('data version 9, this app reads up to 3'), 'The data was not touched.', expect.stringContaining('--data-dir')]);
});

test.each([
  [Object.assign(new Error('listen'), { code: 'EADDRINUSE' }), 'The port is already used'],
  [new Error('odd'), 'Role Accel could not start: odd'],
  ['thrown text', 'Role Accel could not start: thrown text'],
])('any other failure is told without a stack', (error, words) => {
  expect(describeStartFailure(error)).toContain(words);
  expect(describeStartFailure(error)).not.toContain(' at ');
});
