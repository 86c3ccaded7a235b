import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from '../../testing/long-conversation.ts';
import { estimateTokens } from '../tokens.ts';
import { CalibratedCount, type CountTexts } from './calibrated-count.ts';
import { assembleExactly } from './exact-assembly.ts';

const seed = Number(process.env['ROLE_ACCEL_SEED'] ?? Date.now() % 2 ** 31);
console.info(`exact assembly: properties with ROLE_ACCEL_SEED=${seed}`);
const MESSAGE = estimateTokens([{ text: '' }]);

/** A tokenizer that is as unlike the estimate as it can be: some texts cost a token a character, others next to nothing, and joining costs extra. */
const adversary = (salt: number): ((text: string) => number) => (text) => {
  const dense = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0) + salt) % 9973, 7) % 3;
  return Math.ceil(text.length * [0.05, 0.6, 1][dense]!) + 3 * text.split('\n\n').length;
};
const asCounter = (count: (text: string) => number, tokenizer = 'adversary'): CountTexts => async (texts) => ({ counts: texts.map(count), tokenizer });
const text = (mark: string, size: number): string => `${mark}: ${'so it was '.repeat(size)}(${mark} ends)`;
const texts = (mark: string) => fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }).map((sizes) => sizes.map((size, index) => text(`${mark}${index}`, size)));

describe('a call by the count of whoever answers', () => {
  it('is never above the budget, whatever the tokenizer makes of its texts', async () => {
    let made = 0;
    await fc.assert(fc.asyncProperty(fc.record({
      salt: fc.nat(1000), budgetTokens: fc.integer({ min: 400, max: 8000 }), sizes: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 30 }),
      facts: texts('fact'), summary: texts('line'), recalled: texts('memory'), said: fc.option(fc.integer({ min: 0, max: 1500 }), { nil: null }),
    }), async ({ salt, budgetTokens, sizes, said, ...notes }) => {
      const count = adversary(salt);
      const context = await assembleExactly({
        stable: [{ role: 'system', text: 'You are the interviewer.' }], ...notes, turns: sizes.map((size, seq) => ({ seq, role: seq % 2 === 0 ? 'assistant' as const : 'user' as const, text: text(`turn${seq}`, size) })),
        last: { said: said === null ? null : { seq: sizes.length, role: 'user', text: text('new', said) }, instruction: 'Do it now.' }, budgetTokens, frame,
      }, new CalibratedCount(asCounter(count)));
      if (!context.ok) return void expect(context.neededTokens).toBeGreaterThan(budgetTokens);
      made++;
      const exact = context.messages.reduce((sum, message) => sum + count(message.text) + MESSAGE, 0);
      expect(exact).toBeLessThanOrEqual(budgetTokens);
      expect(context.tokens).toBe(exact);
    }), { seed, numRuns: 300 });
    expect(made).toBeGreaterThan(150);
  });

  it('asks for each text once, as long as it is in the conversation', async () => {
    const asked: string[] = [];
    const counter = new CalibratedCount(async (given) => { asked.push(...given); return { counts: given.map((one) => one.length), tokenizer: 'one' }; });
    await counter.learn(['a', 'b', 'a']);
    await counter.learn(['a', 'b', 'c']);
    expect(asked).toEqual(['a', 'b', 'c']);
    await counter.learn(['c']);
    await counter.learn(['a']);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('takes nothing over from another tokenizer', async () => {
    let tokenizer = 'one';
    const counter = new CalibratedCount(async (given) => ({ counts: given.map(() => (tokenizer === 'one' ? 1 : 100)), tokenizer }));
    await counter.learn(['first', 'second']);
    tokenizer = 'two';
    await counter.learn(['first', 'second', 'third']);
    expect(counter.count(['first', 'second', 'third'].map((one) => ({ role: 'user', text: one })))).toBe(300 + 3 * MESSAGE);
  });

  it('takes a text that nobody counted for as dense as the densest one seen', async () => {
    const counter = new CalibratedCount(asCounter((one) => one.length));
    const unseen = 'x'.repeat(700);
    expect(counter.count([{ role: 'user', text: unseen }])).toBeCloseTo(200 + MESSAGE);
    await counter.learn(['y'.repeat(350)]);
    expect(counter.count([{ role: 'user', text: unseen }])).toBeGreaterThanOrEqual(700);
  });
});
