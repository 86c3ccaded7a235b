import type { ProviderDefinition } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { listChatModels } from '../chat-completions/list-chat-models.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { createOpenAiEmbeddingModel } from './openai-embedding-model.ts';
import { createOpenAiLanguageModel } from './openai-language-model.ts';

/** Where OpenAI is, unless the connection says otherwise. */
export const OPENAI_ADDRESS = 'https://api.openai.com/v1';

/** OpenAI through its official SDK. */
export const openaiProvider: ProviderDefinition = {
  kind: 'openai',
  address: (connection) => connectionAddress(connection, OPENAI_ADDRESS),
  place: (connection) => placeOf(connectionAddress(connection, OPENAI_ADDRESS)),
  languageModel: (connection, tools, modelName) => createOpenAiLanguageModel(connection, tools, OPENAI_ADDRESS, modelName),
  embeddingModel: (connection, tools) => createOpenAiEmbeddingModel(connection, tools, OPENAI_ADDRESS),
  listModels: (connection, tools, options) => listChatModels(chatCall(connection, tools, OPENAI_ADDRESS, options, 'json'), options),
};
