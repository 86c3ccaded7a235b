import type { ContentBlockParam, MessageParam, TextBlockParam, Tool, ToolChoice } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import type { Message, ModelRequest, ToolDefinition } from '../../language-model.ts';

/** Everything up to here is the same next time. */
const MARK = { cache_control: { type: 'ephemeral' as const } };
/** Stands where the wire wants words of the user and there are none: before a conversation that the assistant opened. */
const SILENCE = '…';

/**
 * Our messages as Anthropic has them: system messages that lead go apart, later ones are said in the user's turn; neighbours of one role
 * become one turn, which begins with the user; empty texts, which are refused, are left out.
 * @param stableMessages how many leading messages stay the same; the end of the system part and of all of it are marked for the prompt cache
 */
export function convertToAnthropicMessages(messages: readonly Message[], stableMessages = 0): { system?: TextBlockParam[]; messages: MessageParam[] } {
  const leading = messages.findIndex(({ role }) => role !== 'system');
  const systemEnd = leading === -1 ? messages.length : leading;
  const system: TextBlockParam[] = messages.slice(0, systemEnd).filter(({ text }) => text.trim() !== '').map(({ text }) => ({ type: 'text', text }));
  const stableSystem = messages.slice(0, Math.min(stableMessages, systemEnd)).filter(({ text }) => text.trim() !== '').length;
  mark(system[stableSystem - 1]);

  const turns: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[] = [];
  let lastStable: ContentBlockParam | undefined;
  for (const [position, message] of messages.slice(systemEnd).entries()) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = blocksOf(message);
    if (blocks.length === 0) continue;
    if (turns.length === 0 && role === 'assistant') turns.push({ role: 'user', content: [{ type: 'text', text: SILENCE }] });
    const turn = turns.at(-1);
    if (turn?.role === role) turn.content.push(...blocks);
    else turns.push({ role, content: blocks });
    if (systemEnd + position < stableMessages) lastStable = blocks.at(-1);
  }
  mark(lastStable);
  if (turns.length === 0) turns.push({ role: 'user', content: [{ type: 'text', text: SILENCE }] });
  return { ...(system.length > 0 && { system }), messages: turns };
}

function blocksOf(message: Message): ContentBlockParam[] {
  if (message.role === 'tool') return [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.text }];
  // An assistant's text may not end with blanks when it comes last.
  const text = message.role === 'assistant' ? message.text.trimEnd() : message.text;
  const blocks: ContentBlockParam[] = text.trim() === '' ? [] : [{ type: 'text', text }];
  if (message.role === 'assistant') for (const { id, name, input } of message.toolCalls ?? []) blocks.push({ type: 'tool_use', id, name, input });
  return blocks;
}

function mark(block: ContentBlockParam | undefined): void {
  if (block) Object.assign(block, MARK);
}

export const convertToAnthropicTools = (tools: readonly ToolDefinition[]): Tool[] =>
  tools.map(({ name, description, input }) => ({ name, description, input_schema: z.toJSONSchema(input, { io: 'input' }) as Tool['input_schema'] }));

export const convertToAnthropicToolChoice = (choice: NonNullable<ModelRequest['toolChoice']>): ToolChoice =>
  typeof choice === 'string' ? { type: choice } : { type: 'tool', name: choice.name };
