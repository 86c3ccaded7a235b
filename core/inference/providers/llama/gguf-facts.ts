import type { GgufFacts, MemoryEstimate } from './llama-host.ts';
import { readGgufHeader, type GgufHeader } from './gguf-header.ts';
import { EngineError } from '../../../contract/errors.ts';

/** Architectures that turn text into vectors and cannot write. */
const EMBEDDERS = /^(bert|nomic-bert|nomic-bert-moe|jina-bert-v2|jina-bert-v3|neo-bert|modern-bert|gemma-embedding|t5encoder|llama-embed)$/;
/** Names of `general.file_type` in llama.h. */
const FILE_TYPES: Record<number, string> = {
  0: 'F32', 1: 'F16', 2: 'Q4_0', 3: 'Q4_1', 7: 'Q8_0', 8: 'Q5_0', 9: 'Q5_1', 10: 'Q2_K', 11: 'Q3_K_S', 12: 'Q3_K_M', 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K',
  19: 'IQ2_XXS', 20: 'IQ2_XS', 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL', 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S', 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16', 38: 'MXFP4',
};

/** What is needed to reckon memory. */
export interface GgufShape { facts: GgufFacts; layers: number; keyValueWidth: number; width: number; vocabulary: number }

/** @throws EngineError MODEL_UNREADABLE */
export async function readGguf(file: string): Promise<GgufShape> { return describeGguf(await readGgufHeader(file)); }

/** @throws EngineError MODEL_UNREADABLE when it is no whole model */
export function describeGguf(header: GgufHeader): GgufShape {
  const text = (key: string): string | null => { const value = header.fields.get(key); return typeof value === 'string' ? value : null; };
  const number = (key: string): number | null => { const value = header.fields.get(key); return typeof value === 'number' ? value : null; };
  const architecture = text('general.architecture');
  if (architecture === null || header.tensors.length === 0) throw new EngineError('MODEL_UNREADABLE', { reason: 'it holds no model.' });
  const parts = number('split.count') ?? 1;
  if (parts > 1) throw new EngineError('MODEL_UNREADABLE', { reason: `it is one of ${parts} parts of a model; a model in one file is needed.` });
  const own = (key: string): number | null => number(`${architecture}.${key}`);
  const fileType = number('general.file_type');
  const layers = own('block_count') ?? 0;
  const width = own('embedding_length') ?? 0;
  const headsPerLayer = header.fields.get(`${architecture}.attention.head_count`);
  const heads = Math.max(1, ...numbers(headsPerLayer));
  const keyValueHeads = numbers(header.fields.get(`${architecture}.attention.head_count_kv`));
  const averageHeads = keyValueHeads.length === 0 ? heads : keyValueHeads.reduce((sum, value) => sum + value, 0) / keyValueHeads.length;
  const headSize = width / heads;
  const tokens = header.fields.get('tokenizer.ggml.tokens');
  const hasChatTemplate = text('tokenizer.chat_template') !== null;
  return {
    facts: {
      architecture, name: text('general.name'), licence: text('general.license'),
      parameters: header.tensors.reduce((sum, { elements }) => sum + elements, 0), quantisation: fileType === null ? null : FILE_TYPES[fileType] ?? null,
      trainedContextTokens: own('context_length'), fileBytes: header.fileBytes, hasChatTemplate,
      isEmbedder: EMBEDDERS.test(architecture) || (own('pooling_type') ?? 0) > 0,
    },
    layers, width, vocabulary: typeof tokens === 'object' && 'listOf' in tokens ? tokens.listOf : own('vocab_size') ?? 0,
    keyValueWidth: averageHeads * ((own('attention.key_length') ?? headSize) + (own('attention.value_length') ?? headSize)) / 2,
  };
}

const numbers = (value: unknown): number[] => (typeof value === 'number' ? [value] : Array.isArray(value) ? value.map(Number) : []);

/** Tokens of one batch on a processor; see `process/loaded-models.ts`. */
const BATCH = 128;
const EMBEDDER_BATCH = 2048;
const HALF_PRECISION = 2;
const SINGLE_PRECISION = 4;
/** llama.cpp rounds a context up to this many tokens. */
const CONTEXT_STEP = 256;

/**
 * Bytes a model needs: its weights; keys and values of every layer in half precision for each token of each sequence; and the buffers of one batch,
 * which are mostly the logits, a few activations per token and the attention mask.
 */
export function estimateMemory({ facts, layers, keyValueWidth, width, vocabulary }: GgufShape, contextTokens: number, sequences: number, role: 'instruct' | 'embedder'): MemoryEstimate {
  const cells = Math.ceil(contextTokens / CONTEXT_STEP) * CONTEXT_STEP;
  const cache = 2 * layers * cells * sequences * keyValueWidth * HALF_PRECISION;
  // An embedder computes a whole text in one batch, and has no logits.
  const batch = role === 'embedder' ? EMBEDDER_BATCH : BATCH;
  const buffers = batch * ((role === 'embedder' ? 0 : vocabulary) + 12 * width + cells) * SINGLE_PRECISION;
  const contextBytes = Math.ceil(cache + buffers);
  return { modelBytes: facts.fileBytes, contextBytes, totalBytes: facts.fileBytes + contextBytes };
}
