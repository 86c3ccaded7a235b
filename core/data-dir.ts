import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The data folder: `ROLE_ACCEL_DATA_DIR`, or where the platform keeps an app's data. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['ROLE_ACCEL_DATA_DIR']) return resolve(env['ROLE_ACCEL_DATA_DIR']);
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Role Accel');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Role Accel');
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'role-accel');
}
