import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEngineClient } from '../core/contract/index.ts';
import { connectSocket, signIn, type Connection } from './connect.ts';

const SHELL = join(import.meta.dirname, '..', 'out', 'main', 'loopback.js');
const START_LIMIT_MS = 30_000;

export interface LoopbackAppOptions {
  /** An existing data folder, kept afterwards; by default a new one that `stop` deletes. */
  readonly dataDir?: string;
  /** Fixed seed, settable clock and injected faults. */
  readonly testMode?: boolean;
  readonly seed?: number;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

/** The built loopback shell in a process of its own. */
export interface LoopbackApp {
  readonly process: ChildProcess;
  readonly dataDir: string;
  readonly origin: string;
  /** The one-time address that was printed at the start; void once `newUrl` or `connect` was called. */
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
  /** Presses Enter in its terminal and waits for the address. */
  newUrl(): Promise<string>;
  /** A client of its own session; connects at the first call, closed by `stop`. */
  connect(): Promise<TestEngineClient>;
  /** Ends the process at once, as a power cut would; the data folder stays. */
  kill(): Promise<void>;
  /** Asks it to quit, waits until it has, and deletes the data folder if it made one. Gives the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the app as `npm start` would, without a window.
 * @throws Error with everything it printed, when it ends or hangs before the address appears.
 */
export async function startLoopbackApp(options: LoopbackAppOptions = {}): Promise<LoopbackApp> {
  if (!existsSync(SHELL)) throw new Error('out/main/loopback.js is missing: run "npm run build" first');
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'role-accel-app-'));
  const child = spawn(process.execPath, [
    SHELL, '--no-open', '--port', String(options.port ?? 0), '--data-dir', dataDir,
    ...(options.testMode ? ['--test-mode', '--seed', String(options.seed ?? 1)] : []),
    ...(options.args ?? []),
  ], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  // A test that fails before it stops the app, or a worker that is ended, leaves nothing running.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  void exited.then(() => process.off('exit', endWithUs));
  child.stdin.on('error', () => {}); // it ended; whoever waits is told by its exit
  const printed = collectOutput(child);
  const remove = (): void => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };

  let url: string;
  try {
    url = await printed.nextUrl(exited);
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    remove();
    throw error;
  }

  const connections: Connection[] = [];
  const { origin } = new URL(url);
  let lastUrl = Promise.resolve(url);
  const newUrl = (): Promise<string> => {
    lastUrl = lastUrl.then(() => {
      const next = printed.nextUrl(exited);
      child.stdin.write('\n');
      return next;
    });
    return lastUrl;
  };
  return {
    process: child, dataDir, origin, url, newUrl,
    output: printed.text,
    async connect() {
      const known = connections[0];
      if (known) return known.client;
      const connection = await connectSocket(origin, await signIn(await newUrl()));
      connections.push(connection);
      return connection.client;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      for (const connection of connections) connection.close();
      child.kill('SIGTERM');
      const code = await exited;
      remove();
      return code;
    },
  };
}

function collectOutput(child: ChildProcess): { text(): string; nextUrl(exited: Promise<unknown>): Promise<string> } {
  let all = '';
  const changed = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      all += chunk;
      for (const notify of changed) notify();
    });
  }
  return {
    text: () => all,
    async nextUrl(exited) {
      const from = all.length;
      return new Promise((resolve, reject) => {
        const give = (settle: () => void): void => {
          changed.delete(look);
          clearTimeout(timer);
          settle();
        };
        const look = (): void => {
          const url = /http:\/\/127\.0\.0\.1:\d+\/start#token=[\w-]+(?=\s)/.exec(all.slice(from))?.[0];
          if (url) give(() => resolve(url));
        };
        const timer = setTimeout(() => give(() => reject(new Error(`no address within ${START_LIMIT_MS / 1000} s; printed:\n${all}`))), START_LIMIT_MS);
        changed.add(look);
        void exited.then(() => give(() => reject(new Error(`the app ended; printed:\n${all}`))));
        look();
      });
    },
  };
}
