import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({ name: z.literal('role-accel'), version: z.string() });

export interface AppRoot {
  /** Folder that holds `packs/` and `models/`. */
  readonly resourcesDir: string;
  /** Built window: `index.html` and its assets. */
  readonly windowDir: string;
  readonly preloadFile: string;
  readonly version: string;
}

/**
 * Finds the app's files from any of its modules, bundled or not: a bundle may be split into chunks of
 * any depth, so the package file is looked for upwards.
 */
export function findAppRoot(from: string): AppRoot {
  for (let dir = from; ; dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (existsSync(file)) {
      const found = packageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (found.success) {
        return {
          resourcesDir: dir,
          windowDir: join(dir, 'out', 'renderer'),
          preloadFile: join(dir, 'out', 'preload', 'preload.cjs'),
          version: found.data.version,
        };
      }
    }
    if (dirname(dir) === dir) throw new Error(`no package.json of role-accel above ${from}`);
  }
}
