import { CHARACTERS_PER_TOKEN } from '../tokens.ts';
import type { Embedder } from './memory.ts';

/** A model that makes vectors, as those who call it know it. */
export interface KnownEmbedder {
  /** Connection and model. */
  embedderId: string; name: string; place: 'here' | 'away';
  /** Whether it would be tried now; it may have to be loaded first. */
  ready: boolean;
  /** What it can read at once, in tokens; 512 when nobody knows. */
  inputTokens?: number | undefined;
  /** What its makers put before a query and before a passage, its blank at the end included. */
  prefixes?: { query: string; passage: string } | undefined;
}

/** Those who call the models. */
export interface EmbedderSource {
  /** Those that exist now, whether they answer or not. */
  embedders(): readonly KnownEmbedder[];
  /** Vectors of this embedder and of no other: what another one is sent it would be sent for nothing. Undefined when it did not answer. */
  embed(texts: string[], signal: AbortSignal, only: string): Promise<{ vectors: Float32Array[]; embedderId: string } | undefined>;
}

/** An embedder that knows a question from a passage that may answer it. */
export interface ModelEmbedder extends Embedder {
  /** The unit vector of what is searched for. @throws EmbedderError, what its model throws */
  embedQuery(text: string, signal: AbortSignal): Promise<Float32Array>;
}

/** Why vectors were refused. */
const REFUSALS = {
  'no-answer': { retryable: true, says: 'the model that makes the vectors does not answer now' },
  'other-embedder': { retryable: true, says: 'another model answered than the one whose vectors are kept' },
  'other-length': { retryable: false, says: 'the vectors are not as long as those before' },
  'not-vectors': { retryable: true, says: 'the model answered with something that is no vector' },
} as const;

/** Vectors that must not stand beside those there are. Holds no text of the person. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError';
  readonly fault: keyof typeof REFUSALS;
  constructor(fault: keyof typeof REFUSALS) {
    super(REFUSALS[fault].says);
    this.fault = fault;
  }
  get retryable(): boolean { return REFUSALS[this.fault].retryable; }
}

/** Texts in one call: few enough that a person who is answered meanwhile does not wait long. */
const BATCH = 16;
const INPUT_TOKENS = 512;
/** What a cosine counts beside BM25 over its query maximum. Models differ; this is a start. */
const WEIGHT = 1;

/** The embedders of a source, each the same object as long as it is the same model. */
export function createModelEmbedders(source: EmbedderSource): () => readonly ModelEmbedder[] {
  let known = new Map<string, ModelEmbedder>();
  return () => {
    const now = source.embedders().map((seen) => { const made = createModelEmbedder(source, seen); return known.get(keyOf(made)) ?? made; });
    known = new Map(now.map((embedder) => [keyOf(embedder), embedder]));
    return now;
  };
}
const keyOf = ({ id, name, place }: Embedder): string => [id, name, place].join('\n');

/**
 * One model as an embedder. Vectors are brought to length 1; a text longer than the model reads counts by its beginning, up to a whole word.
 * Its id names the prefix of passages too, since vectors made with another one are other vectors.
 */
export function createModelEmbedder(source: EmbedderSource, { embedderId, name, place, inputTokens = INPUT_TOKENS, prefixes }: KnownEmbedder): ModelEmbedder {
  const most = Math.max(1, Math.floor(inputTokens * CHARACTERS_PER_TOKEN));
  let length: number | undefined;

  async function batch(texts: string[], signal: AbortSignal): Promise<Float32Array[]> {
    signal.throwIfAborted();
    const answer = await source.embed(texts, signal, embedderId);
    signal.throwIfAborted();
    if (!answer) throw new EmbedderError('no-answer');
    if (answer.embedderId !== embedderId) throw new EmbedderError('other-embedder');
    if (answer.vectors.length !== texts.length) throw new EmbedderError('not-vectors');
    const vectors = answer.vectors.map(unitVector);
    for (const vector of vectors) if (vector.length !== (length ??= vector.length)) throw new EmbedderError('other-length');
    return vectors;
  }

  async function embed(texts: readonly string[], prefix: string, signal: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH) {
      vectors.push(...await batch(texts.slice(from, from + BATCH).map((text) => prefix + cutAtWord(text, most - prefix.length)), signal));
    }
    return vectors;
  }

  return {
    id: prefixes && prefixes.passage !== '' ? `${embedderId} (${prefixes.passage.trim()})` : embedderId,
    name, place, weight: WEIGHT,
    ready: () => source.embedders().some((seen) => seen.embedderId === embedderId && seen.ready),
    embed: (texts, signal) => embed(texts, prefixes?.passage ?? '', signal),
    async embedQuery(text, signal) {
      const [vector] = await embed([text], prefixes?.query ?? '', signal);
      if (!vector) throw new EmbedderError('not-vectors');
      return vector;
    },
  };
}

/** @throws EmbedderError for numbers that are none, and for a vector that points nowhere */
function unitVector(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  if (!Number.isFinite(square) || square === 0) throw new EmbedderError('not-vectors');
  const scale = 1 / Math.sqrt(square);
  return vector.map((value) => value * scale);
}

/** The beginning of a text, up to the last blank that fits; without one, not between the halves of a character. */
function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most), blank = /\s/.test(text[most] ?? '') ? most : cut.search(/\s\S*$/);
  return (blank > 0 ? cut.slice(0, blank) : cut.replace(/[\ud800-\udbff]$/, '')).trimEnd();
}
