import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the hub does wrong; change it while the server runs. Counts go down with each use. */
export interface HubFaults {
  /** Ends the connection after so many bytes of a body, so many times. */
  cut?: { afterBytes: number; times: number } | undefined;
  /** Sends nothing more after so many bytes of a body, so many times. */
  hang?: { afterBytes: number; times: number } | undefined;
  /** Answers with a status instead, so many times; where: at the hub itself or at the storage behind it. */
  status?: { code: number; times: number; at: 'hub' | 'storage'; headers?: Record<string, string> } | undefined;
  /** One byte of the file is another than it should be. */
  wrongByteAt?: number | undefined;
  bytesPerSecond?: number | undefined;
  /** The whole file, whatever part was asked for. */
  noRanges?: boolean | undefined;
  /** No `X-Linked-*`, no checksum: a plain server without a redirect. `noEtag`: nor anything to recognise the file by. */
  plain?: boolean | undefined;
  noEtag?: boolean | undefined;
  /** The hub promises so many bytes more than there are. */
  promisedExtraBytes?: number | undefined;
  /** A part is shorter than asked for, and well-formed. */
  shortParts?: number | undefined;
  /** The file is replaced when so many bytes of it have been sent. */
  replaceAfter?: { bytes: number; by: Buffer } | undefined;
}
/** One request as it was answered. */
export interface HubRequest { method: string; path: string; range: string | undefined; status: number; sentBytes: number }

export interface TestHub {
  readonly url: string;
  readonly faults: HubFaults;
  readonly requests: HubRequest[];
  /** Bytes of bodies sent since the last call. */
  takeSentBytes(): number;
  put(path: string, bytes: Buffer): void;
  /** Ends every connection that is open now. */
  drop(): void;
  close(): Promise<void>;
}

/**
 * Plays the hub on loopback: `/<owner>/<name>/resolve/main/<file>` redirects to a storage under `/storage/`, with size and SHA-256 in the
 * redirect's headers, and the storage knows ranges.
 * @param files by `<owner>/<name>/<file>`
 */
export async function startHub(files: Record<string, Buffer>): Promise<TestHub> {
  const stored = new Map(Object.entries(files));
  const faults: HubFaults = {};
  const requests: HubRequest[] = [];
  let taken = 0;
  const sent = (): number => requests.reduce((sum, { sentBytes }) => sum + sentBytes, 0);

  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    const record: HubRequest = { method: request.method ?? 'GET', path, range: request.headers.range, status: 0, sentBytes: 0 };
    requests.push(record);
    answer(request, response, path, record).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse, path: string, record: HubRequest): Promise<void> {
    const head = (status: number, headers: Record<string, string | number>): void => { record.status = status; response.writeHead(status, headers); };
    const atStorage = path.startsWith('/storage/');
    const refusal = faults.status;
    if (refusal && refusal.times > 0 && (refusal.at === 'storage') === atStorage) {
      refusal.times--;
      head(refusal.code, { 'content-length': 0, ...refusal.headers });
      response.end();
      return;
    }
    const key = atStorage ? path.slice('/storage/'.length) : path.slice(1).replace('/resolve/main/', '/');
    const bytes = stored.get(key);
    if (!bytes) { head(404, { 'content-length': 0 }); response.end(); return; }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!atStorage && !faults.plain) {
      head(302, { 'location': `/storage/${key}`, 'x-linked-size': bytes.length + (faults.promisedExtraBytes ?? 0), 'x-linked-etag': `"${sha256}"`, 'x-repo-commit': 'c0ffee', 'content-length': 0 });
      response.end();
      return;
    }
    const etag = `"storage-${sha256.slice(0, 8)}"`;
    const range = faults.noRanges ? undefined : usableRange(request, etag);
    const from = range?.from ?? 0;
    const to = Math.min(bytes.length, range?.to ?? bytes.length, faults.shortParts === undefined ? Infinity : from + faults.shortParts);
    const general = { 'content-length': to - from, ...(faults.noEtag ? {} : { etag }), ...(faults.noRanges ? {} : { 'accept-ranges': 'bytes' }) };
    if (range && from >= bytes.length) { head(416, { 'content-length': 0, 'content-range': `bytes */${bytes.length}` }); response.end(); return; }
    head(range ? 206 : 200, range ? { ...general, 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` } : general);
    if (request.method === 'HEAD') { response.end(); return; }
    await send(response, bytes, from, to, record);
    const replace = faults.replaceAfter;
    if (replace && sent() >= replace.bytes) { stored.set(key, replace.by); faults.replaceAfter = undefined; }
  }

  async function send(response: ServerResponse, bytes: Buffer, from: number, to: number, record: HubRequest): Promise<void> {
    const body = Buffer.from(bytes.subarray(from, to));
    const wrong = faults.wrongByteAt;
    if (wrong !== undefined && wrong >= from && wrong < to) body[wrong - from] = (body[wrong - from] ?? 0) ^ 0xff;
    const limit = faults.cut && faults.cut.times-- > 0 ? faults.cut.afterBytes : faults.hang && faults.hang.times-- > 0 ? faults.hang.afterBytes : Infinity;
    const ends = limit < body.length ? (faults.cut && faults.cut.times >= 0 ? 'cut' : 'hang') : 'whole';
    const last = Math.min(body.length, limit);
    const step = faults.bytesPerSecond === undefined ? 65_536 : Math.max(1, Math.floor(faults.bytesPerSecond / 50));
    for (let at = 0; at < last && !response.destroyed; at += step) {
      const piece = body.subarray(at, Math.min(last, at + step));
      record.sentBytes += piece.length;
      if (!response.write(piece)) await drained(response);
      if (faults.bytesPerSecond !== undefined) await sleep(20);
    }
    if (ends === 'cut') { await sleep(5); response.destroy(); }
    else if (ends === 'whole') response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, requests,
    takeSentBytes() { const now = sent() - taken; taken += now; return now; },
    put: (path, bytes) => void stored.set(path, bytes),
    drop: () => server.closeAllConnections(),
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

/** Until the other side has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => { response.off('drain', done).off('close', done); resolve(); };
    response.once('drain', done).once('close', done);
  });
}

function usableRange(request: IncomingMessage, etag: string): { from: number; to: number } | undefined {
  const condition = request.headers['if-range'];
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range || (condition !== undefined && condition !== etag)) return undefined;
  return { from: Number(range[1]), to: range[2] === '' ? Infinity : Number(range[2]) + 1 };
}
