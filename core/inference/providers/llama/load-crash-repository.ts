import type { Store } from '../../../storage/store.ts';

/**
 * How often loading a file ended its process. The attempt is written before it begins and taken back when it ends in any other way,
 * so that it counts even when everything goes down with it.
 */
export class LoadCrashRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  crashes(file: string): number {
    return this.#store.prepare<{ crashes: number }, [string]>('SELECT crashes FROM model_load_crash WHERE file = ?').get(file)?.crashes ?? 0;
  }

  begin(file: string, at: string): void {
    this.#store.write(() => this.#store.prepare('INSERT INTO model_load_crash (file, crashes, at) VALUES (?, 1, ?) ON CONFLICT (file) DO UPDATE SET crashes = crashes + 1, at = excluded.at').run(file, at));
  }

  /** The attempt ended without a crash, but without a model either. */
  takeBack(file: string): void {
    this.#store.write(() => this.#store.prepare('UPDATE model_load_crash SET crashes = max(0, crashes - 1) WHERE file = ?').run(file));
  }

  clear(file: string): void {
    this.#store.write(() => this.#store.prepare('DELETE FROM model_load_crash WHERE file = ?').run(file));
  }
}
