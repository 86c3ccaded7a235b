import { expect, test } from 'vitest';
import { byteSize, memorySize } from './format.ts';

test('memory is counted as systems count it, files as disks are sold', () => {
  expect(memorySize(16 * 1024 ** 3)).toBe('16 GB');
  expect(byteSize(16 * 1000 ** 3)).toBe('16 GB');
  expect(memorySize(791_700_000)).toBe('755 MB');
  expect(memorySize(19.6e9)).toBe('18.3 GB');
});
