/** Header lines as undici hands them over: an object, or names and values in turn. */
type Headers = Iterable<unknown> | Readonly<Record<string, unknown>> | null | undefined;

/**
 * Bytes of a request's first line and headers as HTTP/1.1 writes them, the host line included.
 * Together with the body these are what the ledger counts; chunk marks, TLS and TCP framing are not.
 */
export function requestHeadBytes(request: { method: string; path: string; headers?: Headers }, host: string): number {
  return `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n\r\n`.length + headerBytes(request.headers);
}

/** The same of an answer. */
export function responseHeadBytes(statusText: string | undefined, rawHeaders: Headers): number {
  return `HTTP/1.1 200 ${statusText ?? ''}\r\n\r\n`.length + headerBytes(rawHeaders);
}

function headerBytes(headers: Headers): number {
  if (!headers) return 0;
  if (Array.isArray(headers)) return headers.reduce<number>((sum, part: unknown) => sum + lengthOf(part) + 2, 0);
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + lengthOf(value) + 4, 0);
}

function lengthOf(part: unknown): number {
  if (typeof part === 'string') return Buffer.byteLength(part);
  return part instanceof Uint8Array ? part.length : String(part).length;
}
