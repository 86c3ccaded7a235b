import { expect, test } from 'vitest';
import { z } from 'zod';
import { convertToChatMessages, convertToChatToolChoice, convertToChatTools } from './convert-to-chat-messages.ts';

test('messages keep their order and role, with calls of tools and their results', () => {
  expect(convertToChatMessages([
    { role: 'system', text: 's' }, { role: 'assistant', text: 'welcome' }, { role: 'user', text: 'q' },
    { role: 'assistant', text: '', toolCalls: [{ id: '1', name: 'look_up', input: { a: 'ü' } }] }, { role: 'tool', toolCallId: '1', text: 'r' },
  ])).toEqual([
    { role: 'system', content: 's' }, { role: 'assistant', content: 'welcome' }, { role: 'user', content: 'q' },
    { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'look_up', arguments: '{"a":"ü"}' } }] }, { role: 'tool', tool_call_id: '1', content: 'r' },
  ]);
});

test('tools and their choice in the words of Chat Completions', () => {
  expect(convertToChatTools([{ name: 'look_up', description: 'd', input: z.object({ a: z.string() }) }])).toMatchObject([{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', required: ['a'] } } }]);
  expect([convertToChatToolChoice('auto'), convertToChatToolChoice('none'), convertToChatToolChoice({ name: 'x' })]).toEqual(['auto', 'none', { type: 'function', function: { name: 'x' } }]);
});
