import { settingsSchema, type Settings } from '../contract/settings.ts';
import type { Notice } from '../contract/app.ts';
import type { Store } from '../storage/store.ts';

export const DEFAULT_SETTINGS: Settings = { theme: 'system', motion: 'system', displayName: '' };

/** Settings and notices: small rows, read rarely. */
export class SettingsRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** A stored value that is no longer valid falls back to its default. */
  read(): Settings {
    const rows = this.#store.prepare<{ key: string; value: string }, []>('SELECT key, value FROM setting').all();
    const stored = Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value) as unknown]));
    return Object.fromEntries(Object.entries(DEFAULT_SETTINGS).map(([key, value]) => {
      const parsed = settingsSchema.shape[key as keyof Settings].safeParse(stored[key]);
      return [key, parsed.success ? parsed.data : value];
    })) as Settings;
  }

  save(change: { [Key in keyof Settings]?: Settings[Key] | undefined }, at: string): void {
    this.#store.write(() => {
      for (const [key, value] of Object.entries(change)) {
        if (value === undefined) continue;
        this.#store.prepare('INSERT INTO setting (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at').run(key, JSON.stringify(value), at);
      }
    });
  }

  notices(): Notice[] { return this.#store.prepare<Notice, []>('SELECT id, at, tone, title, text FROM notice ORDER BY at DESC').all(); }
  addNotice(notice: Notice): void {
    this.#store.write(() => this.#store.prepare('INSERT INTO notice (id, at, tone, title, text) VALUES (@id, @at, @tone, @title, @text)').run(notice));
  }
  dismissNotice(id: string): void { this.#store.write(() => this.#store.prepare('DELETE FROM notice WHERE id = ?').run(id)); }
}
