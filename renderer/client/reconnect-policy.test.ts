import { expect, test } from 'vitest';
import { LONGEST_WAIT_MS, reconnectDelayMs } from './reconnect-policy.ts';

test('the first attempts come quickly and each waits twice as long as the one before', () => {
  expect([0, 1, 2, 3].map(reconnectDelayMs)).toEqual([150, 300, 600, 1200]);
});

test('never waits longer than three seconds, however long the engine is away', () => {
  expect(LONGEST_WAIT_MS).toBe(3_000);
  expect([5, 20, 5_000].map(reconnectDelayMs)).toEqual([3_000, 3_000, 3_000]);
});
