import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

interface Content { version: 1; folder: string; entries: Record<string, string> }

/**
 * A small file of a shell in the data folder, readable by its owner only: which connections have a key in the keychain, and, where the
 * keychain only encrypts, the encrypted key. So a start without keys never asks the keychain, and two data folders never share an entry.
 */
export class KeyFile {
  readonly #path: string;
  constructor(path: string) { this.#path = path; }

  /** Names this data folder in the keychain; made up once and kept when the folder moves. */
  get folder(): string { return this.#read().folder; }
  get(id: string): string | undefined {
    const { entries } = this.#read();
    return Object.hasOwn(entries, id) ? entries[id] : undefined;
  }
  /** @throws the system's error */
  set(id: string, value: string): void {
    const content = this.#read();
    this.#write({ ...content, entries: { ...content.entries, [id]: value } });
  }
  /** Makes sure that the name of the folder is on disk before anything is filed under it. @throws the system's error */
  claim(): string {
    const content = this.#read();
    this.#write(content);
    return content.folder;
  }
  /** @throws the system's error */
  delete(id: string): void {
    const content = this.#read();
    if (!Object.hasOwn(content.entries, id)) return;
    const { [id]: _, ...entries } = content.entries;
    this.#write({ ...content, entries });
  }

  #read(): Content {
    try {
      const found = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Content>;
      if (found.version === 1 && typeof found.folder === 'string' && typeof found.entries === 'object') return found as Content;
    } catch { /* not there, or not ours any more: the keys have to be entered again */ }
    return { version: 1, folder: randomBytes(8).toString('hex'), entries: {} };
  }

  #write(content: Content): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const partial = `${this.#path}.partial`;
    const handle = openSync(partial, 'w', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(partial, this.#path);
  }
}
