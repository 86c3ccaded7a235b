import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { isSound, listSnapshots, type Snapshot } from './snapshot.ts';

/** What was done about a damaged or missing database. */
export interface Recovery {
  at: string;
  damagedFile: string | null;
  snapshot: Pick<Snapshot, 'name' | 'at'> | null;
  /** Interviews that could still be read out of the damaged file and were newer than the snapshot. */
  salvaged: number;
}

interface Plan { at: string; aside: string; snapshot: Pick<Snapshot, 'name' | 'at' | 'file'> | null }
const markerOf = (folder: DataFolder): string => join(folder.path, 'recovery.json');

/** True when an earlier start was killed in the middle of a recovery. */
export const recoveryPending = (folder: DataFolder): boolean => existsSync(markerOf(folder));

/**
 * Sets the database aside and puts the newest sound snapshot in its place (or nothing, when there is none).
 * The plan is written first and each step can be repeated, so a kill in the middle is finished by the next start; `finishRecovery` ends it. Nothing of the person's is deleted.
 */
export function recover(folder: DataFolder, now: string): Recovery {
  const marker = markerOf(folder);
  const plan = existsSync(marker) ? (JSON.parse(readFileSync(marker, 'utf8')) as Plan) : makePlan(folder, now);
  writeFileSync(`${marker}.partial`, JSON.stringify(plan));
  renameSync(`${marker}.partial`, marker);

  mkdirSync(plan.aside, { recursive: true, mode: 0o700 });
  const copy = `${folder.databaseFile}.restoring`;
  if (plan.snapshot && !existsSync(copy)) {
    copyFileSync(plan.snapshot.file, `${copy}.partial`);
    renameSync(`${copy}.partial`, copy);
  }
  // The write-ahead log first: beside a snapshot it would be replayed into the wrong file.
  for (const suffix of ['-wal', '-shm', '']) {
    const from = folder.databaseFile + suffix;
    const to = join(plan.aside, `role-accel.db${suffix}`);
    if (!existsSync(from)) continue;
    // Already aside: what lies here is what an earlier, killed attempt put in place, and is made anew.
    if (existsSync(to)) rmSync(from); else renameSync(from, to);
  }
  if (plan.snapshot) renameSync(copy, folder.databaseFile);
  const damagedFile = join(plan.aside, 'role-accel.db');
  return { at: plan.at, damagedFile: existsSync(damagedFile) ? damagedFile : null, snapshot: plan.snapshot && { name: plan.snapshot.name, at: plan.snapshot.at }, salvaged: 0 };
}

/** Declares a recovery done, once everything that could be brought back is there. */
export function finishRecovery(folder: DataFolder): void {
  rmSync(markerOf(folder), { force: true });
}

function makePlan(folder: DataFolder, now: string): Plan {
  const sound = listSnapshots(folder).find((snapshot) => isSound(snapshot.file));
  return { at: now, aside: join(folder.damaged, now.replace(/[:.]/g, '-')), snapshot: sound ? { name: sound.name, at: sound.at, file: sound.file } : null };
}
