import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { utilityProcessLauncher } from './inference-process.ts';

let outDir: string;
beforeAll(() => {
  outDir = mkdtempSync(join(tmpdir(), 'role-accel-utility-'));
  writeFileSync(join(outDir, 'inference-process.js'), `process.on('SIGTERM', () => {}); process.on('message', (message) => process.send({ echo: message, keys: Object.keys(process.env).filter((name) => /KEY|PROXY/.test(name)) }));`);
});
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

it('starts the bundled entry, passes messages both ways and no keys, and ends it at once even when it does not want to', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'key-of-the-test');
  vi.stubEnv('HTTPS_PROXY', 'http://name:password@127.0.0.1:9');
  const started = utilityProcessLauncher(outDir).start();
  const answer = new Promise((resolve) => started.onMessage(resolve));
  const exit = new Promise((resolve) => started.onExit(resolve));
  started.send({ vector: new Float32Array([1, 2]) });
  expect(await answer).toEqual({ echo: { vector: new Float32Array([1, 2]) }, keys: [] });
  const { pid } = started;
  started.kill();
  await exit;
  expect(() => process.kill(pid ?? 0, 0)).toThrow();
  started.send({ too: 'late' });
  vi.unstubAllEnvs();
});
