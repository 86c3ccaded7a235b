import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { CallOptions } from '../../language-model.ts';
import type { ChatCall } from './chat-client.ts';
import { mapChatError } from './map-chat-error.ts';

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1) })).nullable() });

/** The ids behind `/models`; this family lists them on one page. @throws InferenceError */
export async function listChatModels({ guard, client }: ChatCall, { signal }: CallOptions): Promise<string[]> {
  if (signal.aborted) throw new InferenceError('aborted');
  try {
    const sdk = await client();
    const read = listSchema.safeParse(await sdk.get<unknown>('/models', { signal }));
    if (!read.success) throw new InferenceError('malformed', { detail: 'a list of models of another shape' });
    return (read.data.data ?? []).map(({ id }) => id);
  } catch (error) {
    throw mapChatError(error, guard, signal);
  }
}
