// The inference process: owns llama.cpp and nothing else. It may be killed at any moment; it opens no connection and writes no file.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Llama } from 'node-llama-cpp';
import { InferenceCalls } from './inference-calls.ts';
import { openEnginePort } from './port.ts';

const port = openEnginePort();
// Nothing here needs to be saved, and a native thread could hold up an orderly exit.
port.onClose(() => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => undefined); // Ctrl+C reaches the whole group; when to end is the engine's decision

const llama = startLlama();
llama.catch(() => undefined); // told to whoever wants to load
const calls = new InferenceCalls(llama, port.send, (file) => {
  if (process.env['ROLE_ACCEL_TEST_FAULTS'] && existsSync(`${file}.crash-at-load`)) process.kill(process.pid, 'SIGKILL');
});
port.onMessage((message) => { if (message.type === 'ping') port.send({ type: 'pong' }); else calls.take(message); });

async function startLlama(): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const maxThreads = Number(process.env['ROLE_ACCEL_LLAMA_THREADS'] ?? Math.max(1, availableParallelism() - 1));
  const started = await getLlama({ gpu: 'auto', build: 'never', skipDownload: true, progressLogs: false, maxThreads, logLevel: LlamaLogLevel.error, logger: (level, says) => port.send({ type: 'log', level, says }) });
  const names = started.gpu === false ? [] : await started.getGpuDeviceNames();
  const video = started.gpu === false ? undefined : await started.getVramState();
  port.send({ type: 'ready', accelerator: started.gpu === false ? 'CPU' : `${names[0] ?? 'GPU'} (${started.gpu})`, acceleratorBytes: video && video.unifiedSize === 0 ? video.total : null });
  return started;
}
