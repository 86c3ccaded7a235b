import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { openJobStore } from '../../testing/job-store.ts';
import { seededRng } from '../sources.ts';

const KILLS = Number(process.env['ROLE_ACCEL_JOB_KILLS'] ?? (process.env['ROLE_ACCEL_LONG'] === '1' ? 100 : 20));
const SEED = Number(process.env['ROLE_ACCEL_SEED'] ?? 20261121);
const PROCESS = resolve(import.meta.dirname, '../../testing/crash/job-process.ts');

/** Runs jobs until the process is killed, from outside after some time or by itself around a commit. Gives the signal it ended by. */
function runUntilKilled(args: string[], killAfterMs: number | null): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const guard = setTimeout(() => child.kill('SIGTERM'), 60_000);
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once('data', () => { if (killAfterMs !== null) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs); });
  return new Promise((done) => child.on('close', (_, signal) => { clearTimeout(timer); clearTimeout(guard); done(signal); }));
}

it(`writes the results of every job exactly once over ${KILLS} kills, and loses none that was added`, async () => {
  const rng = seededRng(SEED);
  const folder = temporaryFolder();
  try {
    let caughtRunning = 0;
    const inspect = <Row>(sql: string): Row[] => { const store = openJobStore(folder.path); try { return store.sql.prepare(sql).all() as Row[]; } finally { store.close(); } };
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = rng.next();
      const seed = String(SEED + kill);
      const signal = moment < 0.5 ? await runUntilKilled([folder.path, seed], Math.floor(rng.next() * 200))
        : await runUntilKilled([folder.path, seed, moment < 0.75 ? 'before-commit' : 'after-commit', String(Math.floor(rng.next() * 80))], null);
      expect(signal).toBe('SIGKILL');
      if (inspect("SELECT id FROM job WHERE state = 'running'").length > 0) caughtRunning++;
    }
    expect(await runUntilKilled([folder.path, '1', 'end'], null)).toBe(null);
    const jobs = inspect<{ kind: string; state: string; jobs: number; crashed: number }>('SELECT kind, state, count(*) AS jobs, sum(attempts > 1) AS crashed FROM job GROUP BY kind, state ORDER BY kind, state');
    const wrong = inspect<{ id: string; state: string; results: number }>("SELECT id, state, (SELECT count(*) FROM result WHERE job = id) AS results FROM job WHERE results <> (state = 'done') OR state NOT IN ('done', 'failed')");
    const lost = inspect('SELECT job FROM intent WHERE job NOT IN (SELECT id FROM job) UNION ALL SELECT id FROM job WHERE id NOT IN (SELECT job FROM intent)');
    const [[results], [intents]] = [inspect<{ count: number }>('SELECT count(*) AS count FROM result'), inspect<{ count: number }>('SELECT count(*) AS count FROM intent')];
    console.log(`${KILLS} kills, ${caughtRunning} of them with jobs running; ${intents?.count} jobs added, ${results?.count} results; ${jobs.map(({ kind, state, jobs, crashed }) => `${kind} ${state} ${jobs} (${crashed} took more than one run)`).join(', ')}`);
    expect([wrong, lost]).toEqual([[], []]);
    expect(jobs.filter(({ kind, state }) => kind !== 'frail' && state !== 'done')).toEqual([]);
    const done = (kind: string): number => jobs.find((row) => row.kind === kind && row.state === 'done')?.jobs ?? 0;
    expect(done('follow'), 'one follows each').toBe(done('lead'));
    expect(caughtRunning).toBeGreaterThan(KILLS / 2);
  } finally {
    folder.dispose();
  }
}, 900_000);
