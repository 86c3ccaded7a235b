import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { SECURITY_HEADERS } from '../shell/content-security-policy.ts';
import type { EngineCalls } from '../shell/engine-calls.ts';
import { createWindowFiles, htmlResponse, textResponse, type WindowResponse } from '../shell/window-files.ts';
import { createAccessGuard, type AccessGuard, type Refusal } from './access-guard.ts';
import { SIGNED_OUT_PAGE, START_PAGE, START_SCRIPT } from './sign-in-page.ts';

/** Largest message over the socket, in bytes: a backup to restore has to fit. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAX_TOKEN_BYTES = 1024;
/** How long a closing socket may take to say goodbye, in ms. */
const CLOSE_TIMEOUT_MS = 1000;

export interface LoopbackServer {
  readonly origin: string;
  /** A new one-time address; the one before is void. */
  createStartUrl(): string;
  /** Ends every connection; what was already answered is still delivered. */
  close(): Promise<void>;
}

/** Answers requests that the guard let through and that are signed in. */
export interface PageSource {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Whether an upgrade is its own affair (the dev server's hot reload). */
  ownsUpgrade(request: IncomingMessage): boolean;
}

export interface LoopbackServerOptions {
  readonly engine: EngineCalls;
  readonly windowDir: string;
  readonly port: number;
  /** The dev server in place of the built window. */
  readonly createPageSource?: (httpServer: Server, socketOrigin: string) => Promise<PageSource>;
}

/** Serves the window and the engine's calls on 127.0.0.1, to whoever signed in with the one-time token. */
export async function startLoopbackServer({ engine, windowDir, port, createPageSource }: LoopbackServerOptions): Promise<LoopbackServer> {
  const httpServer = createServer();
  await new Promise<void>((resolve, reject) => {
    httpServer.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const guard = createAccessGuard((httpServer.address() as AddressInfo).port);
  const socketOrigin = guard.origin.replace('http:', 'ws:');
  const pages = createPageSource ? await createPageSource(httpServer, socketOrigin) : builtWindow(windowDir, socketOrigin);

  httpServer.on('request', (request, response) => {
    answer(request, response, guard, pages, socketOrigin).catch((error: unknown) => {
      if (!response.headersSent) send(response, textResponse(500, 'The window could not be served.'));
      else response.destroy();
      console.error('loopback: a request failed', error);
    });
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const handler = new RPCHandler(engine.router, { clientInterceptors: engine.clientInterceptors });
  httpServer.on('upgrade', (request, socket, head) => {
    if (pages.ownsUpgrade(request)) return;
    const refusal = guard.refuseUpgrade(asGuarded(request)) ?? (pathOf(request) === '/rpc' ? null : { status: 404, reason: 'There is no socket here.' } as const);
    if (refusal) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate()); // such as a message above the limit
      void handler.upgrade(webSocket);
    });
  });

  return {
    origin: guard.origin,
    createStartUrl: () => `${guard.origin}/start#token=${guard.issueToken()}`,
    async close() {
      const closed = new Promise<void>((resolve) => httpServer.close(() => resolve()));
      for (const webSocket of sockets.clients) webSocket.close(1001, 'Role Accel is closing');
      const deadline = setTimeout(() => {
        for (const webSocket of sockets.clients) webSocket.terminate();
        httpServer.closeAllConnections();
      }, CLOSE_TIMEOUT_MS);
      httpServer.closeIdleConnections();
      await closed;
      clearTimeout(deadline);
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, guard: AccessGuard, pages: PageSource, socketOrigin: string): Promise<void> {
  const refusal = guard.refuse(asGuarded(request));
  if (refusal) return send(response, textResponse(refusal.status, refusal.reason));
  const path = pathOf(request);
  if (path === '/session' && request.method === 'POST') return send(response, await signIn(request, guard));
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, textResponse(405, 'Only reading is possible here.', { allow: 'GET, HEAD' }));
  if (path === '/start') return send(response, htmlResponse(START_PAGE, { socketOrigin }));
  if (path === '/start.js') return send(response, textResponse(200, START_SCRIPT, { 'content-type': 'text/javascript; charset=utf-8' }));
  if (!guard.isSignedIn(request.headers)) return send(response, path === '/' ? htmlResponse(SIGNED_OUT_PAGE, { status: 401, socketOrigin }) : textResponse(401, 'Not signed in.'));
  await pages.handle(request, response);
}

function builtWindow(windowDir: string, socketOrigin: string): PageSource {
  const files = createWindowFiles(windowDir, { socketOrigin });
  return { handle: async (request, response) => send(response, await files(pathOf(request))), ownsUpgrade: () => false };
}

async function signIn(request: IncomingMessage, guard: AccessGuard): Promise<WindowResponse> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_TOKEN_BYTES) return textResponse(413, 'Too long for a token.', { connection: 'close' });
  }
  const cookie = guard.redeemToken(body);
  return cookie === null ? textResponse(403, 'This address was already used or replaced.') : textResponse(200, 'Signed in.', { 'set-cookie': cookie });
}

/** Writes a whole response. */
export function send(response: ServerResponse, { status, headers, body }: WindowResponse): void {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  const headers = Object.entries({ ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'connection': 'close' });
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${reason}\n`);
}

const asGuarded = (request: IncomingMessage): { method: string; headers: IncomingMessage['headers'] } => ({ method: request.method ?? 'GET', headers: request.headers });

/** The path as it was sent, without the query; an absolute request target has no path here. */
export const pathOf = (request: IncomingMessage): string => (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
