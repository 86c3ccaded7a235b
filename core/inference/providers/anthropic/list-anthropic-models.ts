import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { CallOptions } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { anthropicCall } from './anthropic-client.ts';
import { mapAnthropicError } from './map-anthropic-error.ts';

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });

/** The ids of all models on one page, the longest that can be asked for. @throws InferenceError */
export async function listAnthropicModels(connection: Connection, tools: ProviderTools, options: CallOptions): Promise<string[]> {
  const { signal } = options;
  if (signal.aborted) throw new InferenceError('aborted');
  const { guard, client } = anthropicCall(connection, tools, options, 'json');
  try {
    const sdk = await client();
    const read = listSchema.safeParse(await sdk.get<unknown>('/v1/models', { query: { limit: 1000 }, signal }));
    if (!read.success) throw new InferenceError('malformed', { detail: 'a list of models of another shape' });
    return read.data.data.map(({ id }) => id);
  } catch (error) {
    throw mapAnthropicError(error, guard, signal);
  }
}
