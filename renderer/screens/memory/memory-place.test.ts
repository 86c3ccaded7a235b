import { expect, test } from 'vitest';
import { memoryPlaceKept } from './memory-place.ts';

const NOWHERE = { query: '', kind: null, opened: null, scrolled: 0 };

test('what was searched for, chosen and opened is found again in the history of the window', () => {
  const place = { query: 'kafka lag', kind: 'turn', opened: { itemId: 'memory-3', found: { start: 12, end: 90 } }, scrolled: 400 } as const;
  expect(memoryPlaceKept({ ...place })).toEqual(place);
});

test('what another screen left there, or nobody, is no place', () => {
  for (const state of [null, undefined, 'text', 7, { version: '2', tab: 'words' }, { query: 3, kind: 'secret', opened: 'memory-3', scrolled: 'far' }, { opened: { itemId: 4 } }]) expect(memoryPlaceKept(state)).toEqual(NOWHERE);
  expect(memoryPlaceKept({ opened: { itemId: 'memory-3', found: { start: 'a' } } }).opened).toEqual({ itemId: 'memory-3', found: null });
});
