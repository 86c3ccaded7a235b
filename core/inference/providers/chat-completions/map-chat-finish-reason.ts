import { InferenceError } from '../../inference-error.ts';
import type { FinishReason } from '../../language-model.ts';

const REASONS: Readonly<Record<string, FinishReason>> = { stop: 'stop', length: 'length', max_tokens: 'length', tool_calls: 'tool-calls', function_call: 'tool-calls', content_filter: 'filtered' };

/** What servers have invented beyond the list ends an answer like `stop`. @throws InferenceError server-error for `error`, with which gateways end a broken stream */
export function mapChatFinishReason(reason: string): FinishReason {
  if (reason === 'error') throw new InferenceError('server-error', { detail: 'finish_reason error' });
  return REASONS[reason] ?? 'stop';
}
