import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { defaultDataDir } from '../core/data-dir.ts';
import { createEngine } from '../core/engine.ts';
import { findAppRoot } from '../shell/app-root.ts';
import { describeStartFailure } from '../shell/start-failure.ts';
import { parseStartOptions, type StartOptions } from '../shell/start-options.ts';
import { startLoopbackServer, type LoopbackServerOptions } from './http-server.ts';
import { openWindow } from './open-window.ts';
import { createKeychain } from './secrets.ts';

/** Closing normally takes milliseconds; beyond this something hangs, and all acknowledged data is on disk. */
const CLOSE_LIMIT_MS = 15_000;

/** Role Accel without Electron: the engine and the window on 127.0.0.1 until it is asked to quit; then ends the process. */
export async function runLoopbackShell(args: readonly string[], dev: Pick<LoopbackServerOptions, 'createPageSource'> = {}): Promise<never> {
  try {
    await serveUntilQuit(parseStartOptions(args), dev);
    process.exit(0);
  } catch (error) {
    console.error(describeStartFailure(error));
    process.exit(1);
  }
}

async function serveUntilQuit(options: StartOptions, dev: Pick<LoopbackServerOptions, 'createPageSource'>): Promise<void> {
  const root = findAppRoot(import.meta.dirname);
  const dataDir = options.dataDir ?? defaultDataDir();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });

  const quitAsked = Promise.withResolvers<void>();
  const engine = await createEngine({
    dataDir,
    shell: 'loopback',
    secrets: createKeychain({ dataDir }),
    version: root.version,
    resourcesDir: root.resourcesDir,
    onQuitAsked: quitAsked.resolve,
    ...(options.testMode ? { testMode: options.testMode } : {}),
  });
  const server = await startLoopbackServer({ engine, windowDir: root.windowDir, port: options.port, ...dev }).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });

  const url = server.createStartUrl();
  console.log(`Role Accel: ${url} (works once; press Enter for a new address, Ctrl+C to quit)`);
  const opened = options.open ? openWindow({ url, dataDir }) : null;
  const terminal = createInterface({ input: process.stdin }).on('error', () => terminal.close());
  terminal.on('line', () => console.log(`Role Accel: ${server.createStartUrl()}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quitAsked.resolve);

  await quitAsked.promise;
  setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
  terminal.close();
  opened?.forget();
  await engine.close();
  await server.close();
}
