import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InferenceError } from '../../inference-error.ts';
import type { FinishReason, ModelRequest, StreamPart } from '../../language-model.ts';
import { frameStream, generateByStream, MAX_ANSWER_CHARACTERS, type WirePart } from './frame-stream.ts';

const request: ModelRequest = { messages: [], maxOutputTokens: 10 };
const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: null };
const text = (words: string): WirePart => ({ type: 'text', text: words });
const end = (finish: FinishReason = 'stop'): WirePart => ({ type: 'end', usage, finish, model: 'm' });
const call = (json: string): WirePart => ({ type: 'tool-call', id: 'c', name: 'look_up', json });

async function* wire(parts: readonly (WirePart | Error)[]): AsyncGenerator<WirePart> {
  for (const part of parts) { await Promise.resolve(); if (part instanceof Error) throw part; yield part; }
}
const frame = (parts: readonly (WirePart | Error)[], asked: ModelRequest = request, signal = new AbortController().signal): AsyncGenerator<StreamPart> => frameStream(asked, signal, () => wire(parts), () => new InferenceError('connection-lost'));
async function all(stream: AsyncIterable<StreamPart>): Promise<StreamPart[]> { const parts = []; for await (const part of stream) parts.push(part); return parts; }
const short = (parts: StreamPart[]): string[] => parts.map((part) => (part.type === 'error' ? part.error.fault : part.type === 'text-delta' ? part.text : part.type === 'usage' ? `usage ${part.finish}` : part.type));

describe('a framed stream', () => {
  test('opens and closes text around whatever stands between', async () => {
    expect(short(await all(frame([{ type: 'text-break' }, text('a'), text(''), text('b'), { type: 'text-break' }, text('c'), call('{"a":1}'), text('d'), end('tool-calls')]))))
      .toEqual(['text-start', 'a', 'b', 'text-end', 'text-start', 'c', 'text-end', 'tool-call', 'text-start', 'd', 'text-end', 'usage tool-calls']);
  });

  test.each<[string, (WirePart | Error)[], string]>([
    ['nothing at all', [], 'malformed'],
    ['no end', [text('a')], 'connection-lost'],
    ['no text', [{ type: 'text-break' }, end()], 'empty'],
    ['only blanks', [text(' \n'), end()], 'empty'],
    ['a refusal after some text', [text('I'), end('filtered')], 'filtered'],
    ['tool input that is not JSON', [call('{"a":'), end()], 'malformed'],
    ['an exception', [text('a'), new Error('x')], 'connection-lost'],
    ['our own exception', [text('a'), new InferenceError('offline-locked')], 'offline-locked'],
    ['more text than allowed', [text('x'.repeat(MAX_ANSWER_CHARACTERS)), text('y'), end()], 'too-large'],
  ])('with %s ends in one error', async (_name, parts, fault) => {
    const out = short(await all(frame(parts)));
    expect(out.at(-1)).toBe(fault);
    expect(out.filter((part) => part === fault)).toHaveLength(1);
  });

  test('counts a tool call as an answer, and calls the end so even where the wire says stop', async () => {
    expect(short(await all(frame([call(''), end('stop')])))).toEqual(['tool-call', 'usage tool-calls']);
  });

  test('keeps half a character back until its other half is there', async () => {
    const [high, low] = ['👩'.charAt(0), '👩'.charAt(1)];
    expect(short(await all(frame([text(`a${high}`), text(low ?? ''), text(high ?? ''), text(`${low}b`), end()])))).toEqual(['text-start', 'a', '👩', '👩b', 'text-end', 'usage stop']);
  });

  test('tells nothing after an abort, even of what had already arrived', async () => {
    const controller = new AbortController();
    const out: string[] = [];
    for await (const part of frame([text('a'), text('b'), end()], request, controller.signal)) { out.push(...short([part])); if (part.type === 'text-delta') controller.abort(); }
    expect(out).toEqual(['text-start', 'a', 'aborted']);
  });

  test('checks the form of an answer at its end, and an answer cut off at its longest has none', async () => {
    const asked: ModelRequest = { ...request, output: { name: 'grade', schema: z.object({ score: z.number() }) } };
    expect(short(await all(frame([text('{"score"'), text(':1}'), end()], asked))).at(-1)).toBe('usage stop');
    expect(short(await all(frame([text('{"score":"1"}'), end()], asked))).at(-1)).toBe('schema');
    const cut = (await all(frame([text('{"score"'), end('length')], asked))).at(-1);
    expect(cut).toMatchObject({ type: 'error', error: { fault: 'schema', message: 'cut off before its end' } });
    expect(await generateByStream(asked, frame([text('{"score":1}'), end()], asked))).toMatchObject({ text: '{"score":1}', output: { score: 1 } });
    await expect(generateByStream(asked, frame([text('no'), end()], asked))).rejects.toMatchObject({ fault: 'schema' });
  });
});
