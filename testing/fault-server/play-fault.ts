import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { HUGE_BYTES, type FaultName } from './faults.ts';
import type { Wire } from './wire.ts';

/** The normal answer of a request, and where it goes. */
export interface Played {
  response: ServerResponse;
  wire: Wire;
  contentType: string;
  /** Events of a stream, or the one body. */
  parts: string[];
  /** Between two events. */
  paceMs: number;
  /** Bytes in one write; undefined writes an event at a time. */
  writeBytes: number | undefined;
  retryAfter: string | undefined;
}

const PORTAL = '<!doctype html><html><head><title>Sign in to the network</title></head><body><form action="/login"></form></body></html>';
const MEGABYTE = 'x'.repeat(1_000_000);

/** Plays a request's answer with a fault, or without. Resolves when the server has done its part. */
export async function playFault(fault: FaultName | null, played: Played): Promise<void> {
  const { response, wire, parts } = played;
  const refusal = fault === null ? undefined : wire.refusals[fault];
  if (fault === 'huge-error') return sendHuge(played, refusal?.status ?? 500, 'application/json', '{"error":{"type":"server_error","message":"', () => MEGABYTE);
  if (refusal) {
    const headers = played.retryAfter === undefined ? refusal.headers : { ...refusal.headers, 'retry-after': played.retryAfter };
    return finish(response, refusal.status, 'application/json', JSON.stringify(refusal.body), headers);
  }
  const half = halfOf(parts);
  switch (fault) {
    case 'refused': case 'reset': response.socket?.resetAndDestroy(); return;
    case 'hang-before-headers': return;
    case 'wrong-content-type': return finish(response, 200, 'text/html; charset=utf-8', PORTAL);
    case 'redirect': return finish(response, 302, 'text/html; charset=utf-8', PORTAL, { location: '/login' });
    case 'hang-mid-stream': return send(played, half);
    // What is not yet sent when the socket is destroyed would be lost with it.
    case 'cut-mid-stream': await send(played, half); await pause(30); response.destroy(); return;
    case 'end-mid-stream': await send(played, half); response.end(); return;
    case 'error-mid-stream': await send(played, [...half, ...wire.brokenOff()]); response.end(); return;
    case 'malformed-sse': await send(played, [...half, `${wire.textEvent('cut').slice(0, -20)}\n\n`, ...parts.slice(half.length)]); response.end(); return;
    case 'truncated-json': await send(played, [...half, (parts[half.length] ?? parts.at(-1) ?? '').slice(0, 40)]); response.end(); return;
    case 'one-byte-a-second': await sendBytes(played, parts.join(''), 1, 1_000); response.end(); return;
    case 'huge-answer': return sendHuge(played, 200, played.contentType, parts[0] ?? '', () => wire.textEvent('many words '.repeat(3_000)));
    case 'huge-line': return sendHuge(played, 200, played.contentType, `${parts[0] ?? ''}data: {"text":"`, () => MEGABYTE);
    default: await send(played, parts); response.end();
  }
}

/** The events before the middle, or half of the one body. */
function halfOf(parts: string[]): string[] {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? [only.slice(0, Math.floor(only.length / 2))] : parts.slice(0, Math.floor(parts.length / 2));
}

async function send(played: Played, parts: string[]): Promise<void> {
  const { response, paceMs, writeBytes } = played;
  if (writeBytes !== undefined) return sendBytes(played, parts.join(''), writeBytes, paceMs);
  begin(response, 200, played.contentType);
  for (const part of parts) {
    if (paceMs > 0) await pause(paceMs);
    if (response.destroyed) return;
    if (!response.write(part)) await drained(response);
  }
}

async function sendBytes({ response, contentType }: Played, text: string, bytesPerWrite: number, paceMs: number): Promise<void> {
  begin(response, 200, contentType);
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length && !response.destroyed; from += bytesPerWrite) {
    response.write(bytes.subarray(from, from + bytesPerWrite));
    // A turn of the event loop between two writes makes them two chunks for the reader.
    await (paceMs > 0 ? pause(paceMs) : new Promise((resume) => { setImmediate(resume); }));
  }
}

async function sendHuge({ response }: Played, status: number, contentType: string, opening: string, more: () => string): Promise<void> {
  begin(response, status, contentType);
  response.write(opening);
  for (let sent = 0; sent < HUGE_BYTES && !response.destroyed;) {
    const part = more();
    sent += part.length;
    if (!response.write(part)) await drained(response);
  }
  response.end();
}

/** The one who reads has caught up, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resume) => {
    const done = (): void => { response.off('drain', done).off('close', done); resume(); };
    response.on('drain', done).on('close', done);
  });
}

function begin(response: ServerResponse, status: number, contentType: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-cache', 'x-request-id': 'req_000000000000000000000000' });
  response.flushHeaders();
}

function finish(response: ServerResponse, status: number, contentType: string, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-type': contentType });
  response.end(body);
}
