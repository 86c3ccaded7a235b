import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { createEngine, type Engine, type EngineOptions } from '../core/engine.ts';
import { countingIds, SettableClock } from '../core/sources.ts';

export const PROJECT = resolve(import.meta.dirname, '..');
export const START = '2026-11-20T09:00:00.000Z';

const open = new Set<string>();
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let begun = false;

/**
 * A temporary folder that goes away with `dispose`, or with the process when that ends before, also by Ctrl+C. What a process that was
 * killed left behind, as test runners kill theirs, the next one takes away: the names hold the process.
 */
export function temporaryFolder(name = 'role-accel-test-'): { path: string; dispose(): void } {
  if (!begun) { process.on('exit', disposeAll); exitBySignals(); removeLeftOvers(); }
  begun = true;
  const path = mkdtempSync(join(tmpdir(), `${name}${process.pid}-`));
  open.add(path);
  return { path, dispose: () => { rmSync(path, { recursive: true, force: true }); open.delete(path); } };
}

function disposeAll(): void {
  for (const path of open) try { rmSync(path, { recursive: true, force: true }); } catch { /* a system that deletes no open files */ }
}

function removeLeftOvers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^role-accel-[a-z-]+-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !runs(pid)) try { rmSync(join(tmpdir(), name), { recursive: true, force: true }); } catch { /* somebody else's */ }
  }
}

function runs(pid: number): boolean {
  try { return process.kill(pid, 0); } catch (error) { return (error as NodeJS.ErrnoException).code !== 'ESRCH'; }
}

/** A signal that nobody else listens to ends the process in due form, which it does not do by itself. */
function exitBySignals(): void {
  for (const [signal, code] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, number][]) if (process.listenerCount(signal) === 0) process.on(signal, () => { if (process.listenerCount(signal) === 1) process.exit(code); });
}

/** A whole engine on a real migrated database in a temporary folder, with a clock that stands still and ids that count. */
export async function startTestEngine(options: Partial<EngineOptions> & { clock?: SettableClock } = {}): Promise<{ engine: Engine; client: Engine['client']; clock: SettableClock; dataDir: string; stop(): Promise<void>; restart(): Promise<Engine> }> {
  const folder = options.dataDir === undefined ? temporaryFolder() : { path: options.dataDir, dispose: () => {} };
  const clock = options.clock ?? new SettableClock(START);
  const ids = countingIds();
  const open = (): Promise<Engine> => createEngine({ shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT, ...options, dataDir: folder.path, clock, ids });
  const first = await open();
  let current = first;
  return {
    engine: first, client: first.client, clock, dataDir: folder.path,
    async stop() { await current.close(); folder.dispose(); },
    async restart() { await current.close(); current = await open(); return current; },
  };
}

export const SETUP: Setup = { packId: 'backend-engineer', level: 'mid', kind: 'mixed', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true };

/** The names a command needs from the view it is made from. */
export const at = (view: SessionView): { sessionId: string; revision: number } => ({ sessionId: view.sessionId, revision: view.revision });

let submissions = 0;
export const submission = (): string => `submission-${++submissions}`;
