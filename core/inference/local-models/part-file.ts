import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

/** A piece of a file that is on disk, with the hash of what was written. */
export const chunksSchema = z.array(z.strictObject({ at: z.number().int().min(0), bytes: z.number().int().positive(), sha256: z.string() }));
export type Chunk = z.infer<typeof chunksSchema>[number];

/** Small enough that hashing one piece holds the event loop for about a millisecond. */
const PIECE_BYTES = 512 * 1024;

/** What is still missing of `total` bytes, in order. `to` is exclusive. */
export function missingRanges(chunks: readonly Chunk[], total: number): { from: number; to: number }[] {
  const missing: { from: number; to: number }[] = [];
  let at = 0;
  for (const chunk of chunks.toSorted((a, b) => a.at - b.at)) {
    if (chunk.at > at) missing.push({ from: at, to: chunk.at });
    at = Math.max(at, chunk.at + chunk.bytes);
  }
  if (at < total) missing.push({ from: at, to: total });
  return missing;
}

export const bytesOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);

/** Opens a file for writing anywhere in it; made when it is not there, kept when it is. */
export async function openPart(path: string): Promise<FileHandle> {
  try { return await open(path, 'r+'); } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'wx+', 0o600);
  }
}

/** The chunks whose bytes on disk still have the hash they were written with. `onVerified` hears of bytes as they pass. */
export async function verifyChunks(file: FileHandle, chunks: readonly Chunk[], signal: AbortSignal, onVerified: (bytes: number) => void): Promise<Chunk[]> {
  const sound: Chunk[] = [];
  for (const chunk of chunks) {
    const hash = createHash('sha256');
    const read = await readPieces(file, chunk.at, chunk.bytes, signal, (piece) => { hash.update(piece); });
    if (read !== chunk.bytes || hash.digest('hex') !== chunk.sha256) continue;
    sound.push(chunk);
    onVerified(chunk.bytes);
  }
  return sound;
}

/** SHA-256 of a whole file, read in small pieces so that nothing else has to wait. */
export async function hashFile(path: string, signal: AbortSignal, onRead: (bytes: number) => void = () => {}): Promise<string> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    await readPieces(file, 0, Number.POSITIVE_INFINITY, signal, (piece) => { hash.update(piece); onRead(piece.length); });
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

async function readPieces(file: FileHandle, at: number, bytes: number, signal: AbortSignal, take: (piece: Uint8Array) => void): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, bytes));
  let done = 0;
  while (done < bytes) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, bytes - done), at + done);
    if (bytesRead === 0) break;
    take(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  return done;
}

/** Writes one run of bytes into a file and tells each chunk that is complete. */
export class ChunkWriter {
  readonly #file: FileHandle;
  readonly #chunkBytes: number;
  readonly #onChunk: (chunk: Chunk) => void;
  #start: number;
  #bytes = 0;
  #hash: Hash = createHash('sha256');

  constructor(file: FileHandle, at: number, chunkBytes: number, onChunk: (chunk: Chunk) => void) {
    this.#file = file;
    this.#start = at;
    this.#chunkBytes = chunkBytes;
    this.#onChunk = onChunk;
  }

  /** Where the next byte goes. */
  get at(): number { return this.#start + this.#bytes; }
  /** Written, but not yet part of a chunk that was told. */
  get pending(): number { return this.#bytes; }

  async write(piece: Uint8Array): Promise<void> {
    for (let from = 0; from < piece.length;) {
      const part = piece.subarray(from, from + Math.min(PIECE_BYTES, this.#chunkBytes - this.#bytes));
      for (let written = 0; written < part.length;) written += (await this.#file.write(part, written, part.length - written, this.at + written)).bytesWritten;
      this.#hash.update(part);
      this.#bytes += part.length;
      from += part.length;
      if (this.#bytes === this.#chunkBytes) this.flush();
    }
  }

  /** Makes a chunk of what was written since the last one, so that it need not be fetched again. */
  flush(): void {
    if (this.#bytes === 0) return;
    const chunk = { at: this.#start, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
    this.#start += this.#bytes;
    this.#bytes = 0;
    this.#hash = createHash('sha256');
    this.#onChunk(chunk);
  }
}
