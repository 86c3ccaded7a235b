import { z } from 'zod';
import { DOWNLOAD_STATES, downloadSchema, type Download } from '../../contract/models.ts';
import type { Store } from '../../storage/store.ts';
import { chunksSchema, type Chunk } from './part-file.ts';

/** A download as it is on disk, so that it can go on after any end of the app. */
export interface StoredDownload {
  modelId: string; url: string; state: Download['state'];
  totalBytes: number | null; sha256: string | null; etag: string | null;
  /** What is in the partial file, with hashes. */
  chunks: Chunk[];
  problem: Download['problem']; startedAt: string;
}

interface Row { model_id: string; url: string; state: string; total_bytes: number | null; received_bytes: number; sha256: string | null; etag: string | null; chunks: string; problem: string | null; started_at: string }

/** Rows of `model_download`: downloads that are not done. */
export class DownloadRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  all(): StoredDownload[] { return this.#store.prepare<Row, []>('SELECT * FROM model_download ORDER BY started_at, model_id').all().map(readRow); }

  save(download: StoredDownload): void {
    const received = download.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#store.write(() => this.#store.prepare(
      'INSERT OR REPLACE INTO model_download (model_id, url, state, total_bytes, received_bytes, sha256, etag, chunks, problem, started_at) VALUES (@modelId, @url, @state, @totalBytes, @received, @sha256, @etag, @chunks, @problem, @startedAt)',
    ).run({ ...download, received, chunks: JSON.stringify(download.chunks), problem: download.problem && JSON.stringify(download.problem) }));
  }
  remove(modelId: string): void { this.#store.write(() => this.#store.prepare('DELETE FROM model_download WHERE model_id = ?').run(modelId)); }

  /** Several writes that happen together or not at all. */
  together(work: () => void): void { this.#store.write(work); }
}

/** What cannot be read any more counts as not downloaded. */
function readRow(row: Row): StoredDownload {
  const state = z.enum(DOWNLOAD_STATES).safeParse(row.state);
  return {
    modelId: row.model_id, url: row.url, state: state.success ? state.data : 'paused', totalBytes: row.total_bytes, sha256: row.sha256, etag: row.etag, startedAt: row.started_at,
    chunks: parseJson(chunksSchema, row.chunks) ?? [], problem: parseJson(downloadSchema.shape.problem, row.problem ?? 'null') ?? null,
  };
}

function parseJson<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> | undefined {
  try { return schema.parse(JSON.parse(text)); } catch { return undefined; }
}
