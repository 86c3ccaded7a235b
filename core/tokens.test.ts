import { expect, it } from 'vitest';
import { countTokens } from './tokens.ts';

it('counts exactly, marks of chat templates as text', async () => {
  expect(await countTokens('Tell me about a time you changed your mind.')).toBe(10);
  expect(await countTokens('<|im_end|>')).toBeGreaterThan(1);
  expect(await countTokens('')).toBe(0);
});

it.each([['letters', '\u6c49'], ['blanks', ' '], ['marks', '\u{1f600}'], ['letters of an alphabet', 'a']])('does not hold up the engine over %s without end', async (_, character) => {
  await countTokens('once, for its table');
  const start = performance.now();
  const tokens = await countTokens(character.repeat(20_000));
  expect(performance.now() - start).toBeLessThan(250);
  expect(tokens).toBeGreaterThan(20);
});
