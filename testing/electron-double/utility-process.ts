import { fork } from 'node:child_process';
import type { ForkOptions } from 'electron';

/** Stands in for `utilityProcess` by a plain fork; the forked module talks through `process.send` instead of `process.parentPort`. */
export const utilityProcess = {
  fork(modulePath: string, args: string[] = [], options: ForkOptions = {}) {
    const child = fork(modulePath, args, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], ...(options.env ? { env: options.env as NodeJS.ProcessEnv } : {}) });
    child.on('error', () => undefined); // a message sent while it ends
    return {
      get pid() { return child.exitCode === null && child.signalCode === null ? child.pid : undefined; },
      postMessage: (message: unknown): void => { if (child.connected) child.send(message as object, () => undefined); },
      kill: (): boolean => child.kill(),
      on(event: 'message' | 'exit', listener: (value: never) => void): void { child.on(event, (value: unknown) => listener((event === 'exit' ? value ?? 1 : value) as never)); },
      once(event: 'message' | 'exit', listener: (value: never) => void): void { child.once(event, (value: unknown) => listener((event === 'exit' ? value ?? 1 : value) as never)); },
    };
  },
};
