import { InferenceError } from '../../inference-error.ts';
import { collectStream, type FinishReason, type ModelAnswer, type ModelRequest, type StreamPart, type Usage } from '../../language-model.ts';
import { readOutput } from './output-schema.ts';

/** What a provider's reader makes of the wire, before it is framed as a stream of ours. */
export type WirePart =
  | { type: 'text'; text: string }
  /** The stream has begun, or the next text begins a new block. */
  | { type: 'text-break' }
  /** `json` as the model wrote it. */
  | { type: 'tool-call'; id: string; name: string; json: string }
  | { type: 'end'; usage: Usage; finish: FinishReason; model: string };

/** The most text an answer may have, in characters, tool calls included. */
export const MAX_ANSWER_CHARACTERS = 2_000_000;

/**
 * Frames what a provider sends as a stream of ours, and turns all that can be wrong with it into one `error` part: aborted, too large,
 * empty, filtered, unreadable, without its end, or not of the form asked for. Never throws.
 * @param mapError names what the reader threw
 */
export async function* frameStream(request: ModelRequest, signal: AbortSignal, wire: () => AsyncIterable<WirePart>, mapError: (error: unknown) => InferenceError): AsyncGenerator<StreamPart, void, undefined> {
  if (signal.aborted) { yield failed('aborted'); return; }
  let text = '';
  let held = '';
  let characters = 0;
  let inText = false;
  let anything = false;
  let calls = 0;
  let end: Extract<WirePart, { type: 'end' }> | undefined;
  try {
    for await (const part of wire()) {
      if (signal.aborted) break;
      anything = true;
      if (part.type === 'end') { end = part; break; }
      if (part.type === 'text') {
        characters += part.text.length;
        if (characters > MAX_ANSWER_CHARACTERS) throw new InferenceError('too-large', { detail: `more than ${MAX_ANSWER_CHARACTERS} characters` });
        // Half of a surrogate pair waits for its other half: alone it would not survive a transport in UTF-8.
        const ready = held + part.text;
        held = /[\uD800-\uDBFF]$/.test(ready) ? ready.slice(-1) : '';
        const delta = held ? ready.slice(0, -1) : ready;
        if (delta === '') continue;
        if (!inText) { inText = true; yield { type: 'text-start' }; }
        text += delta;
        yield { type: 'text-delta', text: delta };
      } else {
        if (inText) { inText = false; yield { type: 'text-end' }; }
        if (part.type === 'tool-call') {
          calls++;
          characters += part.json.length;
          yield { type: 'tool-call', call: { id: part.id, name: part.name, input: readToolInput(part.json) } };
        }
      }
    }
  } catch (error) {
    yield { type: 'error', error: error instanceof InferenceError && !signal.aborted ? error : mapError(error) };
    return;
  }
  if (signal.aborted) { yield failed('aborted'); return; }
  if (inText) yield { type: 'text-end' };
  yield endOf({ anything, end, text, calls, request });
}

function endOf({ anything, end, text, calls, request }: { anything: boolean; end: Extract<WirePart, { type: 'end' }> | undefined; text: string; calls: number; request: ModelRequest }): StreamPart {
  if (!end) return anything ? failed('connection-lost', 'the stream ended without its end mark') : failed('malformed', 'nothing in the stream could be read');
  if (end.finish === 'filtered') return failed('filtered');
  if (text.trim() === '' && calls === 0) return failed('empty');
  if (request.output && calls === 0) {
    const read = readOutput(request.output, text);
    if (!read.ok) return failed('schema', end.finish === 'length' ? 'cut off before its end' : read.says);
  }
  return { type: 'usage', usage: end.usage, finish: end.finish === 'stop' && calls > 0 ? 'tool-calls' : end.finish, model: end.model };
}

/** The same answer as the stream's, with its parsed output. One road for both: what holds for a stream holds for a whole answer. @throws InferenceError */
export async function generateByStream(request: ModelRequest, parts: AsyncIterable<StreamPart>): Promise<ModelAnswer> {
  const answer = await collectStream(parts);
  if (!request.output || answer.toolCalls.length > 0) return answer;
  const read = readOutput(request.output, answer.text);
  if (!read.ok) throw new InferenceError('schema', { detail: read.says });
  return { ...answer, output: read.value };
}

function readToolInput(json: string): unknown {
  if (json.trim() === '') return {};
  try { return JSON.parse(json); } catch { throw new InferenceError('malformed', { detail: 'the input of a tool call is not JSON' }); }
}

const failed = (fault: InferenceError['fault'], detail?: string): StreamPart => ({ type: 'error', error: new InferenceError(fault, { detail }) });
