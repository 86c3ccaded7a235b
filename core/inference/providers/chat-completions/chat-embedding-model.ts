import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { CallOptions, EmbeddingModel } from '../../language-model.ts';
import type { ChatCall } from './chat-client.ts';
import { mapChatError } from './map-chat-error.ts';

/** Texts in one request: vectors of 3,072 numbers come to about 4 MB of JSON. */
const BATCH = 64;

const answerSchema = z.object({ data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(1) })) });

/** An embedder behind `/embeddings`, as OpenAI and the servers that follow it have it. */
export function createChatEmbeddingModel(dialect: { providerId: string; modelName: string; place: 'here' | 'away'; call: (options: CallOptions) => ChatCall }): EmbeddingModel {
  const { providerId, modelName, place } = dialect;
  const embedBatch = async (texts: string[], options: CallOptions): Promise<Float32Array[]> => {
    const { guard, client } = dialect.call(options);
    try {
      const sdk = await client();
      // An empty text is refused by most servers. Plain numbers are what every one of them can send.
      const answer = await sdk.embeddings.create({ model: modelName, input: texts.map((text) => text || ' '), encoding_format: 'float' }, { signal: options.signal });
      return readVectors(answer, texts.length);
    } catch (error) {
      throw mapChatError(error, guard, options.signal);
    }
  };
  return {
    providerId, modelName, place,
    async embed(texts, options) {
      if (options.signal.aborted) throw new InferenceError('aborted');
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += BATCH) vectors.push(...await embedBatch(texts.slice(from, from + BATCH), options));
      if (vectors.some(({ length }) => length !== vectors[0]?.length)) throw new InferenceError('malformed', { detail: 'vectors of different lengths' });
      return vectors;
    },
  };
}

function readVectors(answer: unknown, expected: number): Float32Array[] {
  const read = answerSchema.safeParse(answer);
  if (!read.success) throw new InferenceError('malformed', { detail: 'embeddings of another shape' });
  const ordered = new Map(read.data.data.map(({ index, embedding }) => [index, Float32Array.from(embedding)]));
  const vectors = Array.from({ length: expected }, (_, index) => ordered.get(index)).filter((vector) => vector !== undefined);
  if (vectors.length !== expected || read.data.data.length !== expected) throw new InferenceError('malformed', { detail: `${read.data.data.length} vectors for ${expected} texts` });
  return vectors;
}
