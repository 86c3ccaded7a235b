import { at, eventWith, readEvents, readJson, withValues, written, type RecordedEvent } from './recorded-wire.ts';
import { asList, asRecord, asText, contentText, type PlayedAnswer, type Refused, type Wire } from './wire.ts';

const text = readEvents('anthropic-text.sse');
const tool = readEvents('anthropic-tool.sse');
const whole = readJson('anthropic-text.json');
const textEvent = eventWith(text, ['delta', 'text'], 'Hello');
const REASONS = { 'stop': 'end_turn', 'stop-sequence': 'stop_sequence', 'length': 'max_tokens', 'tool': 'tool_use' } as const;

/** Messages and the list of models, as Anthropic sends them. */
export const anthropicWire: Wire = {
  name: 'anthropic',
  read(body) {
    const asked = asRecord(body);
    const forced = at(asked, ['tool_choice', 'type']) === 'tool' ? asText(at(asked, ['tool_choice', 'name'])) : undefined;
    return {
      model: asText(asked['model']), streams: asked['stream'] === true,
      messages: [
        ...(asked['system'] === undefined ? [] : [{ role: 'system', text: contentText(asked['system']) }]),
        ...asList(asked['messages']).map((message) => ({ role: asText(asRecord(message)['role']), text: contentText(asRecord(message)['content']) })),
      ],
      maxTokens: typeof asked['max_tokens'] === 'number' ? asked['max_tokens'] : undefined,
      stop: asList(asked['stop_sequences']).map(asText),
      schema: at(asked, ['output_config', 'format', 'schema']),
      tools: asList(asked['tools']).map((each) => ({ name: asText(asRecord(each)['name']), input: asRecord(each)['input_schema'] })),
      forcedTool: forced,
    };
  },
  stream(answer) {
    const recording = answer.tool ? tool : text;
    const type = (name: string): RecordedEvent => eventWith(recording, ['type'], name);
    return [
      written(change(type('message_start'), [[['message', 'model'], answer.model], ...counts(['message', 'usage'], answer)])),
      written(answer.tool ? change(type('content_block_start'), [[['content_block', 'name'], answer.tool.name]]) : type('content_block_start')),
      written(type('ping')),
      ...(answer.tool ? playInput(answer.tool.input) : answer.pieces.map((piece) => written(change(textEvent, [[['delta', 'text'], piece]])))),
      written(type('content_block_stop')),
      written(change(type('message_delta'), [[['delta', 'stop_reason'], REASONS[answer.finish]], [['delta', 'stop_sequence'], answer.stopSequence ?? null], [['usage', 'output_tokens'], answer.outputTokens], ...counts(['usage'], answer)])),
      written(type('message_stop')),
    ];
  },
  whole: (answer) => JSON.stringify(withValues(whole, [
    [['model'], answer.model],
    [['content'], answer.tool ? [{ type: 'tool_use', id: 'toolu_000000000000000000000000', name: answer.tool.name, input: answer.tool.input }] : [{ type: 'text', text: answer.pieces.join('') }]],
    [['stop_reason'], REASONS[answer.finish]], [['usage', 'output_tokens'], answer.outputTokens], ...counts(['usage'], answer),
  ])),
  textEvent: (piece) => written(change(textEvent, [[['delta', 'text'], piece]])),
  declined: () => readEvents('anthropic-declined.sse').map(written),
  brokenOff: () => readEvents('anthropic-broken-off.sse').map(written),
  models: () => JSON.stringify(readJson('anthropic-models.json')),
  refusals: readJson('anthropic-refusals.json') as Record<string, Refused>,
};

type Changes = Parameters<typeof withValues>[1];
const change = (event: RecordedEvent, changes: Changes): RecordedEvent => ({ ...event, data: withValues(event.data, changes) });

/** What was read from the cache is not counted in `input_tokens` here. */
const counts = (path: string[], { inputTokens, cachedTokens }: PlayedAnswer): Changes => [[[...path, 'input_tokens'], inputTokens - cachedTokens], [[...path, 'cache_read_input_tokens'], cachedTokens]];

function playInput(input: unknown): string[] {
  const fragment = eventWith(tool, ['delta', 'type'], 'input_json_delta');
  return ['', ...(JSON.stringify(input).match(/.{1,5}/gsu) ?? [])].map((part) => written(change(fragment, [[['delta', 'partial_json'], part]])));
}
