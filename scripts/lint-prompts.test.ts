import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROJECT, temporaryFolder } from '../testing/engine.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); cpSync(join(PROJECT, 'prompts'), folder.path, { recursive: true }); });
afterEach(() => folder.dispose());

const file = (name: string): string => join(folder.path, name);
const lock = (): string => readFileSync(file('prompts.lock.json'), 'utf8');
const run = (...args: string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, 'scripts/lint-prompts.ts'), '--prompts', folder.path, ...args], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
};
const second = (): string => readFileSync(file('interview/closing.v1.prompt'), 'utf8').replace('changelog:', 'changelog:\n  - "2: other words"');

it('releases new files into the lock once, and finds no fault then', () => {
  writeFileSync(file('interview/closing.v2.prompt'), second());
  expect(run('--release')).toEqual({ status: 0, said: expect.stringContaining('released: interview/closing.v2.prompt') });
  const locked = lock();
  expect(run('--release')).toEqual({ status: 0, said: expect.stringContaining('nothing new to release') });
  expect(lock()).toBe(locked);
});

it.each([
  ['that cannot be read', () => 'no front matter'],
  ['that its cases cannot be rendered with', () => second().replace(/passed/g, 'skipped')],
])('does not lock a file %s, since nobody could mend it then', (_, words) => {
  writeFileSync(file('interview/closing.v2.prompt'), words());
  const before = lock();
  expect(run('--release')).toEqual({ status: 1, said: expect.stringContaining('nothing is released before') });
  expect(lock()).toBe(before);
});

it('releases what is labelled production in the same go', () => {
  rmSync(file('prompts.lock.json'));
  expect(run()).toEqual({ status: 1, said: expect.stringContaining('in production but not released') });
  expect(run('--release').status).toBe(0);
});
