import { expect, test } from 'vitest';
import { fitsSearch } from './palette-search.ts';

test('fits when every searched word begins a word of the label, in any order', () => {
  expect(fitsSearch('Theme: dark', 'dark th')).toBe(true);
  expect(fitsSearch('Theme: dark', 'ark')).toBe(false);
  expect(fitsSearch('Theme: dark', 'dark mode')).toBe(false);
});

test('case and accents do not matter, and an empty search fits everything', () => {
  expect(fitsSearch('Résumé', 'RESUME')).toBe(true);
  expect(fitsSearch('Home', '  ')).toBe(true);
});
