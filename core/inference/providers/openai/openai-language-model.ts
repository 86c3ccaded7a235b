import type { LanguageModel } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { createChatLanguageModel } from '../chat-completions/chat-language-model.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { modelFor } from '../over-http/model-name.ts';

/**
 * Chat Completions, not Responses: we keep the conversation ourselves and want nothing kept over there, and one wire serves OpenAI
 * and every compatible server. Responses would add reasoning carried between turns, which a spoken interview does not use.
 */
export function createOpenAiLanguageModel(connection: Connection, tools: ProviderTools, ownAddress: string, modelName?: string): LanguageModel {
  return createChatLanguageModel({
    providerId: connection.id, modelName: modelFor(connection, modelName), place: placeOf(connectionAddress(connection, ownAddress)),
    // A person waits for every turn, and reasoning would come out of the tokens meant for it.
    only: ({ maxOutputTokens }) => ({ max_completion_tokens: maxOutputTokens, reasoning_effort: 'none', store: false }),
    call: (options) => chatCall(connection, tools, ownAddress, options, 'events'),
  });
}
