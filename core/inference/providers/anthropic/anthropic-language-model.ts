import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { FinishReason, LanguageModel, ModelRequest, Usage } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { connectionAddress, placeOf } from '../over-http/connection-address.ts';
import { frameStream, generateByStream, MAX_ANSWER_CHARACTERS, type WirePart } from '../over-http/frame-stream.ts';
import { modelFor } from '../over-http/model-name.ts';
import { OptionalParameters } from '../over-http/optional-parameters.ts';
import { outputSchema } from '../over-http/output-schema.ts';
import { ANTHROPIC_ADDRESS, anthropicCall } from './anthropic-client.ts';
import { convertToAnthropicMessages, convertToAnthropicToolChoice, convertToAnthropicTools } from './convert-to-anthropic-messages.ts';
import { mapAnthropicError } from './map-anthropic-error.ts';
import { mapAnthropicFinishReason } from './map-anthropic-finish-reason.ts';

/** A Claude model through Messages. Its newer models refuse to go on from an unfinished reply, so none is asked to. */
export function createAnthropicLanguageModel(connection: Connection, tools: ProviderTools, modelName?: string): LanguageModel {
  const model = modelFor(connection, modelName);
  const optional = new OptionalParameters(['temperature', 'top_p']);
  const stream: LanguageModel['stream'] = (request, options) => {
    let call = anthropicCall(connection, tools, options, 'events');
    const read = async function* (): AsyncGenerator<WirePart> {
      for (;;) {
        const sent = optional.without(messagesRequest(model, request));
        try {
          const events = await (await call.client()).messages.create(sent, { signal: options.signal });
          yield* readEvents(events, model);
          return;
        } catch (error) {
          if (!optional.learn(call.guard.refusal(), sent)) throw error;
          call = anthropicCall(connection, tools, options, 'events');
        }
      }
    };
    return frameStream(request, options.signal, read, (error) => mapAnthropicError(error, call.guard, options.signal));
  };
  return {
    providerId: connection.id, modelName: model,
    capabilities: { place: placeOf(connectionAddress(connection, ANTHROPIC_ADDRESS)), tools: true, structuredOutput: 'schema', continuesAssistant: false, contextTokens: null },
    stream, generate: (request, options) => generateByStream(request, stream(request, options)),
  };
}

function messagesRequest(model: string, request: ModelRequest): MessageCreateParamsStreaming {
  return {
    model, max_tokens: request.maxOutputTokens, stream: true, ...convertToAnthropicMessages(request.messages, request.stableMessages),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.stop?.length && { stop_sequences: request.stop }),
    ...(request.tools?.length && { tools: convertToAnthropicTools(request.tools), ...(request.toolChoice !== undefined && { tool_choice: convertToAnthropicToolChoice(request.toolChoice) }) }),
    ...(request.output && { output_config: { format: { type: 'json_schema' as const, schema: outputSchema(request.output.schema).schema } } }),
  };
}

const countSchema = z.object({ input_tokens: z.number().nullish(), output_tokens: z.number().nullish(), cache_creation_input_tokens: z.number().nullish(), cache_read_input_tokens: z.number().nullish() });
type Count = z.infer<typeof countSchema>;

/** As much of an event as is read. Thinking, citations and what else may come are passed over. */
const eventSchema = z.object({
  type: z.string(),
  index: z.number().optional(),
  message: z.object({ model: z.string().nullish(), usage: countSchema.nullish() }).optional(),
  content_block: z.object({ type: z.string(), id: z.string().nullish(), name: z.string().nullish(), text: z.string().nullish() }).optional(),
  delta: z.object({ type: z.string().optional(), text: z.string().optional(), partial_json: z.string().optional(), stop_reason: z.string().nullish() }).optional(),
  usage: countSchema.nullish(),
});

async function* readEvents(events: AsyncIterable<unknown>, asked: string): AsyncGenerator<WirePart> {
  const calls = new Map<number, { id: string; name: string; json: string }>();
  let count: Count = {};
  let finish: FinishReason | undefined;
  let model = asked;
  let stopped = false;
  for await (const raw of events) {
    const read = eventSchema.safeParse(raw);
    if (!read.success) throw new InferenceError('malformed', { detail: 'an event of another shape' });
    const event = read.data;
    const index = event.index ?? 0;
    if (event.type === 'message_start') {
      yield { type: 'text-break' };
      model = event.message?.model ?? asked;
      count = newerCount(count, event.message?.usage);
    } else if (event.type === 'content_block_start') {
      const block = event.content_block;
      if (block?.type === 'tool_use') calls.set(index, { id: block.id ?? `call-${index}`, name: block.name ?? '', json: '' });
      else if (block?.type === 'text') {
        yield { type: 'text-break' };
        if (block.text) yield { type: 'text', text: block.text };
      }
    } else if (event.type === 'content_block_delta') {
      const call = calls.get(index);
      if (event.delta?.type === 'text_delta' && event.delta.text) yield { type: 'text', text: event.delta.text };
      else if (event.delta?.type === 'input_json_delta' && call) {
        call.json += event.delta.partial_json ?? '';
        if (call.json.length > MAX_ANSWER_CHARACTERS) throw new InferenceError('too-large', { detail: `a tool call of more than ${MAX_ANSWER_CHARACTERS} characters` });
      }
    } else if (event.type === 'message_delta') {
      if (event.delta?.stop_reason) finish = mapAnthropicFinishReason(event.delta.stop_reason);
      count = newerCount(count, event.usage);
    } else if (event.type === 'message_stop') stopped = true;
  }
  if (!stopped || finish === undefined) return;
  // Cut off at its longest the input is no JSON, and that is then the answer's fault, not the wire's.
  if (finish !== 'length') for (const call of calls.values()) yield { type: 'tool-call', ...call };
  yield { type: 'end', usage: usageOf(count), finish, model };
}

/** Counts are running totals; a later event may leave some out. */
function newerCount(before: Count, after: Count | null | undefined): Count {
  return { ...before, ...Object.fromEntries(Object.entries(after ?? {}).filter(([, value]) => value !== null && value !== undefined)) };
}

/** Anthropic counts what it read from and wrote to the cache apart from `input_tokens`; ours is the whole prompt. */
function usageOf({ input_tokens: fresh, output_tokens: output, cache_creation_input_tokens: written, cache_read_input_tokens: cached }: Count): Usage {
  return { inputTokens: fresh == null ? null : fresh + (written ?? 0) + (cached ?? 0), outputTokens: output ?? null, cachedInputTokens: cached ?? null };
}
