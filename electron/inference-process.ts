import { join } from 'node:path';
import { utilityProcess } from 'electron';
import { environmentWithoutKeys, type InferenceProcess, type InferenceProcessLauncher } from '../core/engine.ts';

/** Starts the process that runs llama.cpp as a utility process: Node without a window, ended by Electron when the app ends. */
export function utilityProcessLauncher(outDir: string): InferenceProcessLauncher {
  return {
    start(): InferenceProcess {
      const child = utilityProcess.fork(join(outDir, 'inference-process.js'), [], { serviceName: 'Role Accel inference', stdio: 'ignore', env: environmentWithoutKeys() });
      const post = child.postMessage.bind(child);
      let gone = false;
      child.once('exit', () => { gone = true; });
      return {
        get pid() { return child.pid; },
        send: (message) => { if (!gone) post(message); },
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
        kill: () => endAtOnce(child),
      };
    },
  };
}

/** `kill` of a utility process asks politely, which a process that hangs does not hear. */
function endAtOnce(child: Electron.UtilityProcess): void {
  const { pid } = child;
  child.kill();
  if (pid === undefined) return;
  try { process.kill(pid, 'SIGKILL'); } catch { /* it is gone */ }
}
