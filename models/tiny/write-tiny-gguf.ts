import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/** `tiny`: a few hundred kB, for tests. `slow`: 13 MB, for tests of what happens in the middle. `bench`: about 160 million parameters, so that speed is realistic. */
export type TinySize = 'tiny' | 'slow' | 'bench';
/**
 * What a random model is inclined to say. `letters`: letters, spaces and full stops, ending by itself after a while; `endless`: the same
 * without ever ending; `bytes`: any byte, so that the text is broken UTF-8 and ends at any time.
 */
export type TinyVoice = 'letters' | 'endless' | 'bytes';
export interface TinyGgufOptions {
  file: string; size?: TinySize; seed?: number; voice?: TinyVoice;
  /** Words that it answers to anything, whatever `voice` is: each a token of its own that leads to the next, so none may come twice. */
  says?: string;
  /** Without a chat template and with mean pooling. */
  embedder?: boolean;
}

interface Shape { layers: number; width: number; heads: number; kvHeads: number; feedForward: number; trainedContext: number; type: 'F32' | 'Q8_0' }
const SHAPES: Record<TinySize, Shape> = {
  tiny: { layers: 2, width: 64, heads: 4, kvHeads: 2, feedForward: 128, trainedContext: 8192, type: 'F32' },
  slow: { layers: 8, width: 384, heads: 6, kvHeads: 2, feedForward: 1024, trainedContext: 8192, type: 'Q8_0' },
  bench: { layers: 20, width: 768, heads: 12, kvHeads: 4, feedForward: 2688, trainedContext: 8192, type: 'Q8_0' },
};
const GGML_TYPE = { F32: 0, Q8_0: 8 } as const;
const ALIGNMENT = 32;
const CHATML = `{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`;
/** Dimension 0 of the residual stream is this constant in every position, so that an output row can lean towards or away from its token. */
const CONSTANT = 4;

/** Of a model that says something: logit of the word that follows, and of the first word wherever none does. The rest spreads by about 5. */
const NEXT_WORD = 60;
const FIRST_WORD = 25;

/** Token ids of the byte-level vocabulary: one per byte, then these. */
const SPECIALS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|pad|>'];
const MERGED = [['t', 'h'], ['e', 'r']] as const;

/**
 * Writes a GGUF (version 3) of the llama architecture with seeded random weights, a byte-level `gpt2` vocabulary of 262 tokens and a ChatML template.
 * What it says means nothing; everything around it, from tokenizer to grammar to embeddings, is real. The file appears whole or not at all.
 * @returns the file's path
 */
export function writeTinyGguf({ file, size = 'tiny', seed = 1, voice = 'letters', says = '', embedder = false }: TinyGgufOptions): string {
  const words = says.match(/\s?\S+/g) ?? [];
  if (new Set(words).size < words.length) throw new Error('each word may come only once: what follows depends on the last word alone');
  const shape = words.length > 0 && size === 'tiny' ? { ...SHAPES.tiny, width: 128 } : SHAPES[size];
  const tensors = layOut(shape, words.length);
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  const out = openSync(partial, 'w');
  try {
    const header = new Bytes();
    header.raw(Buffer.from('GGUF')).u32(3).u64(tensors.length);
    writeMetadata(header, shape, embedder, words);
    let offset = 0;
    for (const tensor of tensors) {
      header.text(tensor.name).u32(tensor.rows === 1 ? 1 : 2).u64(tensor.columns);
      if (tensor.rows > 1) header.u64(tensor.rows);
      header.u32(GGML_TYPE[tensor.type]).u64(offset);
      offset += padded(tensor.rows * rowBytes(tensor));
    }
    const head = header.done();
    writeSync(out, head);
    writeSync(out, Buffer.alloc(padded(head.length) - head.length));
    const random = uniform(seed);
    const speech = words.length > 0 ? new Speech(words.length, shape.width) : undefined;
    for (const tensor of tensors) writeTensor(out, tensor, random, leanings(voice), speech);
  } finally { closeSync(out); }
  renameSync(partial, file);
  return file;
}

interface Tensor { name: string; columns: number; rows: number; type: Shape['type']; kind: 'norm' | 'embedding' | 'output' | 'into-residual' | 'plain' }

/**
 * Makes the weights say a fixed row of words: the layers add nothing to the residual stream, so the last token's embedding decides,
 * and the output row of each word points along the embedding of the word before it.
 */
class Speech {
  readonly #before: ReadonlyMap<number, number>;
  readonly #embeddings = new Map<number, Float32Array>();
  readonly #firstWord: number;
  readonly #width: number;
  constructor(words: number, width: number) {
    const first = 256 + MERGED.length + SPECIALS.length;
    const row = ['\n'.charCodeAt(0), ...Array.from({ length: words }, (_, index) => first + index), 256 + MERGED.length + SPECIALS.indexOf('<|im_end|>')];
    this.#before = new Map(row.slice(1).map((token, index) => [token, row[index] ?? 0]));
    this.#firstWord = first;
    this.#width = width;
  }
  shape(row: Float32Array, kind: Tensor['kind'], token: number): void {
    if (kind === 'into-residual') row.fill(0);
    if (kind === 'embedding') this.#embeddings.set(token, row.slice());
    if (kind !== 'output') return;
    const before = this.#embeddings.get(this.#before.get(token) ?? -1);
    // The last norm scales an embedding to a length of the root of the width.
    if (before) {
      const square = before.reduce((sum, value, index) => sum + (index === 0 ? 0 : value * value), 0);
      const scale = Math.sqrt((square + CONSTANT * CONSTANT) / this.#width);
      for (let index = 1; index < row.length; index++) row[index] = ((before[index] ?? 0) * NEXT_WORD * scale) / square;
    } else row.fill(0);
    row[0] = token === this.#firstWord ? FIRST_WORD / CONSTANT : 0;
  }
}

function layOut({ layers, width, heads, kvHeads, feedForward, type }: Shape, words: number): Tensor[] {
  const headSize = width / heads;
  const vocabulary = 256 + MERGED.length + SPECIALS.length + words;
  const norm = (name: string): Tensor => ({ name, columns: width, rows: 1, type: 'F32', kind: 'norm' });
  const matrix = (name: string, columns: number, rows: number, kind: Tensor['kind'] = 'plain'): Tensor => ({ name, columns, rows, type, kind });
  const tensors = [matrix('token_embd.weight', width, vocabulary, 'embedding')];
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}.weight`;
    tensors.push(
      norm(name('attn_norm')), matrix(name('attn_q'), width, heads * headSize), matrix(name('attn_k'), width, kvHeads * headSize), matrix(name('attn_v'), width, kvHeads * headSize),
      matrix(name('attn_output'), heads * headSize, width, 'into-residual'),
      norm(name('ffn_norm')), matrix(name('ffn_gate'), width, feedForward), matrix(name('ffn_up'), width, feedForward), matrix(name('ffn_down'), feedForward, width, 'into-residual'));
  }
  tensors.push(norm('output_norm.weight'), matrix('output.weight', width, vocabulary, 'output'));
  return tensors;
}

/** How far the logit of a token is shifted. Ids: bytes in `byteCharacters` order, then merges, then specials. */
function leanings(voice: TinyVoice): (token: number) => number {
  if (voice === 'bytes') return () => 0;
  const speakable = new Set([...'abcdefghijklmnopqrstuvwxyz .'].map((letter) => byteCharacters().indexOf(letter === ' ' ? 'Ġ' : letter)));
  const end = 256 + MERGED.length + SPECIALS.indexOf('<|im_end|>');
  return (token) => (speakable.has(token) || (token >= 256 && token < 256 + MERGED.length) ? 0 : token === end && voice === 'letters' ? -3 : -60);
}

function writeTensor(out: number, tensor: Tensor, random: () => number, leaning: (token: number) => number, speech: Speech | undefined): void {
  const row = new Float32Array(tensor.columns);
  const bytes = rowBytes(tensor);
  const rowsAtOnce = Math.max(1, Math.min(tensor.rows, Math.floor(4_194_304 / bytes)));
  const buffer = Buffer.alloc(rowsAtOnce * bytes);
  // Uniform in [-1, 1] has a deviation of 0.58; layers add a little to the residual each, logits spread by about 2.
  const spread = tensor.kind === 'embedding' ? 1.7 : tensor.kind === 'output' ? 3.6 / Math.sqrt(tensor.columns) : (tensor.kind === 'into-residual' ? 1 : 2.5) / Math.sqrt(tensor.columns);
  let filled = 0;
  for (let index = 0; index < tensor.rows; index++) {
    for (let column = 0; column < row.length; column++) row[column] = tensor.kind === 'norm' ? 1 : (random() * 2 - 1) * spread;
    if (tensor.kind === 'embedding') row[0] = CONSTANT;
    else if (tensor.kind === 'output') row[0] = leaning(index) / CONSTANT;
    else if (tensor.kind === 'into-residual' && index === 0) row.fill(0);
    speech?.shape(row, tensor.kind, index);
    if (tensor.type === 'F32') Buffer.from(row.buffer).copy(buffer, filled); else quantise(row, buffer, filled);
    filled += bytes;
    if (filled === buffer.length || index === tensor.rows - 1) { writeSync(out, buffer, 0, filled); filled = 0; }
  }
  const total = tensor.rows * bytes;
  if (padded(total) > total) writeSync(out, Buffer.alloc(padded(total) - total));
}

/** Q8_0: blocks of 32 weights, one half-precision scale and 32 signed bytes. */
function quantise(row: Float32Array, into: Buffer, at: number): void {
  let position = at;
  for (let block = 0; block < row.length; block += 32) {
    let largest = 0;
    for (let index = block; index < block + 32; index++) largest = Math.max(largest, Math.abs(row[index] ?? 0));
    const scale = largest / 127;
    into.writeUInt16LE(halfPrecision(scale), position);
    position += 2;
    for (let index = block; index < block + 32; index++) into.writeInt8(scale === 0 ? 0 : Math.round((row[index] ?? 0) / scale), position++);
  }
}

function halfPrecision(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0;
  const exponent = ((bits >> 23) & 0xff) - 112;
  return exponent <= 0 ? 0 : (exponent << 10) | ((bits >> 13) & 0x3ff);
}

function writeMetadata(header: Bytes, shape: Shape, embedder: boolean, words: readonly string[]): void {
  const tokens = [...byteCharacters(), ...MERGED.map((pair) => pair.join('')), ...SPECIALS, ...words];
  const special = (name: string): number => tokens.indexOf(name);
  const fields: ((bytes: Bytes) => void)[] = [];
  const text = (key: string, value: string): void => void fields.push((bytes) => bytes.text(key).u32(8).text(value));
  const whole = (key: string, value: number): void => void fields.push((bytes) => bytes.text(key).u32(4).u32(value));
  const list = (key: string, values: string[]): void => void fields.push((bytes) => { bytes.text(key).u32(9).u32(8).u64(values.length); for (const value of values) bytes.text(value); });
  text('general.architecture', 'llama');
  text('general.name', embedder ? 'Tiny random embedder' : 'Tiny random model');
  text('general.license', 'CC0-1.0');
  whole('general.file_type', shape.type === 'F32' ? 0 : 7);
  whole('llama.context_length', shape.trainedContext);
  whole('llama.embedding_length', shape.width);
  whole('llama.block_count', shape.layers);
  whole('llama.feed_forward_length', shape.feedForward);
  whole('llama.attention.head_count', shape.heads);
  whole('llama.attention.head_count_kv', shape.kvHeads);
  whole('llama.rope.dimension_count', shape.width / shape.heads);
  fields.push((bytes) => bytes.text('llama.attention.layer_norm_rms_epsilon').u32(6).f32(1e-5));
  if (embedder) whole('llama.pooling_type', 1);
  text('tokenizer.ggml.model', 'gpt2');
  text('tokenizer.ggml.pre', 'gpt-2');
  list('tokenizer.ggml.tokens', tokens);
  fields.push((bytes) => { bytes.text('tokenizer.ggml.token_type').u32(9).u32(5).u64(tokens.length); for (const token of tokens) bytes.u32(SPECIALS.includes(token) ? 3 : words.includes(token) ? 4 : 1); });
  list('tokenizer.ggml.merges', MERGED.map((pair) => pair.join(' ')));
  whole('tokenizer.ggml.bos_token_id', special('<|endoftext|>'));
  whole('tokenizer.ggml.eos_token_id', special('<|im_end|>'));
  whole('tokenizer.ggml.padding_token_id', special('<|pad|>'));
  fields.push((bytes) => bytes.text('tokenizer.ggml.add_bos_token').u32(7).u8(0));
  if (!embedder) text('tokenizer.chat_template', CHATML);
  header.u64(fields.length);
  for (const field of fields) field(header);
}

/** The printable stand-ins that byte-level vocabularies use for the 256 bytes, in byte order (GPT-2, Radford et al. 2019). */
function byteCharacters(): string[] {
  let unprintable = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(printable ? byte : 256 + unprintable++);
  });
}

const padded = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const rowBytes = ({ columns, type }: Tensor): number => (type === 'F32' ? columns * 4 : (columns / 32) * 34);

/** xorshift32 (Marsaglia 2003): fast enough for hundreds of millions of weights. */
function uniform(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** Little-endian bytes, as GGUF wants them. */
class Bytes {
  readonly #parts: Buffer[] = [];
  raw(part: Buffer): this { this.#parts.push(part); return this; }
  u8(value: number): this { return this.raw(Buffer.from([value])); }
  u32(value: number): this { const part = Buffer.alloc(4); part.writeUInt32LE(value); return this.raw(part); }
  f32(value: number): this { const part = Buffer.alloc(4); part.writeFloatLE(value); return this.raw(part); }
  u64(value: number): this { const part = Buffer.alloc(8); part.writeBigUInt64LE(BigInt(value)); return this.raw(part); }
  text(value: string): this { const part = Buffer.from(value); return this.u64(part.length).raw(part); }
  done(): Buffer { return Buffer.concat(this.#parts); }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, size: { type: 'string', default: 'tiny' }, seed: { type: 'string', default: '1' }, voice: { type: 'string', default: 'letters' }, says: { type: 'string', default: '' }, embedder: { type: 'boolean', default: false } } });
  if (!(values.size in SHAPES)) throw new Error(`--size is ${Object.keys(SHAPES).join(' or ')}`);
  const size = values.size as TinySize;
  console.log(writeTinyGguf({ file: values.out ?? join(tmpdir(), `role-accel-${size}.gguf`), size, seed: Number(values.seed), voice: values.voice as TinyVoice, says: values.says, embedder: values.embedder }));
}
