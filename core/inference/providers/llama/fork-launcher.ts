import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environmentWithoutKeys, type InferenceProcess, type InferenceProcessLauncher } from './inference-process.ts';

/** The entry of the inference process: the source beside this file, or the bundle beside the one this file is in. */
export function inferenceProcessEntry(from: string = import.meta.url): string {
  const candidates = ['./process/main.ts', './inference-process.js', '../inference-process.js', '../main/inference-process.js'].map((path) => fileURLToPath(new URL(path, from)));
  return candidates.find((path) => existsSync(path)) ?? candidates[0] ?? '';
}

/** Starts the inference process under plain Node. */
export function forkLauncher(entry: string = inferenceProcessEntry()): InferenceProcessLauncher {
  return {
    start(): InferenceProcess {
      // The parent's own flags (loaders, memory settings) are not for the child.
      const child = fork(entry, [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: environmentWithoutKeys() });
      let ended = false;
      const onExit = (listener: (says: string) => void): void => {
        const once = (says: string): void => { if (!ended) { ended = true; listener(says); } };
        child.once('exit', (code, signal) => once(signal ?? `exit code ${code}`));
        child.once('error', (error) => { if (child.pid === undefined) once(error.message); });
      };
      child.on('error', () => undefined); // a message sent while it ends
      return {
        get pid() { return child.pid; },
        send: (message) => { if (child.connected) child.send(message as object, () => undefined); },
        onMessage: (listener) => void child.on('message', listener),
        onExit,
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}
