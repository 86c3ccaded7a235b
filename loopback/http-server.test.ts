import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { os, type RouterClient } from '@orpc/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { signIn } from '../testing/connect.ts';
import { startLoopbackServer, type LoopbackServer } from './http-server.ts';

// Any router will do here: what the engine answers is tested elsewhere.
const router = { echo: os.input(z.string()).handler(({ input }) => input) };

const folder = mkdtempSync(join(tmpdir(), 'role-accel-server-'));
const windowDir = join(folder, 'window');
let server: LoopbackServer;

beforeAll(() => {
  mkdirSync(join(windowDir, 'assets'), { recursive: true });
  writeFileSync(join(windowDir, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__"><p>the window</p>');
  writeFileSync(join(windowDir, 'assets', 'app.js'), 'export {}');
  writeFileSync(join(windowDir, 'notes.md'), 'not part of the window');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  server = await startLoopbackServer({ engine: { router, clientInterceptors: [] }, windowDir, port: 0 });
});
afterEach(() => server.close());

interface Answer { status: number; headers: IncomingHttpHeaders; body: string }

/** A request with exactly these headers and this path: `fetch` would tidy up both. */
async function ask(path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  const { hostname, port, host } = new URL(server.origin);
  const sent = httpRequest({ hostname, port, path, method, headers: { host, ...headers } }).end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, body: text };
}

async function openSocket(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket | number> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket)).on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)).on('error', () => {});
  });
}

test('listens on 127.0.0.1 alone', async () => {
  const elsewhere = connect(Number(new URL(server.origin).port), process.platform === 'linux' ? '127.0.0.2' : '::1');
  const [error] = await once(elsewhere, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('the window is served to whoever signed in with the one-time address', async () => {
  const cookie = await signIn(server.createStartUrl());
  const { status, body } = await ask('/', { headers: { cookie } });
  expect(status).toBe(200);
  expect(body).toContain('the window');
  expect((await ask('/assets/app.js', { headers: { cookie } })).headers['content-type']).toMatch('text/javascript');
});

test('the one-time address works once', async () => {
  const url = server.createStartUrl();
  await signIn(url);
  await expect(signIn(url)).rejects.toThrow('403');
});

test('without the cookie a page says where to get a new address, and nothing else is served', async () => {
  const page = await ask('/');
  expect(page.status).toBe(401);
  expect(page.body).toContain('press <kbd>Enter</kbd>');
  expect(page.body).not.toContain('the window');
  for (const path of ['/assets/app.js', '/index.html', '/notes.md']) expect((await ask(path)).status).toBe(401);
  expect(await openSocket({ origin: server.origin })).toBe(401);
});

test('a rebound domain is refused on every path and on the socket', async () => {
  const cookie = await signIn(server.createStartUrl());
  const host = `evil.example:${new URL(server.origin).port}`;
  for (const path of ['/', '/start', '/start.js', '/assets/app.js', '/nothing']) expect((await ask(path, { headers: { host, cookie } })).status).toBe(421);
  expect(await openSocket({ host, cookie, origin: server.origin })).toBe(421);
});

test('another local page is refused even with the cookie that its browser adds', async () => {
  const cookie = await signIn(server.createStartUrl());
  const origin = 'http://127.0.0.1:9';
  expect((await ask('/assets/app.js', { headers: { origin, cookie } })).status).toBe(403);
  expect((await ask('/assets/app.js', { headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', cookie } })).status).toBe(403);
  expect(await openSocket({ origin, cookie })).toBe(403);
});

test('another page cannot use up the one-time token', async () => {
  const url = server.createStartUrl();
  const token = new URL(url).hash.slice('#token='.length);
  expect((await ask('/session', { method: 'POST', body: token, headers: { origin: 'http://127.0.0.1:9' } })).status).toBe(403);
  expect((await ask('/session', { method: 'POST', body: token })).status).toBe(403);
  await expect(signIn(url)).resolves.toMatch(/^role-accel-/);
});

test('an overlong token is refused without being read to the end', async () => {
  const { status } = await ask('/session', { method: 'POST', body: 'x'.repeat(10_000), headers: { origin: server.origin } });
  expect(status).toBe(413);
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/assets/..%5c..%5csecret.txt', '/%00', '/%', '//etc/passwd', '/notes.md', 'http://evil.example/'])('serves nothing outside of the window for %s', async (path) => {
  const cookie = await signIn(server.createStartUrl());
  const { status, body } = await ask(path, { headers: { cookie } });
  expect(status).toBe(404);
  expect(body).not.toContain('secret');
});

test('only reading is possible', async () => {
  const cookie = await signIn(server.createStartUrl());
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', { method, headers: { cookie, origin: server.origin } })).status).toBe(405);
});

test('every page carries the policy with its own nonce', async () => {
  const cookie = await signIn(server.createStartUrl());
  const nonces = new Set<string>();
  for (const [path, headers] of [['/', { cookie }], ['/', { cookie }], ['/', {}], ['/start', {}]] as const) {
    const { body, headers: answered } = await ask(path, { headers });
    const policy = String(answered['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data: blob:", "font-src 'self'",
      `connect-src 'self' ${server.origin.replace('http', 'ws')}`, "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'",
    ]);
    expect(body).toContain(nonce);
    expect(body).not.toContain('__CSP_NONCE__');
    expect(answered).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-store' });
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(4);
});

test('calls reach the router over the socket', async () => {
  const socket = await openSocket({ origin: server.origin, cookie: await signIn(server.createStartUrl()) });
  const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  expect(await client.echo('hello')).toBe('hello');
});

test('there is no socket at any other path', async () => {
  expect(await openSocket({ origin: server.origin, cookie: await signIn(server.createStartUrl()) }, '/')).toBe(404);
});

test('a message that is too large or makes no sense costs only its own connection', async () => {
  const headers = { origin: server.origin, cookie: await signIn(server.createStartUrl()) };
  const large = await openSocket(headers) as WebSocket;
  large.send(Buffer.alloc(65 * 1024 * 1024));
  await once(large, 'close');
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  const odd = await openSocket(headers) as WebSocket;
  odd.send('not a call');
  const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ websocket: odd as unknown as globalThis.WebSocket }));
  expect(await client.echo('still here')).toBe('still here');
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
});

test('closing says goodbye to every socket and frees the port', async () => {
  const socket = await openSocket({ origin: server.origin, cookie: await signIn(server.createStartUrl()) }) as WebSocket;
  const [[code]] = await Promise.all([once(socket, 'close'), server.close()]);
  expect(code).toBe(1001);
  const again = await startLoopbackServer({ engine: { router, clientInterceptors: [] }, windowDir, port: Number(new URL(server.origin).port) });
  await again.close();
});

test('a port in use is an error of its own', async () => {
  await expect(startLoopbackServer({ engine: { router, clientInterceptors: [] }, windowDir, port: Number(new URL(server.origin).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
