import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelResponse } from 'node-llama-cpp';
import type { Message } from '../../../language-model.ts';

/** Our messages as node-llama-cpp's. The last item is the reply to write: an empty one, or the assistant's unfinished one. */
export function convertToChatHistory(messages: readonly Message[]): ChatHistoryItem[] {
  const results = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.toolCallId, message.text] as const] : [])));
  const history: ChatHistoryItem[] = [];
  for (const message of messages) {
    if (message.role === 'system') history.push({ type: 'system', text: message.text });
    else if (message.role === 'user') history.push({ type: 'user', text: message.text });
    else if (message.role === 'assistant') {
      const calls = (message.toolCalls ?? []).map((call): ChatModelFunctionCall => ({ type: 'functionCall', name: call.name, params: call.input, result: results.get(call.id) ?? '' }));
      history.push({ type: 'model', response: [...(message.text === '' ? [] : [message.text]), ...calls] } satisfies ChatModelResponse);
    }
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
}
