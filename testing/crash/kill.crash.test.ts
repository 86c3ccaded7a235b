import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seededRng } from '../../core/sources.ts';
import { temporaryFolder } from '../engine.ts';

interface Line { found?: true; sessionId?: string; phase?: string; revision?: number; position?: number; answers?: string[]; draft?: string | null; answered?: string; ended?: true }

const KILLS = process.env['ROLE_ACCEL_LONG'] === '1' ? 200 : 10;
const SEED = Number(process.env['ROLE_ACCEL_SEED'] ?? 20261121);

/** Runs the scripted interview until it is killed (or ends), and returns what it said. */
function runUntilKilled(dataDir: string, killAfterMs: number | null, fault: string[]): Promise<Line[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'interview-process.ts'), dataDir, ...fault], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    // Counted from the first line, so that the kill falls into the interview and not into loading.
    if (out === '' && killAfterMs !== null) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    out += chunk;
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  return new Promise((resolve) => child.on('close', () => {
    clearTimeout(timer);
    clearTimeout(guard);
    resolve(out.split('\n').filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Line));
  }));
}

it(`loses no acknowledged answer or draft in ${KILLS} kills of the engine, and goes on at the right place`, async () => {
  const rng = seededRng(SEED);
  const folder = temporaryFolder();
  let sessionId: string | undefined;
  let answers: string[] = [];
  let draft: string | null = null;
  let revision = 0;
  let killsDuringInterview = 0;
  try {
    for (let kill = 0; kill <= KILLS; kill++) {
      const moment = rng.next();
      const lines: Line[] = kill === KILLS ? await runUntilKilled(folder.path, 1, [])
        : moment < 0.5 ? await runUntilKilled(folder.path, Math.floor(rng.next() * 250), [])
        : await runUntilKilled(folder.path, null, [moment < 0.75 ? 'before-commit' : 'after-commit', String(Math.floor(rng.next() * 40))]);
      const [found, ...rest] = lines;
      if (!found?.found) throw new Error(`the engine did not come up after kill ${kill}`);
      if (sessionId !== undefined && found.sessionId === sessionId) {
        // One answer may be on disk without its acknowledgement having got out; never fewer than acknowledged.
        expect(found.answers?.slice(0, answers.length)).toEqual(answers);
        expect((found.answers?.length ?? 0) - answers.length).toBeLessThanOrEqual(1);
        expect(found.revision).toBeGreaterThanOrEqual(revision);
        expect((found.revision ?? 0) - revision).toBeLessThanOrEqual(1);
        const answeredMeanwhile = (found.answers?.length ?? 0) > answers.length;
        if (draft !== null && !answeredMeanwhile) expect(found.draft?.startsWith(draft)).toBe(true);
        killsDuringInterview++;
      }
      sessionId = found.sessionId;
      answers = [...(found.answers ?? [])];
      draft = found.draft ?? null;
      revision = found.revision ?? 0;
      for (const line of rest) {
        if (line.draft !== undefined) draft = line.draft;
        if (line.answered !== undefined) { answers.push(line.answered); draft = null; }
        if (line.revision !== undefined) revision = line.revision;
        if (line.ended) { sessionId = undefined; answers = []; draft = null; revision = 0; }
      }
    }
    expect(killsDuringInterview).toBeGreaterThan(KILLS * 0.8);
  } finally {
    folder.dispose();
  }
}, 900_000);
