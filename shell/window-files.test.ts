import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { resolveInside } from './window-files.ts';

const dir = join(sep, 'app', 'window');

test.each([['/index.html', 'index.html'], ['/assets/a%20b.js', 'assets/a b.js'], ['/assets/../index.html', 'index.html'], ['/..a/b.js', '..a/b.js']])('%s is a file of the window', (path, file) => {
  expect(resolveInside(dir, path)).toBe(join(dir, file));
});

test.each(['/', '', '/..', '/../window-secrets/a.js', '/%2e%2e/a.js', '/assets/..%2f..%2fa.js', '/..\\a.js', '/%5c..%5ca.js', '/a%00.js', '/%', '/%ff'])('%j is none', (path) => {
  expect(resolveInside(dir, path)).toBeNull();
});
