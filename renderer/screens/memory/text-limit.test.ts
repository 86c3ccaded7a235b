import { ORPCError } from '@orpc/client';
import { beforeAll, expect, test } from 'vitest';
import { describeError, type ErrorCode } from '../../../core/contract/errors.ts';
import { startStrings } from '../../app/strings.ts';
import { refusalOf, titleFrom } from './text-limit.ts';

beforeAll(() => startStrings());

const refused = (code: ErrorCode, details = {}): unknown => new ORPCError(code, { data: describeError(code, details) });

test('what is wrong with the text is said beside it, everything else below the form', () => {
  expect(refusalOf(refused('MEMORY_SAME', { title: 'Figures' })).ofText?.happened).toContain('as "Figures"');
  expect(refusalOf(refused('MEMORY_NOT_TEXT', { share: '4 %' })).other).toBeNull();
  const full = refused('STORAGE_FULL', { neededMb: 32 });
  expect(refusalOf(full)).toEqual({ ofText: null, other: full });
  expect(refusalOf(null)).toEqual({ ofText: null, other: null });
});

test('the first line that says something is the title, without its marks and not too long', () => {
  expect(titleFrom('\n\n# Mara Keller\nBackend engineer')).toBe('Mara Keller');
  expect(titleFrom('- first point\n- second')).toBe('first point');
  expect(titleFrom(' \n\t')).toBe('');
  const long = titleFrom('word '.repeat(60));
  expect(long.length).toBeLessThanOrEqual(81);
  expect(long.endsWith('word…')).toBe(true);
});
