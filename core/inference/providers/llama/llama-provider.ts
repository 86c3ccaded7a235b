import type { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import { collectStream, type CallOptions, type Capabilities, type EmbeddingModel, type LanguageModel, type Message, type ModelAnswer, type ModelRequest, type StreamPart, type Tokenizer } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderDefinition } from '../../provider-definition.ts';
import type { LlamaHost } from './llama-host.ts';

/** A GGUF model that runs in this machine's inference process. */
export const llamaProvider: ProviderDefinition = {
  kind: 'llama',
  place: () => 'here',
  address: () => null,
  languageModel: (connection, { llama }, modelName) => new LlamaLanguageModel(connection, llama, modelName ?? connection.model),
  embeddingModel: (connection, { llama }) => (connection.embeddingModel === null ? undefined : createEmbeddingModel(connection.id, connection.embeddingModel, llama)),
  listModels: async (_connection, { llama }, { signal }) => {
    if (signal.aborted) throw new InferenceError('aborted');
    return llama.status().flatMap(({ modelId, state }) => (modelId !== null && state === 'loaded' ? [modelId] : []));
  },
};

class LlamaLanguageModel implements LanguageModel {
  readonly providerId: string;
  readonly modelName: string;
  readonly tokenizer: Tokenizer;
  readonly #connection: Connection;
  readonly #llama: LlamaHost;

  constructor(connection: Connection, llama: LlamaHost, modelName: string | null) {
    if (modelName === null) throw new InferenceError('not-ready', { detail: 'no model is chosen' });
    this.#connection = connection;
    this.#llama = llama;
    this.providerId = connection.id;
    this.modelName = modelName;
    this.tokenizer = tokenizerOf(modelName, llama);
  }

  get capabilities(): Capabilities {
    const loaded = this.#llama.status().find(({ role, modelId }) => role === 'instruct' && modelId === this.modelName);
    return { place: 'here', tools: false, structuredOutput: 'schema', continuesAssistant: true, contextTokens: loaded?.contextTokens ?? this.#connection.contextTokens };
  }

  async generate(request: ModelRequest, options: CallOptions): Promise<ModelAnswer> {
    const answer = await collectStream(this.stream(request, options));
    return request.output ? { ...answer, output: parseOutput(answer.text, request.output.schema) } : answer;
  }

  async *stream(request: ModelRequest, options: CallOptions): AsyncGenerator<StreamPart> {
    if (request.tools && request.tools.length > 0 && request.toolChoice !== 'none') {
      yield { type: 'error', error: new InferenceError('bad-request', { detail: 'a local model is not given tools' }) };
      return;
    }
    let text = '';
    for await (const part of this.#llama.stream(this.modelName, request, options)) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'usage' && request.output) {
        try { parseOutput(text, request.output.schema); } catch (error) { yield { type: 'error', error: error as InferenceError }; return; }
      }
      yield part;
    }
  }

  async readAhead(ahead: { messages: Message[]; conversationId: string }, signal: AbortSignal): Promise<boolean> {
    return await this.#llama.readAhead(this.modelName, ahead, signal) > 0;
  }
}

function createEmbeddingModel(providerId: string, modelName: string, llama: LlamaHost): EmbeddingModel {
  return { providerId, modelName, place: 'here', tokenizer: tokenizerOf(modelName, llama), embed: (texts, options) => llama.embed(modelName, texts, options) };
}

/** Characters in one message: the process answers nothing else while it counts, and a heartbeat waits for a second. */
const COUNTED_AT_ONCE = 200_000;

/** The model's own, in the inference process. */
function tokenizerOf(modelName: string, llama: LlamaHost): Tokenizer {
  return {
    name: `gguf ${modelName}`, exact: true,
    async count(texts) {
      const counts: number[] = [];
      for (let from = 0; from < texts.length;) {
        let [to, characters] = [from, 0];
        do characters += texts[to++]?.length ?? 0; while (to < texts.length && characters + (texts[to]?.length ?? 0) <= COUNTED_AT_ONCE);
        counts.push(...await llama.countTokens(modelName, texts.slice(from, to)));
        from = to;
      }
      return counts;
    },
  };
}

/** @throws InferenceError schema: the grammar cannot say all that a schema can, and an answer may have been cut off */
function parseOutput(text: string, schema: z.ZodType): unknown {
  let json: unknown;
  try { json = JSON.parse(text); } catch { throw new InferenceError('schema', { detail: 'the answer is not whole JSON' }); }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new InferenceError('schema', { detail: `${parsed.error.issues.length} places do not fit the schema` });
  return parsed.data;
}
