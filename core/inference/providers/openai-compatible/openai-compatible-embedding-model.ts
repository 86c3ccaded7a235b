import type { EmbeddingModel } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { chatCall } from '../chat-completions/chat-client.ts';
import { createChatEmbeddingModel } from '../chat-completions/chat-embedding-model.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';

/** Undefined when the connection names no embedding model. */
export function createCompatibleEmbeddingModel(connection: Connection, tools: ProviderTools): EmbeddingModel | undefined {
  if (connection.embeddingModel === null) return undefined;
  return createChatEmbeddingModel({
    providerId: connection.id, modelName: connection.embeddingModel, place: placeOf(connectionAddress(connection, null)),
    call: (options) => chatCall(connection, tools, null, options, 'json'),
  });
}
