import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOWNLOAD_LIMIT_MS = 180_000;

/** Electron's program in `root`, or undefined. The package itself is never imported: that would start a download and throw. */
export function findElectron(root: string): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const file = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** The same, fetched when it is not here; undefined when that does not work. */
export function fetchElectron(root: string): string | undefined {
  const found = findElectron(root);
  if (found) return found;
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer)) return undefined;
  console.log('Fetching Electron, once ...');
  spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: DOWNLOAD_LIMIT_MS });
  return findElectron(root);
}
