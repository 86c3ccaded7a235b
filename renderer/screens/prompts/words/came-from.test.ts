import { expect, test } from 'vitest';
import { cameFrom } from './came-from.ts';

test('leads back to the interview, the report or the prompt a link was followed from', () => {
  expect(cameFrom({ from: '/interview/s1' })).toEqual({ path: '/interview/s1', place: 'room' });
  expect(cameFrom({ from: '/interview/s1/report' })).toEqual({ path: '/interview/s1/report', place: 'report' });
  expect(cameFrom({ from: '/settings/prompts/interview/follow-up' })).toEqual({ path: '/settings/prompts/interview/follow-up', place: 'prompt' });
});

test('leads nowhere else: whatever stands in the history is no address to trust', () => {
  for (const state of [null, undefined, 'x', {}, { from: 3 }, { from: '/settings' }, { from: '/settings/prompts/a/b/c' }, { from: 'https://example.org/interview/s1' }, { from: '/interview/s1/report/more' }]) expect(cameFrom(state)).toBeNull();
});
