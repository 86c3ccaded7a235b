import { z } from 'zod';
import type { Store } from '../../storage/store.ts';

/** What is kept of a file beside its row: its own header, and what it needs in memory, so that a list is drawn without opening files. */
const factsSchema = z.object({
  architecture: z.string(), parameters: z.number().nullable(), quantisation: z.string().nullable(), licence: z.string().nullable(), trainedContextTokens: z.number().nullable(), hasChatTemplate: z.boolean(),
  /** Estimated bytes: the weights and buffers, and each token of context. Null when it could not be estimated. */
  memory: z.object({ fixedBytes: z.number(), bytesPerToken: z.number() }).nullable(),
  /** Against what the bytes were checked. */
  checked: z.enum(['hub-checksum', 'size-only', 'own-file']),
});
export type ModelFileFacts = z.infer<typeof factsSchema>;

/** A model file that was whole and readable when it was added. */
export interface ModelFile {
  modelId: string; name: string; role: 'instruct' | 'embedder'; origin: 'catalogue' | 'imported';
  /** Absolute. `owned`: inside our folder, deleted with its row; otherwise only forgotten. */
  path: string; owned: boolean;
  bytes: number; sha256: string | null; source: string | null; facts: ModelFileFacts; tokensPerSecond: number | null; addedAt: string;
}

interface Row { model_id: string; name: string; role: string; origin: string; path: string; owned: number; bytes: number; sha256: string | null; source: string | null; facts: string; tokens_per_second: number | null; added_at: string }

const MIRROR_KEY = 'models-mirror';
const NO_FACTS: ModelFileFacts = { architecture: '', parameters: null, quantisation: null, licence: null, trainedContextTokens: null, hasChatTemplate: false, memory: null, checked: 'size-only' };

/** Rows of `model_file`, and the mirror among the settings. */
export class ModelFileRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  all(): ModelFile[] { return this.#store.prepare<Row, []>('SELECT * FROM model_file ORDER BY added_at, model_id').all().map(readRow); }
  get(modelId: string): ModelFile | undefined {
    const row = this.#store.prepare<Row, [string]>('SELECT * FROM model_file WHERE model_id = ?').get(modelId);
    return row && readRow(row);
  }

  save(file: ModelFile): void {
    this.#store.write(() => this.#store.prepare(
      'INSERT OR REPLACE INTO model_file (model_id, name, role, origin, path, owned, bytes, sha256, source, facts, tokens_per_second, added_at) VALUES (@modelId, @name, @role, @origin, @path, @owned, @bytes, @sha256, @source, @facts, @tokensPerSecond, @addedAt)',
    ).run({ ...file, owned: file.owned ? 1 : 0, facts: JSON.stringify(file.facts) }));
  }
  saveSpeed(modelId: string, tokensPerSecond: number): void {
    this.#store.write(() => this.#store.prepare('UPDATE model_file SET tokens_per_second = ? WHERE model_id = ?').run(tokensPerSecond, modelId));
  }
  remove(modelId: string): void { this.#store.write(() => this.#store.prepare('DELETE FROM model_file WHERE model_id = ?').run(modelId)); }

  mirror(): string | null {
    const row = this.#store.prepare<{ value: string }, [string]>('SELECT value FROM setting WHERE key = ?').get(MIRROR_KEY);
    const value: unknown = row && JSON.parse(row.value);
    return typeof value === 'string' ? value : null;
  }
  saveMirror(url: string | null, at: string): void {
    this.#store.write(() => {
      if (url === null) this.#store.prepare('DELETE FROM setting WHERE key = ?').run(MIRROR_KEY);
      else this.#store.prepare('INSERT INTO setting (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at').run(MIRROR_KEY, JSON.stringify(url), at);
    });
  }
}

function readRow(row: Row): ModelFile {
  const facts = factsSchema.safeParse(JSON.parse(row.facts));
  return {
    modelId: row.model_id, name: row.name, role: row.role === 'embedder' ? 'embedder' : 'instruct', origin: row.origin === 'imported' ? 'imported' : 'catalogue', path: row.path, owned: row.owned === 1,
    bytes: row.bytes, sha256: row.sha256, source: row.source, facts: facts.success ? facts.data : NO_FACTS, tokensPerSecond: row.tokens_per_second, addedAt: row.added_at,
  };
}
