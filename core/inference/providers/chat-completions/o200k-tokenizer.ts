import { setImmediate } from 'node:timers/promises';
import { countTokens, TOKENIZER } from '../../../tokens.ts';
import type { Tokenizer } from '../../language-model.ts';

/** How long texts are counted before others get their turn. */
const AT_ONCE_MS = 10;

/**
 * OpenAI's encoding, counted in the engine; its table (some 60 MB) is loaded at the first count.
 * @param exact whether the model uses it: what a compatible server runs has its own, which is not published in one place
 */
export function o200kTokenizer(exact: boolean): Tokenizer {
  return {
    name: TOKENIZER, exact,
    async count(texts) {
      const counts: number[] = [];
      let since = performance.now();
      for (const text of texts) {
        counts.push(await countTokens(text));
        if (performance.now() - since < AT_ONCE_MS) continue;
        await setImmediate();
        since = performance.now();
      }
      return counts;
    },
  };
}
