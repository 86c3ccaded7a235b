import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { lockFileSchema } from './prompt-config.ts';
import { lockFindings, lockOf } from './prompt-lock.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'greetings'));
  for (const name of ['hello.v1.prompt', 'hello.v1.terse.prompt', '_tone.v1.prompt', 'hello.cases.yaml', '.hello.v1.prompt.swp.prompt']) writeFileSync(join(folder.path, 'greetings', name), `words of ${name}`);
  writeFileSync(join(folder.path, 'labels.json'), '{}');
});
afterEach(() => folder.dispose());

it('a lock holds the hash of every prompt and partial, and of nothing else', () => {
  const lock = lockFileSchema.parse(lockOf(folder.path));
  expect(Object.keys(lock.released)).toEqual(['greetings/_tone.v1.prompt', 'greetings/hello.v1.prompt', 'greetings/hello.v1.terse.prompt']);
  expect(lockFindings(lock, folder.path)).toEqual([]);
});

it('a released file that changed or went is found, a new one is none of its business', () => {
  const lock = lockOf(folder.path);
  writeFileSync(join(folder.path, 'greetings/_tone.v1.prompt'), 'other words');
  rmSync(join(folder.path, 'greetings/hello.v1.prompt'));
  writeFileSync(join(folder.path, 'greetings/hello.v2.prompt'), 'new');
  expect(lockFindings(lock, folder.path)).toEqual([
    { file: 'greetings/_tone.v1.prompt', reason: expect.stringContaining('has changed since') },
    { file: 'greetings/hello.v1.prompt', reason: expect.stringContaining('not there any more') },
  ]);
});
