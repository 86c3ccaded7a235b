import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/engine.ts';
import { lockHistory } from './lock-history.ts';

const FILE = 'prompts.lock.json';
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
const lock = (released: Record<string, string>) => ({ version: 1 as const, released });
let folder: ReturnType<typeof temporaryFolder>;
const git = (...args: string[]): void => { expect(spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: folder.path }).status).toBe(0); };
const commit = (released: Record<string, string>): void => { writeFileSync(join(folder.path, FILE), JSON.stringify(lock(released))); git('add', '.'); git('commit', '-qm', 'change'); };
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => folder.dispose());

describe('a lock with a history', () => {
  beforeEach(() => { git('init', '-q'); commit({ 'x/one.v1.prompt': A }); commit({ 'x/one.v1.prompt': A, 'x/two.v1.prompt': B }); });

  test('may grow', () => {
    expect(lockHistory(folder.path, FILE, lock({ 'x/one.v1.prompt': A, 'x/two.v1.prompt': B, 'x/one.v2.prompt': C }))).toEqual({ findings: [], commits: 2 });
  });
  test('may not change an entry, also when the change is committed', () => {
    commit({ 'x/one.v1.prompt': C, 'x/two.v1.prompt': B });
    const { findings } = lockHistory(folder.path, FILE, lock({ 'x/one.v1.prompt': C, 'x/two.v1.prompt': B }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('the lock of x/one.v1.prompt was changed after its release');
  });
  test('may not lose an entry', () => {
    expect(lockHistory(folder.path, FILE, lock({ 'x/one.v1.prompt': A })).findings.join()).toContain('x/two.v1.prompt was released');
  });
});

test('a lock without a history cannot be held to one, and says so', () => {
  expect(lockHistory(folder.path, FILE, lock({ 'x/one.v1.prompt': A }))).toEqual({ findings: [], commits: 0 });
});
