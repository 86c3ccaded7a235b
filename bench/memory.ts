import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { engineWithLongPack, ordinaryAnswer } from './long-interview.ts';

const MB = 1024 * 1024;
const residentMb = (): number => { globalThis.gc?.(); return process.memoryUsage().rss / MB; };

/** Resident memory of the engine's process: idle, and after 1,000 turns. Measured in a process of its own. */
export async function run(): Promise<void> {
  const script = `import('${join(import.meta.dirname, 'memory.ts')}').then((bench) => bench.measure())`;
  const child = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`the measuring process ended with ${child.status}`);
  process.stdout.write(child.stdout);
}

export async function measure(): Promise<void> {
  const bare = residentMb();
  const { engine, setup, dispose } = await engineWithLongPack(400);
  const idle = residentMb();
  const { interview } = engine.client;
  let view = await interview.start(setup);
  for (let turn = 0; turn < 1000 && view.phase !== 'closing'; turn++) {
    view = await interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `memory-${turn}`, text: ordinaryAnswer(engine, view) });
  }
  const after = residentMb();
  console.log(`resident memory: Node alone with the modules ${bare.toFixed(0)} MB, engine idle ${idle.toFixed(0)} MB, after 1,000 turns ${after.toFixed(0)} MB (ratio ${(after / idle).toFixed(2)})`);
  await dispose();
}
