import type { AttemptFacts, LaneCallSpan } from '../../telemetry/index.ts';
import { withStream, type CallNotes, type Middleware } from './middleware.ts';

export interface TracingOptions { span: LaneCallSpan; facts: AttemptFacts; notes: CallNotes; monotonic?: () => number }

/** Makes each attempt a span under its lane call, and notes when the first text came. */
export const withTracing = ({ span, facts, notes, monotonic = () => performance.now() }: TracingOptions): Middleware => (model) => withStream(model, async function* (request, options) {
  const startedAt = monotonic();
  const attempt = span.attempt({ ...facts, messages: request.messages, maxOutputTokens: request.maxOutputTokens, temperature: request.temperature });
  const said: string[] = [];
  try {
    for await (const part of model.stream(request, options)) {
      if (part.type === 'text-delta') { notes.firstTokenMs ??= Math.round(monotonic() - startedAt); said.push(part.text); }
      if (part.type === 'usage') {
        const { usage, finish, model: answered } = part;
        attempt.end({ outcome: notes.cached ? 'cached' : 'answered', model: spanModelName(answered), finish, ...usage, firstTokenMs: notes.firstTokenMs, costMicroUsd: notes.costMicroUsd, text: said.join('') });
      } else if (part.type === 'error') {
        attempt.end({ outcome: part.error.fault === 'aborted' ? 'aborted' : 'failed', errorType: part.error.fault, firstTokenMs: notes.firstTokenMs, text: said.join('') });
      }
      yield part;
    }
  } finally { attempt.end({ outcome: 'aborted', firstTokenMs: notes.firstTokenMs }); }
});

/** A model file's name without its folder, which is nobody's business. */
export const spanModelName = (model: string): string => model.split(/[\\/]/).at(-1) ?? model;
