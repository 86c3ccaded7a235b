import type { Store } from '../storage/store.ts';

/** A span as it is stored and shown. */
export interface SpanRow {
  spanId: string; traceId: string; parentId: string | null; name: string;
  /** ISO 8601 in UTC. */
  startedAt: string; durationMs: number; outcome: string;
  attributes: Record<string, unknown>;
}

/** Spans kept; older ones go. */
export const SPANS_KEPT = 50_000;
/** How many spans may pile up before the oldest are removed. */
const TRIM_EVERY = 1_000;

/** The `span` table: newest spans of calls, never more than about `kept` of them. */
export class SpanRepository {
  readonly #store: Store;
  readonly #kept: number;
  #sinceTrim = TRIM_EVERY;
  constructor(store: Store, kept: number = SPANS_KEPT) { this.#store = store; this.#kept = kept; }

  /** @throws EngineError STORAGE_FULL, STORAGE_FAILED */
  add(spans: SpanRow[]): void {
    this.#store.write(() => {
      const insert = this.#store.prepare('INSERT OR REPLACE INTO span (span_id, trace_id, parent_id, name, started_at, duration_ms, outcome, attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
      for (const span of spans) insert.run(span.spanId, span.traceId, span.parentId, span.name, span.startedAt, span.durationMs, span.outcome, JSON.stringify(span.attributes));
      this.#sinceTrim += spans.length;
      if (this.#sinceTrim >= TRIM_EVERY) this.#trim();
    });
  }

  newest(limit: number): SpanRow[] {
    return this.#store.prepare<Omit<SpanRow, 'attributes'> & { attributes: string }, [number]>(
      'SELECT span_id AS spanId, trace_id AS traceId, parent_id AS parentId, name, started_at AS startedAt, duration_ms AS durationMs, outcome, attributes FROM span ORDER BY started_at DESC, span_id DESC LIMIT ?',
    ).all(limit).map((row) => ({ ...row, attributes: JSON.parse(row.attributes) as Record<string, unknown> }));
  }

  #trim(): void {
    this.#sinceTrim = 0;
    this.#store.prepare('DELETE FROM span WHERE (started_at, span_id) <= (SELECT started_at, span_id FROM span ORDER BY started_at DESC, span_id DESC LIMIT 1 OFFSET ?)').run(this.#kept);
  }
}
