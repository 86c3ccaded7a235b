import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { CallOptions, Capabilities, FinishReason, LanguageModel, ModelRequest, Tokenizer, Usage } from '../../language-model.ts';
import { frameStream, generateByStream, MAX_ANSWER_CHARACTERS, type WirePart } from '../over-http/frame-stream.ts';
import { OptionalParameters } from '../over-http/optional-parameters.ts';
import { outputSchema, wireName } from '../over-http/output-schema.ts';
import type { ChatCall } from './chat-client.ts';
import { convertToChatMessages, convertToChatToolChoice, convertToChatTools } from './convert-to-chat-messages.ts';
import { mapChatError } from './map-chat-error.ts';
import { mapChatFinishReason } from './map-chat-finish-reason.ts';

/** Reasoning models refuse sampling, older ones the effort, some servers the usage. */
const OPTIONAL = ['reasoning_effort', 'stream_options', 'seed', 'temperature', 'top_p'] as const;

/** In what the servers of this family differ. */
export interface ChatDialect {
  providerId: string;
  modelName: string;
  place: Capabilities['place'];
  tokenizer: Tokenizer;
  /** How a request says its longest answer, and what else only this server knows. */
  only: (request: ModelRequest) => Partial<ChatCompletionCreateParamsStreaming>;
  call: (options: CallOptions) => ChatCall;
}

/** A model behind Chat Completions. */
export function createChatLanguageModel(dialect: ChatDialect): LanguageModel {
  const optional = new OptionalParameters(OPTIONAL);
  const stream: LanguageModel['stream'] = (request, options) => {
    let call = dialect.call(options);
    const read = async function* (): AsyncGenerator<WirePart> {
      for (;;) {
        const sent = optional.without(chatRequest(dialect, request));
        try {
          const chunks = await (await call.client()).chat.completions.create(sent, { signal: options.signal });
          yield* readChunks(chunks, dialect.modelName);
          return;
        } catch (error) {
          if (!optional.learn(call.guard.refusal(), sent)) throw error;
          call = dialect.call(options);
        }
      }
    };
    return frameStream(request, options.signal, read, (error) => mapChatError(error, call.guard, options.signal));
  };
  return {
    providerId: dialect.providerId, modelName: dialect.modelName, tokenizer: dialect.tokenizer,
    capabilities: { place: dialect.place, tools: true, structuredOutput: 'schema', continuesAssistant: false, contextTokens: null },
    stream, generate: (request, options) => generateByStream(request, stream(request, options)),
  };
}

function chatRequest(dialect: ChatDialect, request: ModelRequest): ChatCompletionCreateParamsStreaming {
  const output = request.output && { name: wireName(request.output.name), ...outputSchema(request.output.schema) };
  return {
    model: dialect.modelName, messages: convertToChatMessages(request.messages), stream: true, stream_options: { include_usage: true },
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.stop?.length && { stop: request.stop }),
    ...(request.tools?.length && { tools: convertToChatTools(request.tools), ...(request.toolChoice !== undefined && { tool_choice: convertToChatToolChoice(request.toolChoice) }) }),
    ...(output && { response_format: { type: 'json_schema' as const, json_schema: output } }),
    ...dialect.only(request),
  };
}

/** As much of a chunk as is read; servers leave out and add at will. */
const chunkSchema = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({
    index: z.number().nullish(),
    delta: z.object({
      content: z.string().nullish(), refusal: z.string().nullish(),
      tool_calls: z.array(z.object({ index: z.number().nullish(), id: z.string().nullish(), function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish() })).nullish(),
    }).nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish(), prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish() }).nullish(),
});

async function* readChunks(chunks: AsyncIterable<unknown>, asked: string): AsyncGenerator<WirePart> {
  const calls = new Map<number, { id: string; name: string; json: string }>();
  let usage: Usage = { inputTokens: null, outputTokens: null, cachedInputTokens: null };
  let finish: FinishReason | undefined;
  let model = asked;
  let refused = false;
  let characters = 0;
  let begun = false;
  for await (const raw of chunks) {
    const read = chunkSchema.safeParse(raw);
    if (!read.success) throw new InferenceError('malformed', { detail: 'a chunk of another shape' });
    const { choices, usage: counted, model: answering } = read.data;
    if (!begun) { begun = true; yield { type: 'text-break' }; }
    if (answering) model = answering;
    if (counted) usage = { inputTokens: counted.prompt_tokens ?? null, outputTokens: counted.completion_tokens ?? null, cachedInputTokens: counted.prompt_tokens_details?.cached_tokens ?? null };
    const choice = choices?.find(({ index }) => (index ?? 0) === 0);
    if (!choice) continue;
    const { delta, finish_reason: reason } = choice;
    if (delta?.refusal) refused = true;
    if (delta?.content) yield { type: 'text', text: delta.content };
    for (const [position, part] of (delta?.tool_calls ?? []).entries()) {
      const key = part.index ?? position;
      const call = calls.get(key) ?? { id: '', name: '', json: '' };
      calls.set(key, { id: part.id || call.id, name: part.function?.name || call.name, json: call.json + (part.function?.arguments ?? '') });
      characters += part.function?.arguments?.length ?? 0;
      if (characters > MAX_ANSWER_CHARACTERS) throw new InferenceError('too-large', { detail: `a tool call of more than ${MAX_ANSWER_CHARACTERS} characters` });
    }
    if (reason) finish = mapChatFinishReason(reason);
  }
  if (finish === undefined) return;
  for (const [key, { id, name, json }] of calls) {
    if (name === '') throw new InferenceError('malformed', { detail: 'a tool call without a name' });
    // Cut off at its longest the input is no JSON, and that is then the answer's fault, not the wire's.
    if (finish !== 'length') yield { type: 'tool-call', id: id || `call-${key}`, name, json };
  }
  yield { type: 'end', usage, finish: refused ? 'filtered' : finish, model };
}
