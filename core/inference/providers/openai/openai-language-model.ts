import type { LanguageModel } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { createChatLanguageModel } from '../chat-completions/chat-language-model.ts';
import { o200kTokenizer } from '../chat-completions/o200k-tokenizer.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { modelFor } from '../over-http/model-name.ts';

/** Models of before o200k, whose own encoding (cl100k) gives about as many tokens. */
const OLDER = /^(ft:)?(gpt-4(?![.o])|gpt-3)/;

/**
 * Chat Completions, not Responses: we keep the conversation ourselves and want nothing kept over there, and one wire serves OpenAI
 * and every compatible server. Responses would add reasoning carried between turns, which a spoken interview does not use.
 */
export function createOpenAiLanguageModel(connection: Connection, tools: ProviderTools, ownAddress: string, modelName?: string): LanguageModel {
  const name = modelFor(connection, modelName);
  return createChatLanguageModel({
    providerId: connection.id, modelName: name, tokenizer: o200kTokenizer(!OLDER.test(name)), place: placeOf(connectionAddress(connection, ownAddress)),
    // A person waits for every turn, and reasoning would come out of the tokens meant for it.
    only: ({ maxOutputTokens }) => ({ max_completion_tokens: maxOutputTokens, reasoning_effort: 'none', store: false }),
    call: (options) => chatCall(connection, tools, ownAddress, options, 'events'),
  });
}
