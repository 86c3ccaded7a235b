import { expect, test } from 'vitest';
import { mapAnthropicFinishReason } from './map-anthropic-finish-reason.ts';

test('each reason of Anthropic is one of ours, and unknown ones end like end_turn', () => {
  expect(['end_turn', 'stop_sequence', 'pause_turn', 'max_tokens', 'model_context_window_exceeded', 'tool_use', 'refusal', 'new_reason'].map(mapAnthropicFinishReason)).toEqual(['stop', 'stop', 'stop', 'length', 'length', 'tool-calls', 'filtered', 'stop']);
});
