import type { Clock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import {
  attemptAttributes, attemptResultAttributes, attemptSpanName, laneCallAttributes, laneResultAttributes, laneSpanName,
  type AttemptFacts, type AttemptResult, type LaneCallFacts, type LaneCallResult, type Outcome,
} from './gen-ai-attributes.ts';
import { SpanRepository, type SpanRow } from './span-repository.ts';
import type { FinishedSpan, SpanWriter } from './span-writer.ts';

/** One model being asked. Ending it twice does nothing. */
export interface AttemptSpan { end(result: AttemptResult): void }
/** One call on a lane; its attempts are its children. It is written when it ends. */
export interface LaneCallSpan { attempt(facts: AttemptFacts): AttemptSpan; end(result: LaneCallResult): void }

export interface Telemetry {
  laneCall(facts: LaneCallFacts): LaneCallSpan;
  /** Newest first, after everything that has ended is written. */
  spans(limit: number): Promise<SpanRow[]>;
  flush(): Promise<void>;
  /** Writes what is left. The store must still be open. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  store: Store; clock: Clock;
  /** Whether prompts and answers are kept with the spans. Off unless the person turns it on. */
  keepText?: boolean | (() => boolean);
  /** Milliseconds of a clock that never jumps, for durations; dates come from `clock`. */
  monotonic?: () => number;
  spansKept?: number;
}

/** Spans of model calls in the database. The OpenTelemetry SDK is loaded when the first call has ended, so that it costs the start nothing. */
export function createTelemetry({ store, clock, keepText = false, monotonic = () => performance.now(), spansKept }: TelemetryOptions): Telemetry {
  const repository = new SpanRepository(store, spansKept);
  const withText = typeof keepText === 'function' ? keepText : () => keepText;
  let writer: SpanWriter | undefined;
  let loading: Promise<SpanWriter> | undefined;
  let closed: Promise<void> | undefined;

  const load = (): Promise<SpanWriter> => {
    loading ??= import('./span-writer.ts').then((module) => (writer = new module.SpanWriter(repository)));
    return loading;
  };
  const write = (call: FinishedSpan, attempts: FinishedSpan[]): void => {
    if (closed) return;
    if (writer) writer.write(call, attempts);
    else void load().then((loaded) => loaded.write(call, attempts));
  };

  /** Starts to measure; what is returned gives the finished span. */
  const measure = (name: string, attributes: FinishedSpan['attributes']) => {
    const [startedMs, startedTick] = [clock.now(), monotonic()];
    return (outcome: Outcome, more: FinishedSpan['attributes']): FinishedSpan => ({
      name, startedMs, endedMs: startedMs + Math.max(0, monotonic() - startedTick), failed: outcome === 'failed' || outcome === 'gave-up', attributes: Object.assign(attributes, more),
    });
  };

  const flush = async (): Promise<void> => { if (loading) await (await loading).flush(); };

  return {
    laneCall(facts) {
      const finish = measure(laneSpanName(facts), laneCallAttributes(facts));
      const attempts: FinishedSpan[] = [];
      let ended = false;
      return {
        attempt(attempt) {
          const finishAttempt = measure(attemptSpanName(attempt), attemptAttributes(attempt, withText()));
          let attemptEnded = false;
          return {
            end(result) {
              if (attemptEnded || ended) return;
              attemptEnded = true;
              attempts.push(finishAttempt(result.outcome, attemptResultAttributes(result, withText())));
            },
          };
        },
        end(result) {
          if (ended) return;
          ended = true;
          write(finish(result.outcome, laneResultAttributes(result)), attempts);
        },
      };
    },
    async spans(limit) { await flush(); return repository.newest(limit); },
    flush,
    close() {
      closed ??= (async () => { if (loading) await (await loading).close(); })();
      return closed;
    },
  };
}
