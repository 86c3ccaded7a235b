import type { ChatCompletionMessageParam, ChatCompletionTool, ChatCompletionToolChoiceOption } from 'openai/resources/chat/completions';
import { z } from 'zod';
import type { Message, ModelRequest, ToolDefinition } from '../../language-model.ts';

/** Our messages as Chat Completions has them. Its servers find an unchanged prefix by themselves, so nothing is marked. */
export const convertToChatMessages = (messages: readonly Message[]): ChatCompletionMessageParam[] => messages.map(convertMessage);

function convertMessage(message: Message): ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.text };
  if (message.role !== 'assistant') return { role: message.role, content: message.text };
  if (!message.toolCalls?.length) return { role: 'assistant', content: message.text };
  return {
    role: 'assistant', content: message.text === '' ? null : message.text,
    tool_calls: message.toolCalls.map(({ id, name, input }) => ({ id, type: 'function' as const, function: { name, arguments: JSON.stringify(input) } })),
  };
}

/** Tools with the schema of their input as it is; the caller's guard checks the input again. */
export const convertToChatTools = (tools: readonly ToolDefinition[]): ChatCompletionTool[] =>
  tools.map(({ name, description, input }) => ({ type: 'function', function: { name, description, parameters: z.toJSONSchema(input, { io: 'input' }) as Record<string, unknown> } }));

export const convertToChatToolChoice = (choice: NonNullable<ModelRequest['toolChoice']>): ChatCompletionToolChoiceOption =>
  typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
