import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../../../contract/errors.ts';

type Scalar = string | number | boolean;
/** What stands at the beginning of a GGUF file. Long lists (vocabularies) are counted, not kept. */
export interface GgufHeader {
  version: number;
  fields: ReadonlyMap<string, Scalar | number[] | { listOf: number }>;
  tensors: { name: string; elements: number; type: number }[];
  fileBytes: number;
}

const MAGIC = 0x46554747; // "GGUF"
const CHUNK = 1 << 20;
/** A header of the largest vocabularies known is about 20 MB. */
const LONGEST_HEADER = 256 << 20;
const LONGEST_TEXT = 16 << 20;
const MOST_FIELDS = 100_000;
const SCALAR_BYTES: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const TEXT = 8;
const LIST = 9;
/** Lists up to this length are kept: numbers per layer, not vocabularies. */
const KEPT_LIST = 512;
/** ggml's storage types: weights per block and bytes per block (ggml-common.h); a type that is not here is not checked for length. */
const BLOCKS: Record<number, readonly [weights: number, bytes: number]> = {
  0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36], 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210], 15: [256, 292],
  16: [256, 66], 17: [256, 74], 18: [256, 98], 19: [256, 50], 20: [32, 18], 21: [256, 110], 22: [256, 82], 23: [256, 136], 24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8], 29: [256, 56], 30: [1, 2], 39: [32, 17],
};

const unreadable = (reason: string): EngineError => new EngineError('MODEL_UNREADABLE', { reason });

/**
 * Reads the header of a GGUF file (versions 2 and 3) without loading llama.cpp, and checks that the file is as long as the header says.
 * Every number in the file is distrusted.
 * @throws EngineError MODEL_UNREADABLE
 */
export async function readGgufHeader(file: string): Promise<GgufHeader> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => { throw unreadable(error.code === 'ENOENT' ? 'the file does not exist.' : `it cannot be opened (${error.code ?? 'unknown'}).`); });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw unreadable('it is not a file.');
    return await parse(new HeaderReader(handle, stat.size), stat.size);
  } finally { await handle.close(); }
}

async function parse(reader: HeaderReader, fileBytes: number): Promise<GgufHeader> {
  if (fileBytes === 0) throw unreadable('it is empty.');
  if (fileBytes < 24 || await reader.u32() !== MAGIC) throw unreadable('it does not begin like a GGUF file.');
  const version = await reader.u32();
  if (version !== 2 && version !== 3) throw unreadable(`its GGUF version is ${version}, and 2 and 3 can be read.`);
  const tensorCount = await reader.u64();
  const fieldCount = await reader.u64();
  if (tensorCount > MOST_FIELDS || fieldCount > MOST_FIELDS) throw unreadable('its header is damaged.');
  const fields = new Map<string, Scalar | number[] | { listOf: number }>();
  for (let index = 0; index < fieldCount; index++) {
    const key = await reader.text();
    fields.set(key, await readValue(reader, await reader.u32()));
  }
  const tensors: GgufHeader['tensors'] = [];
  const alignment = Number(fields.get('general.alignment') ?? 32);
  if (!(alignment >= 1 && alignment <= 65_536)) throw unreadable('its header is damaged.');
  let dataBytes = 0;
  for (let index = 0; index < tensorCount; index++) {
    const name = await reader.text();
    const dimensions = await reader.u32();
    if (dimensions > 8) throw unreadable('its header is damaged.');
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) elements *= await reader.u64();
    const type = await reader.u32();
    const offset = await reader.u64();
    const block = BLOCKS[type];
    dataBytes = Math.max(dataBytes, offset + (block ? Math.ceil(elements / block[0]) * block[1] : 0));
    tensors.push({ name, elements, type });
  }
  const expected = Math.ceil(reader.position / alignment) * alignment + dataBytes;
  if (expected > fileBytes) throw unreadable(`it is cut off: ${fileBytes} of ${expected} bytes are here.`);
  return { version, fields, tensors, fileBytes };
}

async function readValue(reader: HeaderReader, type: number): Promise<Scalar | number[] | { listOf: number }> {
  if (type === TEXT) return reader.text();
  if (type !== LIST) return reader.scalar(type);
  const itemType = await reader.u32();
  const length = await reader.u64();
  if (itemType === TEXT) {
    await reader.skipTexts(length);
    return { listOf: length };
  }
  const size = SCALAR_BYTES[itemType];
  if (size === undefined) throw unreadable('its header holds a list of an unknown kind.');
  if (length > KEPT_LIST) { reader.skip(length * size); return { listOf: length }; }
  const items: number[] = [];
  for (let index = 0; index < length; index++) items.push(Number(await reader.scalar(itemType)));
  return items;
}

/** Reads forward through a file, a chunk at a time; only reaching a new chunk costs a turn of the event loop. */
class HeaderReader {
  readonly #handle: FileHandle;
  readonly #fileBytes: number;
  #chunk = Buffer.alloc(0);
  #chunkStart = 0;
  position = 0;

  constructor(handle: FileHandle, fileBytes: number) {
    this.#handle = handle;
    this.#fileBytes = fileBytes;
  }

  async u32(): Promise<number> { return this.#take(4)?.readUInt32LE() ?? (await this.#load(4)).readUInt32LE(); }
  async u64(): Promise<number> {
    const value = Number((this.#take(8) ?? await this.#load(8)).readBigUInt64LE());
    if (!Number.isSafeInteger(value)) throw unreadable('its header is damaged.');
    return value;
  }

  async text(): Promise<string> {
    const length = await this.u64();
    if (length > LONGEST_TEXT) throw unreadable('its header is damaged.');
    return (this.#take(length) ?? await this.#load(length)).toString('utf8');
  }

  /** Without a turn of the event loop per text: a vocabulary has 150,000 of them. */
  async skipTexts(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const length = Number((this.#take(8) ?? await this.#load(8)).readBigUInt64LE());
      if (!(length <= LONGEST_TEXT)) throw unreadable('its header is damaged.');
      this.skip(length);
    }
  }

  skip(bytes: number): void {
    this.position += bytes;
    if (this.position > this.#fileBytes) throw unreadable('it is cut off in its header.');
  }

  async scalar(type: number): Promise<Scalar> {
    const size = SCALAR_BYTES[type];
    if (size === undefined) throw unreadable('its header holds a value of an unknown kind.');
    const bytes = this.#take(size) ?? await this.#load(size);
    switch (type) {
      case 0: return bytes.readUInt8();
      case 1: return bytes.readInt8();
      case 2: return bytes.readUInt16LE();
      case 3: return bytes.readInt16LE();
      case 4: return bytes.readUInt32LE();
      case 5: return bytes.readInt32LE();
      case 6: return bytes.readFloatLE();
      case 7: return bytes.readUInt8() !== 0;
      case 10: return Number(bytes.readBigUInt64LE());
      case 11: return Number(bytes.readBigInt64LE());
      default: return bytes.readDoubleLE();
    }
  }

  #take(bytes: number): Buffer | undefined {
    const from = this.position - this.#chunkStart;
    if (from < 0 || from + bytes > this.#chunk.length) return undefined;
    this.position += bytes;
    return this.#chunk.subarray(from, from + bytes);
  }

  async #load(bytes: number): Promise<Buffer> {
    if (this.position + bytes > this.#fileBytes) throw unreadable('it is cut off in its header.');
    if (this.position > LONGEST_HEADER) throw unreadable('its header is far too long.');
    const chunk = Buffer.alloc(Math.max(bytes, Math.min(CHUNK, this.#fileBytes - this.position)));
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.position);
    this.#chunk = chunk.subarray(0, bytesRead);
    this.#chunkStart = this.position;
    const taken = this.#take(bytes);
    if (!taken) throw unreadable('it is cut off in its header.');
    return taken;
  }
}
