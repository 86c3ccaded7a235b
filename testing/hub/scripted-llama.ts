import { readFileSync, statSync } from 'node:fs';
import { EngineError } from '../../core/contract/errors.ts';
import { InferenceError } from '../../core/inference/inference-error.ts';
import type { LlamaHost, LlamaLoad, LlamaStatus, MachineMemory } from '../../core/inference/providers/llama/llama-host.ts';

/** A llama host that loads nothing: it looks at the first bytes of a file, and answers by script. */
export interface ScriptedLlama extends LlamaHost {
  memory: MachineMemory;
  /** Thrown by the next load. */
  refuse: Error | undefined;
  /** Kept waiting until it is called; undefined loads at once. */
  hold: Promise<void> | undefined;
  /** Words of each answer, one answer per call; the last one repeats. */
  answers: string[][];
  readonly loads: LlamaLoad[];
  readonly unloads: string[];
}

const GB = 1024 ** 3;
const emptyStatus = (role: LlamaStatus['role']): LlamaStatus => ({ role, modelId: null, name: null, state: 'empty', says: null, contextTokens: null, modelBytes: 0, contextBytes: 0 });

export function scriptedLlama(): ScriptedLlama {
  const statuses = { instruct: emptyStatus('instruct'), embedder: emptyStatus('embedder') };
  const listeners = new Set<() => void>();
  const set = (status: LlamaStatus): LlamaStatus => {
    statuses[status.role] = status;
    for (const listener of listeners) listener();
    return status;
  };
  const inspect = (file: string) => {
    if (readFileSync(file).subarray(0, 4).toString('latin1') !== 'GGUF') throw new EngineError('MODEL_UNREADABLE', { reason: 'it is no GGUF file.' });
    return { architecture: 'llama', name: 'Scripted', licence: null, parameters: 1e6, quantisation: 'F32', trainedContextTokens: 8192, fileBytes: statSync(file).size, hasChatTemplate: true, isEmbedder: file.includes('embed') };
  };
  let answered = 0;
  const host: ScriptedLlama = {
    memory: { totalBytes: 16 * GB, availableBytes: 8 * GB, accelerator: 'CPU', acceleratorBytes: null },
    refuse: undefined, hold: undefined, answers: [Array.from({ length: 64 }, (_, index) => ` ${index}`)], loads: [], unloads: [], pid: undefined,
    status: () => Object.values(statuses),
    machine: () => Promise.resolve(host.memory),
    inspect: async (file) => inspect(file),
    estimate: async (file, contextTokens) => ({ modelBytes: statSync(file).size, contextBytes: contextTokens * 1000, totalBytes: statSync(file).size + contextTokens * 1000 }),
    async load(want, signal) {
      host.loads.push(want);
      const named = { role: want.role, modelId: want.modelId, name: want.name };
      set({ ...emptyStatus(want.role), ...named, state: 'loading' });
      if (host.hold) await Promise.race([host.hold, new Promise<void>((_, reject) => { signal?.addEventListener('abort', () => reject(signal.reason as Error)); })]).catch((error: unknown) => { set(emptyStatus(want.role)); throw error; });
      if (host.refuse) {
        const error = host.refuse;
        host.refuse = undefined;
        set({ ...emptyStatus(want.role), ...named, state: 'failed', says: error.message });
        throw error;
      }
      inspect(want.file);
      return set({ role: want.role, modelId: want.modelId, name: want.name, state: 'loaded', says: null, contextTokens: want.contextTokens ?? 2048, modelBytes: 1000, contextBytes: 500 });
    },
    async unload(role) { host.unloads.push(role); set(emptyStatus(role)); },
    async *stream(modelId, request, { signal }) {
      if (statuses.instruct.modelId !== modelId || statuses.instruct.state !== 'loaded') { yield { type: 'error', error: new InferenceError('not-ready') }; return; }
      const words = (host.answers[Math.min(answered++, host.answers.length - 1)] ?? []).slice(0, request.maxOutputTokens);
      yield { type: 'text-start' };
      for (const text of words) {
        await new Promise((resume) => setTimeout(resume, 1));
        if (signal.aborted) { yield { type: 'error', error: new InferenceError('aborted') }; return; }
        yield { type: 'text-delta', text };
      }
      yield { type: 'text-end' };
      yield { type: 'usage', usage: { inputTokens: 10, outputTokens: words.length, cachedInputTokens: 0 }, finish: 'stop', model: modelId };
    },
    readAhead: () => Promise.resolve(0),
    embed: async (_modelId, texts) => { await new Promise((resume) => setTimeout(resume, 2)); return texts.map(() => new Float32Array(4)); },
    countTokens: async (_modelId, texts) => texts.map((text) => text.split(' ').length),
    onChange(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    close: () => Promise.resolve(),
  };
  return host;
}
