import { expect, test } from 'vitest';
import { DELETE_WORDS } from '../../../core/contract/settings.ts';
import { CONFIRM_WORDS, confirmsDelete } from './delete-words.ts';

test('the words asked for are the words the engine wants', () => {
  expect(CONFIRM_WORDS).toBe(DELETE_WORDS);
});

test('forgives capitals and spaces around, nothing else', () => {
  expect(confirmsDelete(' Delete everything ')).toBe(true);
  expect(confirmsDelete('delete')).toBe(false);
  expect(confirmsDelete('')).toBe(false);
});
