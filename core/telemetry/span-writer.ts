import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type HrTime, type Span } from '@opentelemetry/api';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { DatabaseSpanExporter } from './span-exporter.ts';
import type { SpanRepository } from './span-repository.ts';

/** A span that is over. Times are milliseconds since the epoch, with fractions. */
export interface FinishedSpan { name: string; startedMs: number; endedMs: number; failed: boolean; attributes: Attributes }

/** Small batches keep each write short, because it happens on the thread that answers people. */
const BATCH_SPANS = 128;
const BATCH_DELAY_MS = 2_000;

/**
 * Hands finished calls to the OpenTelemetry SDK, whose exporter is ours; another one can be put beside it. Nothing is registered globally.
 * Times are always given, because the SDK would take them from the system's clock.
 */
export class SpanWriter {
  readonly #provider: TracerProvider;
  constructor(repository: SpanRepository) {
    this.#provider = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor({ exporter: new DatabaseSpanExporter(repository), maxExportBatchSize: BATCH_SPANS, maxQueueSize: 8_192, scheduledDelayMillis: BATCH_DELAY_MS })],
    });
  }

  write(call: FinishedSpan, attempts: FinishedSpan[]): void {
    const tracer = this.#provider.getTracer('role-accel');
    const parent = tracer.startSpan(call.name, { kind: SpanKind.INTERNAL, startTime: hrTime(call.startedMs), attributes: call.attributes }, ROOT_CONTEXT);
    const inParent = trace.setSpan(ROOT_CONTEXT, parent);
    for (const attempt of attempts) end(tracer.startSpan(attempt.name, { kind: SpanKind.CLIENT, startTime: hrTime(attempt.startedMs), attributes: attempt.attributes }, inParent), attempt);
    end(parent, call);
  }

  /** A disk that refuses costs spans, never a call. */
  flush(): Promise<void> { return this.#provider.forceFlush().catch(() => {}); }
  close(): Promise<void> { return this.#provider.shutdown().catch(() => {}); }
}

function end(span: Span, { failed, endedMs }: FinishedSpan): void {
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(hrTime(endedMs));
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1_000_000))];
}
