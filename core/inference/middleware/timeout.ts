import { InferenceError } from '../inference-error.ts';
import type { StreamPart } from '../language-model.ts';
import { inferenceErrorFrom, withStream, type Middleware } from './middleware.ts';

/** Milliseconds from the call to its first token, between two parts, and for all of it; `wholeMs` is asked when the call begins, after any waiting of ours. */
export interface TimeLimits { firstTokenMs: number; idleMs: number; wholeMs: () => number; monotonic?: () => number }

/**
 * Ends a call that takes too long, or that its caller no longer wants, at once: the model is told by its signal but not waited for,
 * so that one that ignores the signal holds nobody up. Only waiting for the model counts, not a slow reader.
 */
export const withTimeout = ({ firstTokenMs, idleMs, wholeMs, monotonic = () => performance.now() }: TimeLimits): Middleware => (model) => withStream(model, async function* (request, options) {
  const stop = new AbortController();
  const startedAt = monotonic();
  const whole = wholeMs();
  let stopped: InferenceError | undefined;
  let wake: () => void = () => {};
  const end = (error: InferenceError): void => { if (stopped) return; stopped = error; stop.abort(error); wake(); };
  const onAbort = (): void => end(new InferenceError('aborted'));
  if (options.signal.aborted) { yield { type: 'error', error: new InferenceError('aborted') }; return; }
  options.signal.addEventListener('abort', onAbort, { once: true });

  let parts: AsyncIterator<StreamPart> | undefined;
  let [begun, complete] = [false, false];
  try {
    const iterator = parts = model.stream(request, { ...options, signal: stop.signal })[Symbol.asyncIterator]();
    for (;;) {
      const spent = monotonic() - startedAt;
      const patience = Math.min(begun ? idleMs : firstTokenMs - spent, whole - spent);
      const timer = setTimeout(() => end(new InferenceError('timeout')), Math.max(0, patience));
      const next = await new Promise<IteratorResult<StreamPart, unknown> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        if (stopped) wake(); else iterator.next().then(resolve, reject);
      }).finally(() => clearTimeout(timer));
      if (stopped) { yield { type: 'error', error: stopped }; return; }
      if (!next || next.done) { yield { type: 'error', error: new InferenceError('malformed') }; return; }
      const part = next.value;
      if ((part.type === 'text-delta' && part.text !== '') || part.type === 'tool-call') begun = true;
      complete = part.type === 'usage' || part.type === 'error';
      yield part;
      if (complete) return;
    }
  } catch (error) {
    yield { type: 'error', error: stopped ?? inferenceErrorFrom(error, options.signal) };
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    // One that is over is not aborted: the ledger would call it cancelled.
    if (!complete) stop.abort(new InferenceError('aborted'));
    parts?.return?.(undefined)?.catch(() => {});
  }
});

/** The same for a single promise, as an embedding call is. @throws InferenceError */
export async function withinTime<Result>(ms: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  if (signal.aborted) throw new InferenceError('aborted');
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  try {
    return await new Promise<Result>((resolve, reject) => {
      const end = (error: InferenceError): void => { stop.abort(error); reject(error); };
      onAbort = () => end(new InferenceError('aborted'));
      signal.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => end(new InferenceError('timeout')), Math.max(0, ms));
      work(stop.signal).then(resolve, (error: unknown) => reject(inferenceErrorFrom(error, signal)));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
