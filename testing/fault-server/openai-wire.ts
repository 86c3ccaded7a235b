import { at, eventWith, readEvents, readJson, withValues, written } from './recorded-wire.ts';
import { asList, asRecord, asText, contentText, type PlayedAnswer, type Refused, type Wire } from './wire.ts';

const text = readEvents('openai-text.sse');
const tool = readEvents('openai-tool.sse');
const whole = readJson('openai-text.json');
const CONTENT = ['choices', 0, 'delta', 'content'] as const;
const FINISH = ['choices', 0, 'finish_reason'] as const;
const textEvent = eventWith(text, CONTENT, 'Hello');

/** Chat Completions, embeddings and the list of models, as OpenAI and its followers send them. */
export const openaiWire: Wire = {
  name: 'openai',
  read(body) {
    const asked = asRecord(body);
    const choice = asked['tool_choice'];
    return {
      model: asText(asked['model']), streams: asked['stream'] === true,
      messages: asList(asked['messages']).map((message) => ({ role: asText(asRecord(message)['role']), text: contentText(asRecord(message)['content']) })),
      maxTokens: [asked['max_completion_tokens'], asked['max_tokens']].find((value) => typeof value === 'number'),
      stop: typeof asked['stop'] === 'string' ? [asked['stop']] : asList(asked['stop']).map(asText),
      schema: at(asked, ['response_format', 'json_schema', 'schema']),
      tools: asList(asked['tools']).map((each) => ({ name: asText(at(each, ['function', 'name'])), input: at(each, ['function', 'parameters']) })),
      forcedTool: typeof at(choice, ['function', 'name']) === 'string' ? asText(at(choice, ['function', 'name'])) : undefined,
    };
  },
  stream(answer) {
    const model = [['model'], answer.model] as const;
    const usage = written(withEvent(eventWith(text, ['usage', 'total_tokens']), [model, [['usage', 'prompt_tokens'], answer.inputTokens], [['usage', 'completion_tokens'], answer.outputTokens],
      [['usage', 'total_tokens'], answer.inputTokens + answer.outputTokens], [['usage', 'prompt_tokens_details', 'cached_tokens'], answer.cachedTokens]]));
    const done = written({ data: '[DONE]' });
    if (answer.tool) return [...playTool(answer, answer.tool), usage, done];
    return [
      written(withEvent(text[0] ?? { data: {} }, [model])),
      ...answer.pieces.map((piece) => written(withEvent(textEvent, [model, [CONTENT, piece]]))),
      written(withEvent(eventWith(text, FINISH), [model, [FINISH, answer.finish === 'length' ? 'length' : 'stop']])),
      usage, done,
    ];
  },
  whole: (answer) => JSON.stringify(withValues(whole, [
    [['model'], answer.model], [['choices', 0, 'message', 'content'], answer.tool ? null : answer.pieces.join('')],
    ...(answer.tool ? [[['choices', 0, 'message', 'tool_calls'], [{ id: 'call_000000000000000000000000', type: 'function', function: { name: answer.tool.name, arguments: JSON.stringify(answer.tool.input) } }]] as const] : []),
    [['choices', 0, 'finish_reason'], answer.tool ? 'tool_calls' : answer.finish === 'length' ? 'length' : 'stop'],
    [['usage', 'prompt_tokens'], answer.inputTokens], [['usage', 'completion_tokens'], answer.outputTokens], [['usage', 'total_tokens'], answer.inputTokens + answer.outputTokens],
  ])),
  textEvent: (piece) => written(withEvent(textEvent, [[CONTENT, piece]])),
  declined: () => readEvents('openai-declined.sse').map(written),
  brokenOff: () => readEvents('openai-broken-off.sse').map(written),
  models: () => JSON.stringify(readJson('openai-models.json')),
  refusals: readJson('openai-refusals.json') as Record<string, Refused>,
};

type Changes = Parameters<typeof withValues>[1];
const withEvent = <T extends { data: unknown }>(event: T, changes: Changes): T => ({ ...event, data: withValues(event.data, changes) });

/** The input of a tool comes in fragments that are no JSON by themselves. */
function playTool({ model }: PlayedAnswer, { name, input }: NonNullable<PlayedAnswer['tool']>): string[] {
  const call = ['choices', 0, 'delta', 'tool_calls', 0, 'function'] as const;
  const fragment = eventWith(tool, [...call, 'arguments'], '{"');
  const fragments = JSON.stringify(input).match(/.{1,5}/gsu) ?? [];
  return [
    written(withEvent(tool[0] ?? { data: {} }, [[['model'], model], [[...call, 'name'], name]])),
    ...fragments.map((part) => written(withEvent(fragment, [[['model'], model], [[...call, 'arguments'], part]]))),
    written(withEvent(eventWith(tool, FINISH), [[['model'], model]])),
  ];
}

/** The body of an answer to an embeddings request. */
export function openaiEmbeddings(vectors: readonly number[][]): string {
  return JSON.stringify(withValues(readJson('openai-embeddings.json'), [[['data'], vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }))]]));
}
