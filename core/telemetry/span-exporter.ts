import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { OUTCOME } from './gen-ai-attributes.ts';
import type { SpanRepository, SpanRow } from './span-repository.ts';

type Done = Parameters<SpanExporter['export']>[1];
/** `ExportResultCode` of @opentelemetry/core, which is not a dependency of ours. */
const [SUCCESS, FAILED] = [0, 1] as const;

/** Writes finished spans into the database. A disk that refuses costs the spans, never the call they are about. */
export class DatabaseSpanExporter implements SpanExporter {
  readonly #spans: SpanRepository;
  constructor(spans: SpanRepository) { this.#spans = spans; }

  export(spans: ReadableSpan[], done: Done): void {
    try {
      this.#spans.add(spans.map(rowOf));
      done({ code: SUCCESS });
    } catch (error) {
      done({ code: FAILED, ...(error instanceof Error ? { error } : {}) });
    }
  }

  shutdown(): Promise<void> { return Promise.resolve(); }
}

function rowOf(span: ReadableSpan): SpanRow {
  const { [OUTCOME]: outcome, ...attributes } = span.attributes;
  const { spanId, traceId } = span.spanContext();
  return {
    spanId, traceId, parentId: span.parentSpanContext?.spanId ?? null, name: span.name,
    startedAt: new Date(milliseconds(span.startTime)).toISOString(),
    durationMs: Math.round(milliseconds(span.duration) * 1000) / 1000,
    outcome: typeof outcome === 'string' ? outcome : 'unknown', attributes,
  };
}

const milliseconds = ([seconds, nanoseconds]: HrTime): number => seconds * 1000 + nanoseconds / 1_000_000;
