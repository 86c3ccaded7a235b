import type { ProviderDefinition } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { listChatModels } from '../chat-completions/list-chat-models.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { createCompatibleEmbeddingModel } from './openai-compatible-embedding-model.ts';
import { createCompatibleLanguageModel } from './openai-compatible-language-model.ts';

/** Any server that speaks Chat Completions: Ollama, LM Studio, llama-server, vLLM, a gateway. Its address is the connection's. */
export const openaiCompatibleProvider: ProviderDefinition = {
  kind: 'openai-compatible',
  address: (connection) => connectionAddress(connection, null),
  place: (connection) => placeOf(connectionAddress(connection, null)),
  languageModel: createCompatibleLanguageModel,
  embeddingModel: createCompatibleEmbeddingModel,
  listModels: (connection, tools, options) => listChatModels(chatCall(connection, tools, null, options, 'json'), options),
};
