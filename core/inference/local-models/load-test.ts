import type { z } from 'zod';
import type { loadTestSchema } from '../../contract/models.ts';
import { InferenceError } from '../inference-error.ts';
import type { CallOptions } from '../language-model.ts';
import type { LlamaHost } from '../providers/llama/llama-host.ts';

export type LoadTestResult = z.infer<typeof loadTestSchema>;

const TOKENS = 64;
const ENOUGH_TOKENS = 48;
const MOST_TRIES = 3;
/** Counting is nobody's wording, and every model goes on with it. */
const counting = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, index) => from + index).join(' ');

/**
 * Generates a few dozen tokens with a loaded model and measures. A model may end early by itself; then it is asked again, and what was measured is told.
 * @throws InferenceError
 */
export async function testInstruct(llama: LlamaHost, modelId: string, options: CallOptions): Promise<Omit<LoadTestResult, 'loadMs'>> {
  let tokens = 0;
  let generatingMs = 0;
  let afterFirst = 0;
  let firstTokenMs = 0;
  for (let attempt = 0; attempt < MOST_TRIES && tokens < ENOUGH_TOKENS; attempt++) {
    const startedAt = performance.now();
    let firstAt: number | undefined;
    let text = '';
    let counted: number | null = null;
    const from = 1 + 100 * attempt;
    for await (const part of llama.stream(modelId, { messages: [{ role: 'user', text: counting(from, from + 30) }], maxOutputTokens: TOKENS, temperature: 0.8, seed: attempt + 1 }, options)) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'text-delta' && part.text !== '') { firstAt ??= performance.now(); text += part.text; }
      if (part.type === 'usage') counted = part.usage.outputTokens;
    }
    const endedAt = performance.now();
    if (attempt === 0) firstTokenMs = Math.round((firstAt ?? endedAt) - startedAt);
    const now = counted ?? (text === '' ? 0 : (await llama.countTokens(modelId, [text]))[0] ?? 0);
    tokens += now;
    if (firstAt !== undefined && now > 1) {
      generatingMs += endedAt - firstAt;
      afterFirst += now - 1;
    }
  }
  return { tokens, firstTokenMs, tokensPerSecond: perSecond(afterFirst, generatingMs) };
}

/** Turns a few texts into vectors; the first one counts as the first token. @throws InferenceError */
export async function testEmbedder(llama: LlamaHost, modelId: string, options: CallOptions): Promise<Omit<LoadTestResult, 'loadMs'>> {
  const texts = Array.from({ length: 8 }, (_, index) => counting(1 + 40 * index, 40 + 40 * index));
  const startedAt = performance.now();
  await llama.embed(modelId, texts.slice(0, 1), options);
  const firstAt = performance.now();
  const vectors = await llama.embed(modelId, texts, options);
  const endedAt = performance.now();
  if (vectors.length !== texts.length) throw new InferenceError('malformed');
  const tokens = (await llama.countTokens(modelId, texts)).reduce((sum, count) => sum + count, 0);
  return { tokens, firstTokenMs: Math.round(firstAt - startedAt), tokensPerSecond: perSecond(tokens, endedAt - firstAt) };
}

const perSecond = (tokens: number, ms: number): number => (tokens > 0 && ms > 0 ? Math.round((tokens * 10_000) / ms) / 10 : 0);
