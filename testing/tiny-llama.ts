import { setTimeout as pause } from 'node:timers/promises';
import type { CallOptions, ModelRequest, StreamPart } from '../core/inference/language-model.ts';
import { forkLauncher } from '../core/inference/providers/llama/fork-launcher.ts';
import type { LlamaHost, LlamaLoad } from '../core/inference/providers/llama/llama-host.ts';
import { LoadCrashRepository } from '../core/inference/providers/llama/load-crash-repository.ts';
import { createSupervisedLlamaHost, type LlamaHostOptions, type TestableLlamaHost } from '../core/inference/providers/llama/supervised-llama-host.ts';
import { SettableClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { START, temporaryFolder } from './engine.ts';
import { tinyModel } from './tiny-model.ts';

/** One thread: two would wait for each other on a busy machine. */
process.env['ROLE_ACCEL_LLAMA_THREADS'] ??= '1';
process.env['ROLE_ACCEL_TEST_FAULTS'] ??= '1';

/** The name of the model that `startTinyLlama` loads. */
export const TINY = 'tiny';

/** The real host with the real inference process over a temporary database, with the tiny model loaded unless `load` is null. */
export async function startTinyLlama({ load = {}, ...options }: Partial<LlamaHostOptions> & { load?: Partial<LlamaLoad> | null } = {}): Promise<{ llama: TestableLlamaHost; crashes: LoadCrashRepository; log: string[]; folder: string; stop(): Promise<void> }> {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  const { store } = openStore(folder, () => START);
  const crashes = new LoadCrashRepository(store);
  const log: string[] = [];
  const llama = createSupervisedLlamaHost({ launch: forkLauncher(), crashes, clock: new SettableClock(START), onLog: (says) => log.push(says), backoff: { firstMs: 10, mostMs: 100 }, ...options });
  if (load) await llama.load(tinyLoad(load));
  return {
    llama, crashes, log, folder: temporary.path,
    async stop() {
      await llama.close();
      store.close();
      folder.release();
      temporary.dispose();
    },
  };
}

export const tinyLoad = (change: Partial<LlamaLoad> = {}): LlamaLoad => ({ modelId: TINY, name: 'Tiny', file: tinyModel({ voice: 'endless' }), role: 'instruct', contextTokens: 4096, asked: true, ...change });

export const callOptions = (change: Partial<CallOptions> = {}): CallOptions => ({ signal: AbortSignal.timeout(60_000), reason: 'test', priority: 'interactive', ...change });

export const saying = (text: string, change: Partial<ModelRequest> = {}): ModelRequest => ({ messages: [{ role: 'user', text }], maxOutputTokens: 40, seed: 1, ...change });

/** All parts of a stream, and when each came. */
export async function collectParts(stream: AsyncIterable<StreamPart>, onPart?: (part: StreamPart) => void): Promise<{ parts: StreamPart[]; text: string; last: StreamPart | undefined }> {
  const parts: StreamPart[] = [];
  for await (const part of stream) { parts.push(part); onPart?.(part); }
  return { parts, text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), last: parts.at(-1) };
}

/** Waits until a condition holds. @throws Error when it does not in time */
export async function until(holds: () => boolean | Promise<boolean>, what: string, withinMs = 30_000): Promise<void> {
  const patience = performance.now() + withinMs;
  while (!await holds()) {
    if (performance.now() > patience) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await pause(5);
  }
}

/** Whether a process is there and not a zombie. */
export function alive(pid: number): boolean {
  try { process.kill(pid, 0); return true; } catch { return false; }
}

export const stateOf = (llama: LlamaHost, role: LlamaLoad['role'] = 'instruct'): string | undefined => llama.status().find((status) => status.role === role)?.state;
