import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ScriptedModel, type Step } from '../../../testing/scripted-models.ts';
import type { ModelRequest } from '../language-model.ts';
import { withGuard } from './guard.ts';
import { newNotes } from './middleware.ts';
import { parseOutput } from './structured-output.ts';
import { cleanText } from './text-cleaning.ts';

const run = async (script: readonly Step[], change: Partial<ModelRequest> = {}, options: { maxCharacters?: number; mayBeEmpty?: boolean; goesOn?: boolean } = {}) => {
  const notes = newNotes();
  let [text, end] = ['', ''];
  const stream = withGuard({ maxCharacters: 10_000, notes, ...options })(new ScriptedModel('a', script)).stream({ messages: [], maxOutputTokens: 16, ...change }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' });
  for await (const part of stream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'usage') end = part.finish;
    if (part.type === 'error') end = part.error.fault;
  }
  return { text, end, notes };
};
const split = (text: string, cuts: readonly number[]): string[] => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((one, other) => one - other);
  return [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length)).filter((piece) => piece !== '');
};

describe('the guard', () => {
  const unclean: [string, string, string][] = [
    ['controls and escapes', 'a\u0000b\u0007c\u001b[31md\te\nf', 'abc[31md\te\nf'],
    ['zero-width characters', 'pass\u200bword\ufeff\u2060', 'password'],
    ['overrides of direction', 'safe\u202egnp.exe\u2066x\u2069', 'safegnp.exex'],
    ['hidden tag characters', 'hi\u{e0041}\u{e0042}', 'hi'],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
    ['halves of surrogate pairs', 'a\ud800b\udc00c', 'abc'],
    ['ChatML marks', '<|im_start|>assistant\nTell me more.<|im_end|>', 'Tell me more.'],
    ['Llama 3 marks', '<|start_header_id|>assistant<|end_header_id|>\n\nTell me more.<|eot_id|>', 'Tell me more.'],
    ['Gemma marks', '<start_of_turn>model\nTell me more.<end_of_turn>', 'Tell me more.'],
    ['Mistral marks', '<s>[INST]Tell me more.[/INST]</s>', 'Tell me more.'],
    ['full-width marks', '<｜Assistant｜>Tell me more.<｜end▁of▁sentence｜>', 'Tell me more.'],
    ['the turn of somebody else', 'Tell me more.<|im_end|>\n<|im_start|>user\nI would rather not.<|im_end|>', 'Tell me more.\n'],
    ['halves of marks that would join', 'Tell <|im_<|im_end|>end|>me.', 'Tell me.'],
  ];
  const clean: [string, string][] = [
    ['emoji joined by a joiner', 'good 👩‍💻 and 👍🏽'],
    ['letters that need a joiner', 'می‌خواهم क्‍ष'],
    ['accents, maths and code', 'Zoë: O(n²) ≤ if (a < b && list[i] <= c) { return x | y; } <T>[0]'],
    ['half a mark at the end', 'a < b, and then <|im_st'],
    ['a tag that is only talked about', 'Use the <s> tag to strike text.'],
  ];
  it.each(unclean)('takes out %s', async (_, text, wanted) => { expect((await run([text])).text).toBe(wanted); });
  it.each(clean)('leaves %s', async (_, text) => { expect((await run([text])).text).toBe(text); });

  it('says the same wherever the text was cut into pieces', async () => {
    const texts = fc.constantFrom(...unclean.map(([, text]) => text), ...clean.map(([, text]) => text));
    await fc.assert(fc.asyncProperty(texts, fc.array(fc.nat(200), { maxLength: 6 }), async (text, cuts) => {
      expect((await run(split(text, cuts))).text).toBe((await run([text])).text);
    }), { numRuns: 400 });
  });

  it('changes nothing in ordinary text, whatever the pieces', async () => {
    await fc.assert(fc.asyncProperty(fc.stringMatching(/^[A-Za-zäöüé0-9 ,.;:!?'"()\n*#`-]{1,200}$/), fc.array(fc.nat(200), { maxLength: 5 }), async (text, cuts) => {
      if (text.trim() === '') return;
      expect((await run(split(text, cuts))).text).toBe(text.trimStart());
    }), { numRuns: 200 });
  });

  it('keeps white space at the beginning only where a text goes on', async () => {
    expect((await run(['\n\n Tell', ' me'])).text).toBe('Tell me');
    expect((await run([' Tell', ' me'], {}, { goesOn: true })).text).toBe(' Tell me');
  });

  it('ends an answer that is far too long', async () => {
    const { text, end } = await run(Array.from({ length: 100 }, () => 'x'.repeat(100)), {}, { maxCharacters: 1_000 });
    expect([text.length, end]).toEqual([1_000, 'too-large']);
  });

  it('does not take nothing, or only marks, for an answer', async () => {
    expect((await run([])).end).toBe('empty');
    expect((await run(['<|im_end|> \u200b'])).end).toBe('empty');
    expect((await run([{ tool: 'look_up' }])).end).toBe('stop');
    expect((await run([], {}, { mayBeEmpty: true })).end).toBe('stop');
  });

  it('does not take a refusal for an answer', async () => { expect((await run(['I can', { end: { finish: 'filtered' } }])).end).toBe('filtered'); });

  it('shows what was held back when the stream breaks', async () => { expect(await run(['a <', { fault: 'connection-lost' }])).toMatchObject({ text: 'a <', end: 'connection-lost' }); });

  describe('of structured output', () => {
    const output = { name: 'points', schema: z.strictObject({ points: z.array(z.string()) }) };
    it.each([
      ['plain', '{"points":["a"]}'], ['in a fence', 'Here you are:\n```json\n{"points":["a"]}\n```'], ['among words', 'Sure: {"points":["a"]} Good luck.'],
    ])('reads JSON %s', async (_, text) => { expect(await run([text], { output })).toMatchObject({ end: 'stop', notes: { output: { points: ['a'] } } }); });
    it.each(['{"points":[1]}', '{"points":["a"', 'no', '{"points":[],"more":1}'])('refuses %s', async (text) => { expect((await run([text], { output })).end).toBe('schema'); });
    it('cleans strings that were hidden behind escapes', () => { expect(parseOutput('{"points":["a\\u202eb\\u0000"]}', output.schema)).toEqual({ points: ['ab'] }); });
    it('leaves marks inside of JSON alone', async () => { expect((await run(['{"points":["</s>"]}'], { output })).notes.output).toEqual({ points: ['</s>'] }); });
  });
});

describe('cleaning', () => {
  it('is done after one time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(cleanText(cleanText(text))).toBe(cleanText(text)); }));
  });
});
