import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeTinyGguf } from '../models/tiny/write-tiny-gguf.ts';
import { temporaryFolder } from './engine.ts';
import { tinyModel } from './tiny-model.ts';

it('the tiny model is the same for the same seed, another for another, and small', () => {
  const { path, dispose } = temporaryFolder();
  const write = (name: string, seed: number): Buffer => readFileSync(writeTinyGguf({ file: join(path, name), seed }));
  const first = write('a.gguf', 1);
  expect(write('b.gguf', 1).equals(first)).toBe(true);
  expect(write('c.gguf', 2).equals(first)).toBe(false);
  expect(first.length).toBeLessThan(600_000);
  dispose();
});

it('a shared model is written once, and again when it is gone', () => {
  const options = { seed: 4242 };
  const file = tinyModel(options);
  expect(tinyModel(options)).toBe(file);
  rmSync(file);
  expect(readFileSync(tinyModel(options)).length).toBeGreaterThan(100_000);
  rmSync(file);
});
