import { availableParallelism, totalmem } from 'node:os';
import type { LlamaHost, MachineMemory } from '../providers/llama/llama-host.ts';

const KEEP_MS = 3_000;
/** A list is drawn without waiting longer than this for the inference process. */
const PATIENCE_MS = 500;

/** What this machine has, asked of the host at most every few seconds. While the host does not answer, the system's own figures are used. */
export class MachineMemoryReader {
  readonly #llama: LlamaHost;
  #known: { at: number; memory: MachineMemory } | undefined;
  #asking: Promise<MachineMemory> | undefined;

  constructor(llama: LlamaHost) { this.#llama = llama; }

  /** Never throws. */
  async read(): Promise<MachineMemory> {
    if (this.#known && performance.now() - this.#known.at < KEEP_MS) return this.#known.memory;
    this.#asking ??= this.#llama.machine().then((memory) => {
      this.#known = { at: performance.now(), memory };
      return memory;
    }, () => this.#ofSystem()).finally(() => { this.#asking = undefined; });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<MachineMemory>((resolve) => { timer = setTimeout(() => resolve(this.#ofSystem()), PATIENCE_MS); });
    return Promise.race([this.#asking, late]).finally(() => clearTimeout(timer));
  }

  /** After something was loaded or unloaded. */
  forget(): void { this.#known = undefined; }

  /** `availableMemory` knows the limits of a container too. */
  #ofSystem(): MachineMemory {
    const known = this.#known?.memory;
    return { totalBytes: totalmem(), availableBytes: process.availableMemory(), accelerator: known?.accelerator ?? 'CPU', acceleratorBytes: known?.acceleratorBytes ?? null };
  }
}

export const coresOfMachine = (): number => availableParallelism();
