import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface KeychainRequest { id: number; op: 'get' | 'set' | 'delete'; account: string; secret?: string }
export type KeychainReply = { id: number; ok: true; value: string | null } | { id: number; ok: false; reason: string };

const IDLE_MS = 5_000;

/**
 * Speaks to the system's keychain in a process of its own: its library connects synchronously, and a message bus that hangs would
 * otherwise stand the whole app still. The process is started at need and ends when it has nothing to do.
 */
export class KeychainClient {
  readonly #processFile: string;
  readonly #waiting = new Map<number, { resolve: (value: string | null) => void; reject: (error: Error) => void }>();
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(processFile: string = findProcessFile()) { this.#processFile = processFile; }

  /** @throws Error with the keychain's reason, or when it did not answer in time */
  async call(request: Omit<KeychainRequest, 'id'>, timeoutMs: number): Promise<string | null> {
    const id = ++this.#count;
    const child = this.#process();
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    this.#waiting.set(id, { resolve, reject });
    const late = setTimeout(() => this.#end(child, new Error(`it did not answer within ${Math.round(timeoutMs / 1000)} seconds`)), timeoutMs);
    child.send({ id, ...request });
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#endWhenIdle();
    }
  }

  #process(): ChildProcess {
    clearTimeout(this.#idle);
    if (this.#child) return this.#child;
    const child = fork(this.#processFile, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'json' });
    child.on('message', (reply: KeychainReply) => {
      const waiting = this.#waiting.get(reply.id);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new Error(reply.reason));
    });
    child.on('error', () => this.#end(child, new Error('its process could not be started')));
    child.on('exit', () => this.#end(child, new Error('its process ended')));
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }

  #endWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => { if (this.#child) this.#end(this.#child, new Error('it was closed')); }, IDLE_MS);
    this.#idle.unref();
  }

  #end(child: ChildProcess, error: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    child.kill('SIGKILL');
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

/** Beside this file: as source when the source runs, else as built. */
function findProcessFile(): string {
  const names = ['keychain-process.js', '../keychain-process.js', 'keychain-process.ts'].map((name) => join(import.meta.dirname, name));
  return names.find((name) => existsSync(name)) ?? names[0] ?? '';
}
