import { expect, test } from 'vitest';
import { mapChatFinishReason } from './map-chat-finish-reason.ts';

test('each reason of the family is one of ours, unknown ones end like stop, and error is a fault', () => {
  expect(['stop', 'length', 'max_tokens', 'tool_calls', 'function_call', 'content_filter', 'eos', ''].map(mapChatFinishReason)).toEqual(['stop', 'length', 'length', 'tool-calls', 'tool-calls', 'filtered', 'stop', 'stop']);
  expect(() => mapChatFinishReason('error')).toThrow(expect.objectContaining({ fault: 'server-error' }));
});
