import { expect, test } from 'vitest';
import { placeKept } from './place-kept.ts';

test('opens what was left open, and the version in use where nothing was', () => {
  expect(placeKept({ version: '2.terse', tab: 'compare' })).toEqual({ version: '2.terse', tab: 'compare' });
  expect(placeKept({ tab: 'experiments' })).toEqual({ version: null, tab: 'experiments' });
});

test('anything else in the history of the window opens the page as it is at first', () => {
  for (const state of [null, undefined, 'x', {}, { tab: 'secrets', version: 2 }, { from: '/interview/s1' }]) expect(placeKept(state)).toEqual({ version: null, tab: 'rendered' });
});
