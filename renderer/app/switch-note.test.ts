import { expect, test } from 'vitest';
import { switchNoteLeftMs } from './switch-note.ts';

const AT = '2026-11-21T10:00:00.000Z';
const after = (minutes: number): number => switchNoteLeftMs(AT, Date.parse(AT) + minutes * 60_000);

test('a switch is shown for ten minutes and not longer', () => {
  expect(after(0)).toBe(600_000);
  expect(after(9)).toBe(60_000);
  expect(after(10)).toBe(0);
  expect(after(60)).toBeLessThan(0);
});

test('a switch dated in the future of this window is shown for ten minutes, not for hours', () => {
  expect(after(-600)).toBe(600_000);
});
