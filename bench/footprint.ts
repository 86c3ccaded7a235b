import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createEngine } from '../core/engine.ts';
import { PROJECT, SETUP, temporaryFolder } from '../testing/engine.ts';
import { ordinaryAnswer } from './long-interview.ts';

const MB = 1024 * 1024;
const residentMb = (): number => { globalThis.gc?.(); return process.memoryUsage().rss / MB; };

/** Resident memory of an engine's process with the shipped packs and the flags of `npm start`: idle, and after turns. Each figure from a process of its own. */
export async function run(): Promise<void> {
  const folder = temporaryFolder('role-accel-bench-');
  try {
    for (const turns of [0, 0, 1000, 3000]) { // the first one parses the packs, which later starts find parsed
      const script = `import('${join(import.meta.dirname, 'footprint.ts')}').then((bench) => bench.measure('${folder.path}', ${turns}))`;
      const child = spawnSync(process.execPath, ['--expose-gc', '--max-semi-space-size=8', '--input-type=module', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
      if (child.status !== 0) throw new Error(`the measuring process ended with ${child.status}`);
      process.stdout.write(child.stdout);
    }
  } finally {
    folder.dispose();
  }
}

export async function measure(dataDir: string, turns: number): Promise<void> {
  const bare = residentMb();
  const engine = await createEngine({ dataDir, shell: 'none', version: '0.0.0-bench', resourcesDir: PROJECT });
  const idle = residentMb();
  const { interview } = engine.client;
  const { packs } = await interview.packs();
  let held = 0;
  for (let round = 0; held < turns; round++) {
    let view = await interview.start({ ...SETUP, packId: packs[round % packs.length]?.packId ?? SETUP.packId, mode: 'exam', pressure: 'tough', questionCount: 20 });
    while (view.phase !== 'ended') {
      view = await interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `footprint-${round}-${held++}`, text: ordinaryAnswer(engine, view) });
      await new Promise((resume) => setImmediate(resume)); // between two turns a person reads, and what was put off is done
    }
  }
  console.log(turns === 0 ? `resident memory idle: ${idle.toFixed(0)} MB (Node with the modules alone ${bare.toFixed(0)} MB)`
    : `resident memory after ${held} turns in ${(await interview.history({})).total} interviews: ${residentMb().toFixed(0)} MB (ratio to idle ${(residentMb() / idle).toFixed(2)})`);
  await engine.close();
}
