import { spawnSync } from 'node:child_process';
import { lockFileSchema, type LockFile } from '../core/prompts/prompt-config.ts';

/** Commits that are looked at; a lock changes a few times a month. */
const COMMITS = 500;

/**
 * What the lock says now against every version of it that git knows: a released entry must never change or go, so that a prompt cannot
 * be edited by editing its lock along. `commits` is 0 where there is no history to look at, as in an archive or a shallow clone of one.
 */
export function lockHistory(root: string, file: string, now: LockFile): { findings: string[]; commits: number } {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    return status === 0 ? stdout : undefined;
  };
  const commits = git('log', `--max-count=${COMMITS}`, '--format=%h', '--', file)?.split('\n').filter((line) => line !== '') ?? [];
  const findings = new Map<string, string>();
  for (const commit of commits) {
    const text = git('show', `${commit}:./${file}`);
    if (text === undefined) continue; // removed in that commit; the ones before it are looked at as well
    for (const [path, hash] of Object.entries(releasedIn(text))) {
      if (now.released[path] === undefined) findings.set(path, `${file}: ${path} was released (${commit}) and is not in the lock any more`);
      else if (now.released[path] !== hash) findings.set(path, `${file}: the lock of ${path} was changed after its release (${commit})`);
    }
  }
  return { findings: [...findings.values()], commits: commits.length };
}

/** A lock that could not be read in its time locked nothing. */
function releasedIn(text: string): LockFile['released'] {
  try { return lockFileSchema.parse(JSON.parse(text)).released; } catch { return {}; }
}
