import type { FinishReason } from '../../language-model.ts';

const REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop', stop_sequence: 'stop', pause_turn: 'stop', max_tokens: 'length', model_context_window_exceeded: 'length', tool_use: 'tool-calls', refusal: 'filtered',
};

/** A reason that did not exist when this was written ends an answer like `end_turn`. */
export const mapAnthropicFinishReason = (reason: string): FinishReason => REASONS[reason] ?? 'stop';
