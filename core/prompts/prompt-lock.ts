import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockFile } from './prompt-config.ts';
import { textHash } from './prompt-file.ts';

/** The lock that a folder of prompts would have if all of it were released now. @throws Error when a file cannot be read */
export function lockOf(appDir: string): LockFile {
  const files = readdirSync(appDir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .flatMap(({ name: slug }) => readdirSync(join(appDir, slug)).filter((name) => name.endsWith('.prompt') && !name.startsWith('.')).map((name) => `${slug}/${name}`));
  return { version: 1, released: Object.fromEntries(files.toSorted().map((file) => [file, textHash(readFileSync(join(appDir, file), 'utf8'))])) };
}

/** Released files that are not as the lock has them: sessions and results name their words, so they may neither change nor go. */
export function lockFindings(lock: LockFile, dir: string): { file: string; reason: string }[] {
  return Object.entries(lock.released).flatMap(([file, hash]) => {
    const path = join(dir, file);
    if (!existsSync(path)) return [{ file, reason: 'it was released and is not there any more' }];
    return textHash(readFileSync(path, 'utf8')) === hash ? [] : [{ file, reason: 'it was released and has changed since; take this back and save the words as a new version' }];
  });
}
