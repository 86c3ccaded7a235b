import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyGguf, type TinyGgufOptions } from '../models/tiny/write-tiny-gguf.ts';

const WRITER = fileURLToPath(new URL('../models/tiny/write-tiny-gguf.ts', import.meta.url));

/**
 * The path of a small model file with random weights, written once per content into the temporary folder and shared by all test files.
 * Do not change or delete it; copy it for that.
 */
export function tinyModel(options: Omit<TinyGgufOptions, 'file'> = {}): string {
  const folder = join(tmpdir(), `role-accel-models-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true });
  const { size = 'tiny', seed = 1, voice = 'letters', says = '', embedder = false } = options;
  const hash = createHash('sha256').update(readFileSync(WRITER)).update(JSON.stringify({ size, seed, voice, says, embedder })).digest('hex').slice(0, 12);
  const file = join(folder, `${embedder ? 'embedder' : says === '' ? voice : 'words'}-${size}-${hash}.gguf`);
  return existsSync(file) ? file : writeTinyGguf({ file, size, seed, voice, says, embedder });
}
