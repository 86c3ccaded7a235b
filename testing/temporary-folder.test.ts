import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PROJECT } from './engine.ts';

const script = `const { temporaryFolder } = await import(${JSON.stringify(join(PROJECT, 'testing/engine.ts'))}); console.log(temporaryFolder().path); setInterval(() => {}, 1000);`;
/** A process that has a temporary folder, and the folder. */
async function begin(): Promise<{ folder: string; end: (signal: NodeJS.Signals) => Promise<number | null> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const folder = await new Promise<string>((resolve) => { child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())); });
  return { folder, end: (signal) => new Promise((resolve) => { child.once('exit', resolve); child.kill(signal); }) };
}

it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s takes a temporary folder away with the process', async (signal, code) => {
  const { folder, end } = await begin();
  expect(existsSync(folder)).toBe(true);
  expect(await end(signal)).toBe(code);
  expect(existsSync(folder)).toBe(false);
});

it('what a killed process left behind is taken away by the next one, and nothing of one that runs', async () => {
  const [killed, running] = [await begin(), await begin()];
  await killed.end('SIGKILL');
  expect(existsSync(killed.folder)).toBe(true);
  const next = await begin();
  await vi.waitFor(() => { expect([existsSync(killed.folder), existsSync(running.folder)]).toEqual([false, true]); });
  for (const { end } of [running, next]) await end('SIGINT');
});
