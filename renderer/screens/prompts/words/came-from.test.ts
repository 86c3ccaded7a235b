import { expect, test } from 'vitest';
import { cameFrom } from './came-from.ts';

test('leads back to the interview or the report a link was followed from', () => {
  expect(cameFrom({ from: '/interview/s1' })).toEqual({ path: '/interview/s1', room: true });
  expect(cameFrom({ from: '/interview/s1/report' })).toEqual({ path: '/interview/s1/report', room: false });
});

test('leads nowhere else: whatever stands in the history is no address to trust', () => {
  for (const state of [null, undefined, 'x', {}, { from: 3 }, { from: '/settings' }, { from: 'https://example.org/interview/s1' }, { from: '/interview/s1/report/more' }]) expect(cameFrom(state)).toBeNull();
});
