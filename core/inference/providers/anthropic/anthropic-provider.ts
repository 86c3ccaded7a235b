import type { ProviderDefinition } from '../../provider-definition.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { ANTHROPIC_ADDRESS } from './anthropic-client.ts';
import { createAnthropicLanguageModel } from './anthropic-language-model.ts';
import { listAnthropicModels } from './list-anthropic-models.ts';

/** Anthropic through its official SDK. It has no embeddings. */
export const anthropicProvider: ProviderDefinition = {
  kind: 'anthropic',
  address: (connection) => connectionAddress(connection, ANTHROPIC_ADDRESS),
  place: (connection) => placeOf(connectionAddress(connection, ANTHROPIC_ADDRESS)),
  languageModel: createAnthropicLanguageModel,
  embeddingModel: () => undefined,
  listModels: listAnthropicModels,
};
