import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../language-model.ts';
import { convertToAnthropicMessages, convertToAnthropicToolChoice, convertToAnthropicTools } from './convert-to-anthropic-messages.ts';

const mark = { cache_control: { type: 'ephemeral' } };
const block = (text: string): object => ({ type: 'text', text });

describe('messages for Anthropic', () => {
  const talk: Message[] = [
    { role: 'system', text: 'role' }, { role: 'system', text: 'facts' },
    { role: 'user', text: 'one' }, { role: 'assistant', text: 'two ' }, { role: 'user', text: 'three' },
  ];

  test('lead with the system part, then take turns', () => {
    expect(convertToAnthropicMessages(talk)).toEqual({
      system: [block('role'), block('facts')],
      messages: [{ role: 'user', content: [block('one')] }, { role: 'assistant', content: [block('two')] }, { role: 'user', content: [block('three')] }],
    });
  });

  test('are marked for the cache at the end of the stable system part and of the whole stable prefix, nowhere else', () => {
    expect(convertToAnthropicMessages(talk, 4)).toEqual({
      system: [block('role'), { ...block('facts'), ...mark }],
      messages: [{ role: 'user', content: [block('one')] }, { role: 'assistant', content: [{ ...block('two'), ...mark }] }, { role: 'user', content: [block('three')] }],
    });
    expect(convertToAnthropicMessages(talk, 1).system).toEqual([{ ...block('role'), ...mark }, block('facts')]);
    expect(JSON.stringify(convertToAnthropicMessages(talk, 2).messages)).not.toContain('cache_control');
    expect(JSON.stringify(convertToAnthropicMessages(talk, 0))).not.toContain('cache_control');
    expect(JSON.stringify(convertToAnthropicMessages(talk, 99)).match(/cache_control/g)).toHaveLength(2);
  });

  test('of one role in a row become one turn, and a later system message is said in the turn of the user', () => {
    const { messages } = convertToAnthropicMessages([{ role: 'user', text: 'a' }, { role: 'system', text: 'b' }, { role: 'user', text: '' }, { role: 'assistant', text: 'c' }]);
    expect(messages).toEqual([{ role: 'user', content: [block('a'), block('b')] }, { role: 'assistant', content: [block('c')] }]);
  });

  test('begin with the user even where the assistant opened, and are never none', () => {
    expect(convertToAnthropicMessages([{ role: 'assistant', text: 'Welcome.' }, { role: 'user', text: 'Hello.' }]).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(convertToAnthropicMessages([{ role: 'system', text: 'x' }]).messages).toHaveLength(1);
    expect(convertToAnthropicMessages([])).toEqual({ messages: [{ role: 'user', content: [block('…')] }] });
  });

  test('carry calls of tools and their results', () => {
    const { messages } = convertToAnthropicMessages([
      { role: 'user', text: 'q' }, { role: 'assistant', text: '', toolCalls: [{ id: '1', name: 'look_up', input: { a: 1 } }, { id: '2', name: 'look_up', input: {} }] },
      { role: 'tool', toolCallId: '1', text: 'r1' }, { role: 'tool', toolCallId: '2', text: '' }, { role: 'user', text: 'go on' },
    ]);
    expect(messages).toEqual([
      { role: 'user', content: [block('q')] },
      { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'look_up', input: { a: 1 } }, { type: 'tool_use', id: '2', name: 'look_up', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: 'r1' }, { type: 'tool_result', tool_use_id: '2', content: '' }, block('go on')] },
    ]);
  });
});

test('tools and their choice in the words of Anthropic', () => {
  expect(convertToAnthropicTools([{ name: 'look_up', description: 'd', input: z.object({ a: z.string() }) }])).toMatchObject([{ name: 'look_up', input_schema: { type: 'object', required: ['a'] } }]);
  expect([convertToAnthropicToolChoice('auto'), convertToAnthropicToolChoice('none'), convertToAnthropicToolChoice({ name: 'x' })]).toEqual([{ type: 'auto' }, { type: 'none' }, { type: 'tool', name: 'x' }]);
});
