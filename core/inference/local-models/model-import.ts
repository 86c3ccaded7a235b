import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { access, constants, realpath, rm, stat, truncate } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { EngineError } from '../../contract/errors.ts';
import { megabytes } from './download-problem.ts';
import type { ModelInstaller } from './model-installer.ts';
import { hashFile, openPart } from './part-file.ts';

interface OpenImport { name: string; bytes: number; file: string; received: number; /** Slices are written one after the other. */ turn: Promise<unknown>; ended: boolean }

/** How long a copy that was left alone is kept. */
const KEEP_MS = 3_600_000;

/** Brings the person's own GGUF files in: copied slice by slice, or used where they lie. */
export class ModelImport {
  readonly #parts: { installer: ModelInstaller; folder: string; freeBytes: () => number; floorBytes: number };
  readonly #open = new Map<string, OpenImport>();
  readonly #closing = new AbortController();

  constructor(parts: { installer: ModelInstaller; folder: string; freeBytes: () => number; floorBytes: number }) {
    this.#parts = parts;
    this.#removeOld();
  }

  /** The same name and size go on where the copy stopped. @throws EngineError DOWNLOAD_NO_SPACE, STORAGE_FAILED */
  async start({ name, bytes }: { name: string; bytes: number }): Promise<{ importId: string; receivedBytes: number }> {
    this.#removeOld();
    const importId = `import-${createHash('sha256').update(`${bytes} ${name}`).digest('hex').slice(0, 16)}`;
    const known = this.#open.get(importId);
    if (known) {
      await known.turn;
      if (!known.ended) return { importId, receivedBytes: known.received };
    }
    const file = join(this.#partial(), `${importId}.copy`);
    const onDisk = (await stat(file).catch(() => undefined))?.size ?? 0;
    const received = onDisk > bytes ? 0 : onDisk;
    const needed = bytes - received + this.#parts.floorBytes;
    const free = this.#parts.freeBytes();
    if (free < needed) throw new EngineError('DOWNLOAD_NO_SPACE', { name, freeMb: megabytes(free), neededMb: megabytes(needed) });
    await writing(async () => {
      mkdirSync(this.#partial(), { recursive: true });
      await (await openPart(file)).close();
      if (received !== onDisk) await truncate(file, received);
    });
    this.#open.set(importId, { name, bytes, file, received, turn: Promise.resolve(), ended: false });
    return { importId, receivedBytes: received };
  }

  /** A slice that was written before is taken as done, so that a lost reply can be sent again. @throws EngineError IMPORT_LOST, INPUT_INVALID, STORAGE_FAILED */
  async chunk({ importId, offset, chunk }: { importId: string; offset: number; chunk: Blob }): Promise<{ receivedBytes: number }> {
    return this.#inTurn(importId, async (copy) => {
      if (offset + chunk.size <= copy.received) return { receivedBytes: copy.received };
      if (offset !== copy.received) throw new EngineError('INPUT_INVALID', { reason: `the next slice of this file begins at ${copy.received}, not at ${offset}.` });
      if (offset + chunk.size > copy.bytes) throw new EngineError('INPUT_INVALID', { reason: `the file was said to have ${copy.bytes} bytes; this slice goes beyond.` });
      const data = new Uint8Array(await chunk.arrayBuffer());
      await writing(async () => {
        const file = await openPart(copy.file);
        try {
          for (let written = 0; written < data.length;) written += (await file.write(data, written, data.length - written, offset + written)).bytesWritten;
        } finally { await file.close(); }
      });
      copy.received += data.length;
      return { receivedBytes: copy.received };
    });
  }

  /** Checks the copy and makes it usable; returns its model id. @throws EngineError IMPORT_LOST, INPUT_INVALID, MODEL_UNREADABLE */
  async finish(importId: string): Promise<string> {
    return this.#inTurn(importId, async (copy) => {
      const size = (await stat(copy.file).catch(() => undefined))?.size ?? 0;
      if (copy.received !== copy.bytes || size !== copy.bytes) throw new EngineError('INPUT_INVALID', { reason: `${size} of ${copy.bytes} bytes have arrived.` });
      try {
        const modelId = await this.#parts.installer.installImport(copy.file, copy.name, await hashFile(copy.file, this.#closing.signal));
        this.#end(importId, copy);
        return modelId;
      } catch (error) {
        if (error instanceof EngineError && error.code === 'MODEL_UNREADABLE') await this.#discard(importId, copy);
        throw error;
      }
    });
  }

  /** Stops and removes the copy; an import that is not open is no fault. */
  async cancel(importId: string): Promise<void> {
    if (!this.#open.has(importId)) return;
    await this.#inTurn(importId, (copy) => this.#discard(importId, copy));
  }

  /** A file where it lies; returns its model id. @throws EngineError MODEL_UNREADABLE */
  async addFile(path: string): Promise<string> {
    const unreadable = (reason: string): EngineError => new EngineError('MODEL_UNREADABLE', { reason });
    if (!isAbsolute(path)) throw unreadable('the whole path is needed, from the root of the disk on.');
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) throw unreadable('there is no such file.');
    const found = await stat(real);
    if (found.isDirectory()) throw unreadable('it is a folder.');
    if (!found.isFile()) throw unreadable('it is no file.');
    await access(real, constants.R_OK).catch(() => { throw unreadable('this account may not read it.'); });
    return this.#parts.installer.installInPlace(real);
  }

  partialBytes(): number { return [...this.#open.values()].reduce((sum, copy) => sum + copy.received, 0); }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#open.values()].map(({ turn }) => turn));
  }

  async #inTurn<Result>(importId: string, work: (copy: OpenImport) => Promise<Result>): Promise<Result> {
    const copy = this.#open.get(importId);
    if (!copy) throw new EngineError('IMPORT_LOST');
    const done = copy.turn.then(() => {
      if (copy.ended || this.#closing.signal.aborted) throw new EngineError('IMPORT_LOST');
      return work(copy);
    });
    copy.turn = done.catch(() => {});
    return done;
  }

  #end(importId: string, copy: OpenImport): void {
    copy.ended = true;
    this.#open.delete(importId);
  }
  async #discard(importId: string, copy: OpenImport): Promise<void> {
    this.#end(importId, copy);
    await rm(copy.file, { force: true });
  }

  #partial(): string { return join(this.#parts.folder, 'partial'); }

  /** Copies nobody went on with. File times are the system's, so they are compared with the system's clock. */
  #removeOld(): void {
    try {
      for (const name of readdirSync(this.#partial())) {
        const file = join(this.#partial(), name);
        if (name.endsWith('.copy') && !this.#open.has(name.slice(0, -'.copy'.length)) && Date.now() - statSync(file).mtimeMs > KEEP_MS) rmSync(file, { force: true });
      }
    } catch {
      // No folder yet, or one that cannot be read: `start` says so in words.
    }
  }
}

/** Names what the disk refused. */
async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try { return await work(); } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw code === 'ENOSPC' ? new EngineError('STORAGE_FULL', { neededMb: 100 }, { cause: error }) : new EngineError('STORAGE_FAILED', { reason: code }, { cause: error });
  }
}
