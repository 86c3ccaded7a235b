import { mkdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../contract/errors.ts';
import type { Download } from '../../contract/models.ts';
import { beginsAnew, megabytes, noChecksum, triesAgain, type DownloadProblem } from './download-problem.ts';
import type { StoredDownload } from './download-repository.ts';
import type { HubClient, HubFile } from './hub-client.ts';
import { HUB_FAULTS, HubError } from './hub-error.ts';
import { bytesOf, ChunkWriter, hashFile, missingRanges, openPart, verifyChunks } from './part-file.ts';

/** How downloads behave; tests use small numbers. */
export interface DownloadOptions {
  /** What is verified and recorded at once. */
  chunkBytes: number;
  /** Without a byte for this long a connection is given up. */
  stallMs: number;
  /** Pauses before the tries after a failure; when all are used up without progress, the download is paused. */
  retryWaitsMs: readonly number[];
  /** A `Retry-After` above this pauses the download instead of waiting. */
  longestWaitMs: number;
  /** Disk that stays free. */
  floorBytes: number;
}
export const DOWNLOAD_DEFAULTS: DownloadOptions = { chunkBytes: 16 * 1024 * 1024, stallMs: 20_000, retryWaitsMs: [1_000, 3_000, 10_000, 30_000], longestWaitMs: 600_000, floorBytes: 512 * 1024 * 1024 };

/** What one download works with. */
export interface DownloadRunParts {
  hub: HubClient;
  options: DownloadOptions;
  name: string;
  url: string;
  partFile: string;
  /** Where a finished file of ours would be, if a crash fell between moving it and writing that down. */
  finishedFile: string;
  freeBytes: () => number;
  now: () => string;
  /** The record changed and is to be written. */
  save: () => void;
  show: (state: Download['state'], problem: DownloadProblem | null) => void;
  /** Bytes on disk and checked; `arrived` came over the network just now. */
  progress: (receivedBytes: number, arrived: number) => void;
}
/** A whole file whose bytes are right; it lies at `file`. */
export interface Fetched { file: string; sha256: string; checked: 'hub-checksum' | 'size-only' }

/** How often a download may begin again from the start before it is given up. */
const MAX_NEW_BEGINNINGS = 2;
/** With this much more on disk than ever before, failures are counted from the start again. */
const PROGRESS_BYTES = 1024 * 1024;
/** A server may say that it cannot go on in the middle; said once. */
const NO_RANGES = 'this server cannot go on in the middle of a file';

/**
 * Fetches one file: asks the hub what it is, verifies what is already on disk, fetches the rest, and checks the whole.
 * `stored` is kept up to date, so that another run can go on from it at any time.
 */
export class DownloadRun {
  readonly #parts: DownloadRunParts;
  readonly #stored: StoredDownload;
  readonly #signal: AbortSignal;
  #verified = false;
  #bodyEtag: string | undefined;
  #note: DownloadProblem | null = null;

  constructor(stored: StoredDownload, parts: DownloadRunParts, signal: AbortSignal) {
    this.#stored = stored;
    this.#parts = parts;
    this.#signal = signal;
  }

  /** @throws HubError, EngineError DOWNLOAD_NO_SPACE or DOWNLOAD_WRONG_BYTES, errors of the disk, the signal's reason */
  async run(): Promise<Fetched> {
    await mkdir(dirname(this.#parts.partFile), { recursive: true });
    const { retryWaitsMs, longestWaitMs, chunkBytes } = this.#parts.options;
    const progressBytes = Math.min(chunkBytes, PROGRESS_BYTES);
    let failures = 0;
    let furthest = 0;
    for (let beginnings = 0; ;) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (!(error instanceof HubError) || this.#signal.aborted) throw error;
        if ((error.fault === 'changed' || error.fault === 'wrong-size') && beginnings < MAX_NEW_BEGINNINGS) {
          beginnings++;
          this.#forget(error.fault === 'changed' ? 'the file on the hub has changed' : HUB_FAULTS['wrong-size'].reason);
          continue;
        }
        const received = bytesOf(this.#stored.chunks);
        if (received >= furthest + progressBytes) {
          failures = 0;
          furthest = received;
        }
        const waitMs = Math.max(retryWaitsMs[failures++] ?? Infinity, error.retryAfterMs ?? 0);
        if (!HUB_FAULTS[error.fault].retry || waitMs > longestWaitMs) throw error;
        this.#parts.show('waiting', triesAgain(error.reason, waitMs, this.#parts.now()));
        await sleep(waitMs, undefined, { signal: this.#signal });
      }
    }
  }

  async #attempt(): Promise<Fetched> {
    const { hub, url, finishedFile } = this.#parts;
    this.#parts.show('running', this.#note);
    const file = await hub.describe(url, this.#signal);
    this.#reconcile(file);
    this.#parts.show('running', this.#note);
    const finished = await this.#finishedBefore(finishedFile);
    if (finished) return finished;
    const part = await openPart(this.#parts.partFile);
    try {
      if (!this.#verified) await this.#verify(part);
      this.#checkSpace(file.bytes);
      for (let missing = this.#missing(); missing; missing = this.#missing()) await this.#fetch(part, missing.from, missing.to, file.bytes);
      await part.truncate(file.bytes);
      await part.sync();
    } finally {
      await part.close();
    }
    return this.#checkWhole();
  }

  #missing() { return missingRanges(this.#stored.chunks, this.#stored.totalBytes ?? 0)[0]; }

  /** Takes over what the hub says now, and drops what is on disk when it belongs to another file. */
  #reconcile(file: HubFile): void {
    const stored = this.#stored;
    if (stored.totalBytes !== null && bytesOf(stored.chunks) > 0) {
      const bothHave = stored.sha256 !== null && file.sha256 !== null;
      // With a checksum from either side the check at the end decides; without any, only an unchanged etag of the same address can tell.
      const same = stored.totalBytes === file.bytes && (bothHave ? stored.sha256 === file.sha256 : stored.sha256 !== null || file.sha256 !== null || (file.etag !== null && stored.etag === file.etag && stored.url === this.#parts.url));
      if (!same) this.#forget('the file on the hub has changed since');
    }
    const mayKeepSha = stored.totalBytes === file.bytes && bytesOf(stored.chunks) > 0;
    Object.assign(stored, { url: this.#parts.url, totalBytes: file.bytes, etag: file.etag, sha256: file.sha256 ?? (mayKeepSha ? stored.sha256 : null) });
    if (stored.sha256 === null) this.#note ??= noChecksum(this.#parts.now());
    this.#parts.save();
    this.#parts.progress(bytesOf(stored.chunks), 0);
  }

  /** Begins again from the start, and says why. */
  #forget(reason: string): void {
    this.#stored.chunks = [];
    this.#stored.sha256 = null;
    this.#bodyEtag = undefined;
    this.#say(reason);
  }
  #say(reason: string): void {
    this.#note = beginsAnew(reason, this.#parts.now());
    this.#parts.save();
    this.#parts.progress(0, 0);
  }

  async #verify(part: FileHandle): Promise<void> {
    this.#verified = true;
    const before = this.#stored.chunks.length;
    if (before === 0) return;
    this.#parts.show('checking', this.#note);
    let verified = 0;
    this.#stored.chunks = await verifyChunks(part, this.#stored.chunks, this.#signal, (bytes) => this.#parts.progress(verified += bytes, 0));
    if (this.#stored.chunks.length !== before) this.#parts.save();
    this.#parts.progress(verified, 0);
    this.#parts.show('running', this.#note);
  }

  #checkSpace(totalBytes: number): void {
    const needed = totalBytes - bytesOf(this.#stored.chunks) + this.#parts.options.floorBytes;
    const free = this.#parts.freeBytes();
    if (free < needed) throw new EngineError('DOWNLOAD_NO_SPACE', { name: this.#parts.name, freeMb: megabytes(free), neededMb: megabytes(needed) });
  }

  async #fetch(part: FileHandle, from: number, to: number, totalBytes: number): Promise<void> {
    const { hub, url, options, progress, save } = this.#parts;
    const stored = this.#stored;
    const body = await hub.open(url, from, to, this.#bodyEtag, this.#signal);
    const otherFile = body.promised.sha256 !== undefined && stored.sha256 !== null && body.promised.sha256 !== stored.sha256;
    const otherSize = (body.wholeBytes ?? totalBytes) !== totalBytes || (body.promised.bytes ?? totalBytes) !== totalBytes;
    if (otherFile || otherSize) {
      await body.cancel();
      throw new HubError(otherFile ? 'changed' : 'wrong-size');
    }
    this.#bodyEtag = body.etag;
    if (body.from !== from) {
      stored.chunks = [];
      this.#say(NO_RANGES);
      this.#parts.show('running', this.#note);
    }
    const writer = new ChunkWriter(part, body.from, options.chunkBytes, (chunk) => { stored.chunks.push(chunk); save(); });
    try {
      for await (const piece of body.pieces) {
        await writer.write(piece);
        progress(bytesOf(stored.chunks) + writer.pending, piece.length);
      }
      // A server may send less than was asked for; the rest is asked for next. Nothing at all is a fault.
      if (writer.at === body.from) throw new HubError('lost');
    } finally {
      writer.flush();
    }
  }

  async #checkWhole(): Promise<Fetched> {
    const { partFile, name, show, progress } = this.#parts;
    const stored = this.#stored;
    show('checking', this.#note);
    let read = 0;
    const sha256 = await hashFile(partFile, this.#signal, (bytes) => progress(read += bytes, 0));
    if (stored.sha256 !== null && sha256 !== stored.sha256) {
      stored.chunks = [];
      throw new EngineError('DOWNLOAD_WRONG_BYTES', { name, reason: `its SHA-256 is ${sha256.slice(0, 12)}…, not ${stored.sha256.slice(0, 12)}….` });
    }
    return { file: partFile, sha256, checked: stored.sha256 === null ? 'size-only' : 'hub-checksum' };
  }

  async #finishedBefore(path: string): Promise<Fetched | undefined> {
    const { totalBytes, sha256 } = this.#stored;
    const found = await stat(path).catch(() => undefined);
    if (sha256 === null || !found?.isFile() || found.size !== totalBytes) return undefined;
    let read = 0;
    const found256 = await hashFile(path, this.#signal, (bytes) => this.#parts.progress(read += bytes, 0));
    return found256 === sha256 ? { file: path, sha256, checked: 'hub-checksum' } : undefined;
  }
}
