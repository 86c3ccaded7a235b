import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { createEngine, type Engine, type EngineOptions } from '../core/engine.ts';
import { countingIds, SettableClock } from '../core/sources.ts';

export const PROJECT = resolve(import.meta.dirname, '..');
export const START = '2026-11-20T09:00:00.000Z';

/** A temporary folder that goes away with `dispose`. */
export function temporaryFolder(name = 'role-accel-test-'): { path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), name));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
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
