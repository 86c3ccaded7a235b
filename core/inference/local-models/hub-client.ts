import type { FetchFor } from '../provider-definition.ts';
import { HubError, hubErrorFromStatus, hubErrorFromThrown } from './hub-error.ts';

/** What the hub promises of a file before the first byte. */
export interface HubFile {
  bytes: number;
  /** Null when the hub gives no checksum. */
  sha256: string | null;
  etag: string | null;
}

/** A part of a file on its way. */
export interface HubBody {
  /** Where the bytes really begin: 0 when the server knows no ranges. */
  from: number;
  /** What the hub said of the file on the way to it. */
  promised: Partial<HubFile>;
  /** The size of the whole file by the server that sends it. */
  wholeBytes: number | undefined;
  etag: string | undefined;
  pieces: AsyncIterable<Uint8Array>;
  /** Ends it when the pieces are not wanted. */
  cancel(): Promise<void>;
}

const MAX_HOPS = 6;
const SHA256 = /^[0-9a-f]{64}$/;

/** The address of a file in a repository of the hub or of a mirror of it. */
export function hubUrl(base: string, { repository, revision, file }: { repository: string; revision: string; file: string }): string {
  return `${base.replace(/\/+$/, '')}/${repository}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * The hub over HTTP: asks what a file is, and fetches parts of it. Redirects are followed by hand, because the hub's own answer
 * (not that of the storage behind it) carries size and SHA-256: `X-Linked-Size`, `X-Linked-Etag`.
 * All failures are HubErrors, except an abort by the caller's signal, which throws its reason.
 */
export class HubClient {
  readonly #fetch: typeof globalThis.fetch;
  readonly #stallMs: number;

  constructor(fetchFor: FetchFor, stallMs: number) {
    this.#fetch = fetchFor('model download');
    this.#stallMs = stallMs;
  }

  /** @throws HubError */
  async describe(url: string, signal: AbortSignal): Promise<HubFile> {
    const guard = new StallGuard(signal, this.#stallMs);
    try {
      const { response, promised } = await this.#follow(url, 'HEAD', undefined, guard);
      await response.body?.cancel();
      if (response.status >= 400) throw hubErrorFromStatus(response.status, response.headers.get('retry-after'), Date.now());
      if (promised.bytes === undefined) throw new HubError('no-size');
      return { bytes: promised.bytes, sha256: promised.sha256 ?? null, etag: promised.etag ?? null };
    } catch (error) {
      throw guard.explain(error);
    } finally {
      guard.end();
    }
  }

  /**
   * Bytes `from` (inclusive) to `to` (exclusive) of the file. `etag` is that of an earlier part: if it is another file by now, this fails with `changed`.
   * @throws HubError
   */
  async open(url: string, from: number, to: number, etag: string | undefined, signal: AbortSignal): Promise<HubBody> {
    const guard = new StallGuard(signal, this.#stallMs);
    try {
      const headers: Record<string, string> = { range: `bytes=${from}-${to - 1}` };
      if (etag !== undefined && !etag.startsWith('W/')) headers['if-range'] = etag;
      const { response, promised } = await this.#follow(url, 'GET', headers, guard);
      const bodyEtag = response.headers.get('etag') ?? undefined;
      let wholeBytes: number | undefined;
      try {
        if (response.status !== 206 && response.status !== 200) throw hubErrorFromStatus(response.status, response.headers.get('retry-after'), Date.now());
        if (etag !== undefined && bodyEtag !== undefined && bodyEtag !== etag) throw new HubError('changed');
        if (response.status === 206) {
          const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
          if (!range || Number(range[1]) !== from) throw new HubError('unexpected', { status: 206 });
          if (range[2] !== '*') wholeBytes = Number(range[2]);
        } else wholeBytes = lengthOf(response.headers, 'content-length');
      } catch (error) {
        await response.body?.cancel().catch(() => {});
        throw error;
      }
      const begins = response.status === 206 ? from : 0;
      return {
        from: begins, promised, wholeBytes, etag: bodyEtag, pieces: pieces(response.body, to - begins, guard),
        async cancel() { guard.end(); await response.body?.cancel().catch(() => {}); },
      };
    } catch (error) {
      guard.end();
      throw guard.explain(error);
    }
  }

  async #follow(url: string, method: 'HEAD' | 'GET', headers: Record<string, string> | undefined, guard: StallGuard): Promise<{ response: Response; promised: Partial<HubFile> }> {
    let at = new URL(url);
    const linked: Partial<HubFile> = {};
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const response = await this.#fetch(at, { method, redirect: 'manual', signal: guard.signal, headers: { 'accept-encoding': 'identity', ...headers } });
      guard.touch();
      readLinked(response.headers, linked);
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null || (method === 'HEAD' && linked.bytes !== undefined && linked.sha256 != null)) {
        return { response, promised: response.ok && method === 'HEAD' ? { ...plain(response.headers), ...linked } : linked };
      }
      await response.body?.cancel();
      const next = new URL(location, at);
      if (!/^https?:$/.test(next.protocol)) throw new HubError('unexpected', { status: response.status });
      if (at.protocol === 'https:' && next.protocol === 'http:') throw new HubError('insecure');
      at = next;
    }
    throw new HubError('unexpected');
  }
}

/** What the hub itself says of a large file, in any of its answers. */
function readLinked(headers: Headers, into: Partial<HubFile>): void {
  const bytes = lengthOf(headers, 'x-linked-size');
  if (bytes !== undefined) into.bytes = bytes;
  const etag = headers.get('x-linked-etag');
  if (etag !== null) Object.assign(into, readEtag(etag));
}

/** What a server says that is no hub: a plain file behind HTTP. */
function plain(headers: Headers): Partial<HubFile> {
  const bytes = lengthOf(headers, 'content-length');
  const etag = headers.get('etag');
  return { ...(bytes === undefined ? {} : { bytes }), ...(etag === null ? {} : readEtag(etag)) };
}

/** An etag is a checksum only when it looks like one. */
function readEtag(etag: string): Partial<HubFile> {
  const sha256 = etag.replace(/^W\//, '').replaceAll('"', '').toLowerCase();
  return SHA256.test(sha256) ? { etag, sha256 } : { etag };
}

function lengthOf(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** The body in the pieces it arrives in, at most `limit` bytes of it. */
async function* pieces(body: ReadableStream<Uint8Array> | null, limit: number, guard: StallGuard): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  let left = limit;
  try {
    while (reader && left > 0) {
      const { done, value } = await reader.read();
      guard.touch();
      if (done) return;
      yield value.length > left ? value.subarray(0, left) : value;
      left -= value.length;
    }
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
    await reader?.cancel().catch(() => {});
  }
}

/** Gives a connection up when nothing arrives for a time, as after a lost line or the sleep of the machine. */
class StallGuard {
  readonly signal: AbortSignal;
  readonly #stalled = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  constructor(caller: AbortSignal, stallMs: number) {
    caller.throwIfAborted();
    this.#caller = caller;
    this.signal = AbortSignal.any([caller, this.#stalled.signal]);
    this.#timer = setTimeout(() => this.#stalled.abort(), stallMs);
  }
  touch(): void { this.#timer.refresh(); }
  end(): void { clearTimeout(this.#timer); }
  explain(error: unknown): unknown {
    if (this.#caller.aborted) return this.#caller.reason;
    return this.#stalled.signal.aborted ? new HubError('stalled') : hubErrorFromThrown(error);
  }
}
