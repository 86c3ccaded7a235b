import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BUILT = ['out/main/main.js', 'out/main/loopback.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
const SOURCES = ['core', 'electron', 'loopback', 'renderer', 'shell', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Why the app in `root` has to be built, in words, or null when what is built is newer than every source. */
export function whyBuild(root: string): string | null {
  const built = BUILT.map((file) => modified(join(root, file)));
  const oldest = Math.min(...built.map((time) => time ?? -Infinity));
  if (oldest === -Infinity) return 'it is not built yet';
  return SOURCES.some((path) => newest(join(root, path)) > oldest) ? 'the sources have changed' : null;
}

/** When the newest file in a folder was changed, in ms; folders count too, since a deleted file leaves no other trace. Tests are not built. */
function newest(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || /\.test\.tsx?$/.test(path)) return -Infinity;
  return stats.isDirectory() ? Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name)))) : stats.mtimeMs;
}

const modified = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
