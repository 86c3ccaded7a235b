import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { whyBuild } from './build-freshness.ts';

let root: string;
const SOURCE_TIME = 1_000;
const BUILD_TIME = 2_000;
const LATER = 3_000;

/** Writes a file as changed at `time`, and all folders as untouched since the sources. */
function write(file: string, time: number): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  utimesSync(path, time, time);
  for (let folder = dirname(path); folder !== dirname(root); folder = dirname(folder)) utimesSync(folder, SOURCE_TIME, SOURCE_TIME);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'role-accel-build-'));
  for (const file of ['core/engine.ts', 'renderer/app/main.tsx', 'package.json']) write(file, SOURCE_TIME);
  for (const file of ['out/main/main.js', 'out/main/loopback.js', 'out/preload/preload.cjs', 'out/renderer/index.html']) write(file, BUILD_TIME);
});
afterEach(() => rmSync(root, { recursive: true }));

test('a build newer than its sources is used', () => expect(whyBuild(root)).toBeNull());
test('a missing part is built', () => {
  rmSync(join(root, 'out/preload/preload.cjs'));
  expect(whyBuild(root)).toBe('it is not built yet');
});
test.each(['renderer/app/main.tsx', 'core/contract/new.ts', 'package.json'])('a change in %s is built', (file) => {
  write(file, LATER);
  expect(whyBuild(root)).toBe('the sources have changed');
});
test('a deleted source is built', () => {
  utimesSync(join(root, 'core'), LATER, LATER);
  expect(whyBuild(root)).toBe('the sources have changed');
});
test('a changed test is not', () => {
  write('core/engine.test.ts', LATER);
  expect(whyBuild(root)).toBeNull();
});
