import type { LanguageModel } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { createChatLanguageModel } from '../chat-completions/chat-language-model.ts';
import { o200kTokenizer } from '../chat-completions/o200k-tokenizer.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { modelFor } from '../over-http/model-name.ts';

/** `max_tokens` is the name that all of these servers know; `max_completion_tokens` is OpenAI's. */
export function createCompatibleLanguageModel(connection: Connection, tools: ProviderTools, modelName?: string): LanguageModel {
  return createChatLanguageModel({
    providerId: connection.id, modelName: modelFor(connection, modelName), tokenizer: o200kTokenizer(false), place: placeOf(connectionAddress(connection, null)),
    only: ({ maxOutputTokens }) => ({ max_tokens: maxOutputTokens }),
    call: (options) => chatCall(connection, tools, null, options, 'events'),
  });
}
