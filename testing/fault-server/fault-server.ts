import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { anthropicWire } from './anthropic-wire.ts';
import type { FaultName } from './faults.ts';
import { openaiEmbeddings, openaiWire } from './openai-wire.ts';
import { playAnswer, vectorOf } from './play-answer.ts';
import { playFault } from './play-fault.ts';
import { asList, asRecord, asText, type Wire, type WireRequest } from './wire.ts';

export { FAULT_NAMES, FAULTS, HUGE_BYTES, type FaultName } from './faults.ts';

/** One request as it came. Keys are replaced by `[key]`. */
export interface AskedRequest {
  number: number;
  method: string; path: string; headers: Record<string, string>; body: unknown;
  wire: Wire['name'];
  kind: 'answer' | 'embeddings' | 'models' | 'unknown';
  /** The body of an answer's request, read. */
  asked: WireRequest | undefined;
  fault: FaultName | null;
  /** `closed-by-client`: its socket was closed before the server was through. */
  outcome: 'open' | 'answered' | 'closed-by-client' | 'broken-off';
  /** Of its connection, the requests before included. */
  sentBytes: number;
  /** Requests with the same number came over one connection. */
  clientPort: number;
}

/** What the server says: words, or what to say to a request; undefined says what fits the request. */
export type Say = string | ((request: AskedRequest) => string | undefined);

export interface FaultOptions {
  /** Requests that are answered well before the fault begins. */
  after?: number;
  /** Requests that are hit, then all is well again. */
  times?: number;
  /** Only these; all others are answered well. */
  only?: (request: AskedRequest) => boolean;
  /** Sent as Retry-After with a refusal. */
  retryAfter?: string;
}

export interface FaultServer {
  /** Base URL for `openai` and `openai-compatible`. */
  openaiUrl: string;
  /** Base URL for `anthropic`. */
  anthropicUrl: string;
  port: number;
  /** Oldest first. */
  requests: AskedRequest[];
  say: Say | undefined;
  /** Pause between two events of a stream. */
  paceMs: number;
  /** Bytes in one write, so that characters are cut apart; undefined writes an event at a time. */
  writeBytes: number | undefined;
  /** UTF-16 units in one event's text; undefined sends a word at a time. */
  pieceLength: number | undefined;
  /** What goes wrong from now on; null is nothing. Resolves when it is in force. */
  setFault(fault: FaultName | null, options?: FaultOptions): Promise<void>;
  /** Resolves when no request is being answered. @throws Error when that takes longer */
  idle(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on loopback that plays OpenAI and Anthropic from recordings, well or with a fault. */
export async function startFaultServer(settings: { say?: Say; paceMs?: number } = {}): Promise<FaultServer> {
  const requests: AskedRequest[] = [];
  const earlier: WireRequest[] = [];
  let fault: FaultName | null = null;
  let options: FaultOptions = {};
  let seen = 0;
  let hit = 0;

  const faultFor = (request: AskedRequest): FaultName | null => {
    if (fault === null || options.only?.(request) === false) return null;
    if (seen++ < (options.after ?? 0) || hit >= (options.times ?? Infinity)) return null;
    hit++;
    return fault;
  };

  const answer = async (request: AskedRequest, wire: Wire, response: ServerResponse): Promise<void> => {
    const { asked, fault: now } = request;
    const said = typeof server.say === 'function' ? server.say(request) : server.say;
    const normal = ((): { contentType: string; parts: string[] } => {
      if (request.kind === 'models') return json(wire.models());
      if (request.kind === 'embeddings') return json(openaiEmbeddings(now === 'empty-answer' ? [] : textsIn(request.body).map(vectorOf)));
      if (!asked) return json('{}');
      const words = now === 'empty-answer' ? '' : now === 'schema-violation' && asked.schema !== undefined ? '{"unexpected": true}' : said;
      const played = playAnswer(asked, words, earlier, server.pieceLength);
      if (!asked.streams) return json(wire.whole(played));
      return { contentType: 'text/event-stream; charset=utf-8', parts: now === 'declined' ? wire.declined() : wire.stream(played) };
    })();
    if (asked) earlier.push(asked);
    await playFault(now, { response, wire, ...normal, paceMs: server.paceMs, writeBytes: server.writeBytes, retryAfter: options.retryAfter });
  };

  const http = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const request = askedRequest(incoming, body, requests.length);
      requests.push(request);
      if (request.kind === 'unknown') { response.writeHead(404).end(); return undefined; }
      request.fault = faultFor(request);
      response.once('close', () => {
        request.sentBytes = response.socket?.bytesWritten ?? request.sentBytes;
        request.outcome = response.writableFinished ? 'answered' : BREAKS.has(request.fault) ? 'broken-off' : 'closed-by-client';
      });
      const wire = request.wire === 'anthropic' ? anthropicWire : openaiWire;
      return answer(request, wire, response);
    }).catch((error: unknown) => {
      // The test's own fault must be seen in the test, not only as a broken connection.
      console.error(error);
      response.destroy();
    });
  });
  // A socket that a client breaks off is what several tests are about.
  http.on('clientError', (_error, socket) => { socket.destroy(); });
  const listen = (port: number): Promise<void> => new Promise((listening, failed) => { http.once('error', failed).listen(port, '127.0.0.1', () => { http.off('error', failed); listening(); }); });
  const stopListening = (): Promise<void> => new Promise((stopped) => { http.close(() => { stopped(); }); http.closeAllConnections(); });

  await listen(0);
  const { port } = http.address() as AddressInfo;
  const server: FaultServer = {
    openaiUrl: `http://127.0.0.1:${port}/v1`, anthropicUrl: `http://127.0.0.1:${port}`, port, requests,
    say: settings.say, paceMs: settings.paceMs ?? 0, writeBytes: undefined, pieceLength: undefined,
    async setFault(name, chosen = {}) {
      fault = name;
      options = chosen;
      seen = 0;
      hit = 0;
      // With conditions the port stays open, and the requests that are hit are reset.
      const closed = name === 'refused' && chosen.after === undefined && chosen.times === undefined && chosen.only === undefined;
      if (closed && http.listening) {
        await stopListening();
        // A client needs a moment to notice that its idle connections are gone; one used before would be lost, not refused.
        await pause(50);
      }
      if (!closed && !http.listening) await listen(port);
    },
    async idle(timeoutMs = 3_000) {
      const until = Date.now() + timeoutMs;
      while (requests.some(({ outcome }) => outcome === 'open')) {
        if (Date.now() > until) throw new Error(`a request is still being answered after ${timeoutMs} ms`);
        await pause(10);
      }
    },
    close: () => (http.listening ? stopListening() : Promise.resolve()),
  };
  return server;
}

/** Faults in which the server closes the socket itself. */
const BREAKS: ReadonlySet<FaultName | null> = new Set(['refused', 'reset', 'cut-mid-stream']);

const json = (body: string): { contentType: string; parts: string[] } => ({ contentType: 'application/json', parts: [body] });
const textsIn = (body: unknown): string[] => { const input = asRecord(body)['input']; return typeof input === 'string' ? [input] : asList(input).map(asText); };

function askedRequest(incoming: IncomingMessage, text: string, number: number): AskedRequest {
  const path = incoming.url ?? '/';
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, name === 'authorization' || name === 'x-api-key' ? '[key]' : String(value)]));
  const wire: Wire['name'] = path.startsWith('/v1/messages') || 'anthropic-version' in headers ? 'anthropic' : 'openai';
  const kind = /\/(chat\/completions|messages)$/.test(path) ? 'answer' : path.endsWith('/embeddings') ? 'embeddings' : /\/models(\?|$)/.test(path) ? 'models' : 'unknown';
  let body: unknown = text;
  try { body = text === '' ? undefined : JSON.parse(text); } catch { /* stays as it came */ }
  const asked = kind === 'answer' ? (wire === 'anthropic' ? anthropicWire : openaiWire).read(body) : undefined;
  return { number, method: incoming.method ?? '', path, headers, body, wire, kind, asked, fault: null, outcome: 'open', sentBytes: 0, clientPort: incoming.socket.remotePort ?? 0 };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
