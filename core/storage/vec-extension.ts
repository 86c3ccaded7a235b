import type Database from 'better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';

const probed = new WeakMap<Database.Database, string | null>();

/**
 * Gives a connection sqlite-vec's vector tables and functions; asked again, it answers as the first time.
 * @returns why it could not, in words for the person, or null when it is loaded
 */
export function loadVectors(connection: Database.Database, extensionFile: () => string = getLoadablePath): string | null {
  const known = probed.get(connection);
  if (known !== undefined) return known;
  const reason = tryToLoad(connection, extensionFile);
  probed.set(connection, reason);
  return reason;
}

function tryToLoad(connection: Database.Database, extensionFile: () => string): string | null {
  let file: string;
  try {
    file = extensionFile();
  } catch {
    return `The part that compares vectors (sqlite-vec) does not come for this kind of machine (${process.platform} ${process.arch}), so search compares words only.`;
  }
  try {
    connection.loadExtension(file);
    connection.prepare('SELECT vec_version()').get();
    return null;
  } catch {
    return 'The part that compares vectors (sqlite-vec) could not be loaded, so search compares words only. Installing Role Accel again may help.';
  }
}
