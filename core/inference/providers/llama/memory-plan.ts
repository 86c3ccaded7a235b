import { EngineError } from '../../../contract/errors.ts';
import { estimateMemory, type GgufShape } from './gguf-facts.ts';

/** With which context, and for how many conversations side by side, a model is loaded. */
export interface MemoryPlan { contextTokens: number; sequences: number }

/** More than this is taken only when it is asked for: the lanes never use it, and it costs memory. */
const MOST_CHOSEN_CONTEXT = 8192;
const LEAST_CHOSEN_CONTEXT = 2048;
const EMBEDDER_CONTEXT = 2048;
/** The fewest tokens anything useful can be done with. */
const SMALLEST_CONTEXT = 512;
/** Two for people (an interview and a quiz beside it), one for background work. */
const SEQUENCES = 3;
/** Room beside the model that more sequences must leave. */
const COMFORTABLE_SHARE = 0.7;
/** What the process itself needs, and a margin for an estimate that is a little low. */
const OVERHEAD_BYTES = 64 << 20;
const MARGIN = 1.05;

/**
 * Chooses context and sequences for the memory that can be used.
 * @param wantedTokens null leaves the choice to the app
 * @throws EngineError MODEL_TOO_LARGE with the numbers and what would fit
 */
export function planMemory(name: string, shape: GgufShape, role: 'instruct' | 'embedder', wantedTokens: number | null, availableBytes: number): MemoryPlan {
  const trained = shape.facts.trainedContextTokens ?? LEAST_CHOSEN_CONTEXT;
  const needs = (tokens: number, sequences: number): number => estimateMemory(shape, tokens, sequences, role).totalBytes * MARGIN + OVERHEAD_BYTES;
  const upper = Math.min(wantedTokens ?? (role === 'embedder' ? EMBEDDER_CONTEXT : MOST_CHOSEN_CONTEXT), trained);
  const lower = wantedTokens === null ? Math.min(upper, LEAST_CHOSEN_CONTEXT) : upper;
  for (let tokens = upper; tokens >= lower; tokens = tokens === lower ? 0 : Math.max(lower, Math.floor(tokens / 2))) {
    if (needs(tokens, 1) > availableBytes) continue;
    if (role === 'embedder') return { contextTokens: tokens, sequences: 1 };
    for (let sequences = SEQUENCES; sequences > 1; sequences--) if (needs(tokens, sequences) <= availableBytes * COMFORTABLE_SHARE) return { contextTokens: tokens, sequences };
    return { contextTokens: tokens, sequences: 1 };
  }
  const smaller = largestFitting((tokens) => needs(tokens, 1), lower, availableBytes);
  throw new EngineError('MODEL_TOO_LARGE', {
    name, contextTokens: lower, neededMb: megabytes(needs(lower, 1)), availableMb: Math.floor(availableBytes / 1e6),
    advice: smaller === null ? 'Choose a smaller model, or close other programs and try again.' : `Use a context of ${smaller} tokens (needs ${megabytes(needs(smaller, 1))} MB), or choose a smaller model.`,
  });
}

/** Of the halves of a context the largest that fits; null when none does. */
function largestFitting(needs: (tokens: number) => number, from: number, availableBytes: number): number | null {
  for (let tokens = 2 ** Math.floor(Math.log2(from - 1)); tokens >= SMALLEST_CONTEXT; tokens /= 2) if (needs(tokens) <= availableBytes) return tokens;
  return null;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
