import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPromptRegistry } from '../core/prompts/prompt-registry.ts';
import { countingIds, isoFrom, SettableClock, systemClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { PROJECT, START, temporaryFolder } from '../testing/engine.ts';
import { describe, quantile } from './distribution.ts';

const PROMPTS = 200;
const SESSIONS = 2_000;
const SAVES = 20;
const POSTING = 'We run forty services behind one gateway and are on call for them ourselves. '.repeat(15);

/** Resolving and rendering with many prompts loaded, and the time from saving a file to its words being in force. */
export async function run(): Promise<void> {
  const folder = temporaryFolder('role-accel-bench-');
  const appDir = join(folder.path, 'app-prompts');
  cpSync(join(PROJECT, 'prompts'), appDir, { recursive: true });
  const shipped = readdirSync(join(appDir, 'interview')).filter((name) => /^[a-z-]+\.v1\.prompt$/.test(name));
  mkdirSync(join(appDir, 'many'));
  for (let number = 0; number < PROMPTS; number++) {
    const source = readFileSync(join(appDir, 'interview', shipped[number % shipped.length] ?? ''), 'utf8');
    writeFileSync(join(appDir, 'many', `prompt-${number}.v1.prompt`), source);
  }
  const claimed = claimDataFolder(join(folder.path, 'data'));
  const { store } = openStore(claimed, () => isoFrom(systemClock.now()));
  try {
    const started = performance.now();
    const registry = createPromptRegistry({ store, clock: new SettableClock(START), appDir, ownDir: join(folder.path, 'own'), laneTokens: () => 16_384, watch: true });
    const ids = registry.shelf.ids();
    console.log(`loading ${ids.length} prompts:        ${(performance.now() - started).toFixed(0)} ms, ${registry.problems().length} problems`);

    const input = (id: string): Record<string, string | number | boolean> => Object.fromEntries((registry.current(id)?.inputs ?? []).map(({ name, type, options }) => [name, type === 'boolean' ? true : type === 'integer' || type === 'number' ? 3 : type === 'enum' ? options[0] ?? '' : name === 'posting' ? POSTING : 'the words that stand here']));
    const inputs = new Map(ids.map((id) => [id, input(id)]));
    const many = ids.filter((id) => id.startsWith('many/'));
    const sessions = countingIds();
    const samples = { first: [] as number[], pinned: [] as number[], known: [] as number[] };
    for (let round = 0; round < SESSIONS; round++) {
      const id = many[round % many.length] ?? '';
      const sessionId = sessions.next('interview');
      const timed = async (into: number[]): Promise<void> => {
        const start = performance.now();
        await registry.forSession(sessionId, id)?.render(inputs.get(id) ?? {});
        into.push(performance.now() - start);
      };
      await timed(samples.first);
      await timed(samples.pinned);
    }
    // The first of each prompt compiles it, once in the life of the app.
    console.log(`resolve, pin on disk, render:  ${describe(samples.first.slice(PROMPTS))}`);
    console.log(`  the first use of a prompt:   ${describe(samples.first.slice(0, PROMPTS))}`);
    console.log(`resolve and render:            ${describe(samples.pinned)} (target p95 < 1 ms)`);
    for (const id of many) for (let again = 0; again < 5; again++) {
      const start = performance.now();
      await registry.current(id)?.render(inputs.get(id) ?? {});
      samples.known.push(performance.now() - start);
    }
    console.log(`without a session:             ${describe(samples.known)}`);

    const file = join(appDir, 'many', 'prompt-7.v1.prompt');
    const saves: number[] = [];
    for (let save = 0; save < SAVES; save++) {
      const before = registry.current('many/prompt-7')?.hash;
      const changed = new Promise<void>((resolve) => {
        const stop = registry.onChange(() => { if (registry.current('many/prompt-7')?.hash !== before) { stop(); resolve(); } });
      });
      const start = performance.now();
      writeFileSync(file, `${readFileSync(file, 'utf8')}\nSave number ${save}.`);
      await changed;
      saves.push(performance.now() - start);
      await new Promise((resume) => setTimeout(resume, 50));
    }
    console.log(`from save to in force:         ${describe(saves)} (target < 1000 ms)`);
    const reloads = Array.from({ length: 10 }, () => { const start = performance.now(); registry.reload(); return performance.now() - start; });
    console.log(`a look at all files:           p50 ${quantile(reloads, 0.5).toFixed(1)} ms, which is how long the engine is busy with a reload`);
    await registry.close();
  } finally {
    store.close();
    claimed.release();
    folder.dispose();
  }
}
