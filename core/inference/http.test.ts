import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, START } from '../../testing/engine.ts';
import { SettableClock } from '../sources.ts';
import { claimDataFolder, type DataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { createNetworkDoor, type NetworkDoor, type NetworkDoorOptions } from './http.ts';

/** In these tests 127.0.0.1 is this machine and the name localhost stands for everything beyond it. */
const isLoopback = (host: string): boolean => host === '127.0.0.1';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: DataFolder;
let store: Store;
let door: NetworkDoor;
let servers: (Server | TcpServer)[] = [];
let sockets: Set<Socket>;

const open = (options: Partial<NetworkDoorOptions> = {}): NetworkDoor => createNetworkDoor({ store, clock: new SettableClock(START), onChange: () => {}, env: {}, isLoopback, ...options });
const reopen = async (options: Partial<NetworkDoorOptions> = {}): Promise<void> => { await door.close(); door = open(options); };

beforeEach(() => {
  temporary = temporaryFolder();
  folder = claimDataFolder(temporary.path);
  ({ store } = openStore(folder, () => START));
  door = open();
  sockets = new Set();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await door.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
  store.close();
  folder.release();
  temporary.dispose();
});

async function listen(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => { sockets.add(socket); socket.on('error', () => {}).on('close', () => sockets.delete(socket)); });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> => listen(createServer(answer));
/** Says a word and keeps the connection open. */
const endless = (_request: IncomingMessage, response: ServerResponse): void => { response.writeHead(200); response.write('once upon a time'); };
const fetchFault = (fault: string) => expect.objectContaining({ name: 'InferenceError', fault });
const rows = () => door.ledger(undefined, 50).entries;
const noConnections = () => vi.waitUntil(() => sockets.size === 0, { timeout: 3_000 });

describe('a request', () => {
  it('is answered as by any fetch and written down with its host, reason, status and bytes, never its path', async () => {
    let bytesIn = 0;
    let bytesOut = 0;
    const port = await serve((request, response) => {
      request.resume().on('end', () => {
        response.on('finish', () => { bytesIn = request.socket.bytesRead; bytesOut = request.socket.bytesWritten; });
        response.writeHead(201, { 'content-type': 'text/plain' }).end('a'.repeat(50_000));
      });
    });
    const response = await door.fetchFor('test connection')(`http://localhost:${port}/v1/secret?key=hidden`, { method: 'POST', body: 'b'.repeat(30_000), headers: { 'x-api-key': 'k' } });
    expect([response.status, (await response.text()).length]).toEqual([201, 50_000]);
    const [row] = rows();
    expect(row).toMatchObject({ id: 1, at: START, host: `localhost:${port}`, loopback: false, reason: 'test connection', method: 'POST', status: 201, outcome: 'answered' });
    expect(Math.abs((row?.sentBytes ?? 0) - bytesIn)).toBeLessThan(120);
    expect(Math.abs((row?.receivedBytes ?? 0) - bytesOut)).toBeLessThan(120);
    expect(door.state()).toEqual({ offlineLock: false, connections: 1, sentBytes: row?.sentBytes, receivedBytes: row?.receivedBytes, lockedAttempts: 0 });
    expect(JSON.stringify(store.sql.prepare('SELECT * FROM network_call').all())).not.toMatch(/secret|hidden/);
  });

  it('on this machine is written down but not counted as leaving it', async () => {
    const port = await serve((_request, response) => response.end('hello'));
    await (await door.fetchFor('interactive-deep')(`http://127.0.0.1:${port}/`)).text();
    expect(rows()[0]).toMatchObject({ loopback: true, outcome: 'answered' });
    expect(door.state()).toMatchObject({ connections: 0, sentBytes: 0, receivedBytes: 0 });
  });

  it('streams: the beginning is here before the end was sent, and counts at once', async () => {
    const port = await serve(endless);
    const response = await door.fetchFor('stream')(`http://localhost:${port}/`);
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('once upon a time');
    expect(door.state().receivedBytes).toBeGreaterThan(16);
    expect(rows()).toEqual([]);
  });

  it('takes a Request object too', async () => {
    const port = await serve((request, response) => void request.toArray().then((parts) => response.end(`${request.method} ${Buffer.concat(parts as Buffer[]).toString()} ${request.headers['x-test']}`)));
    const response = await door.fetchFor('request')(new Request(`http://127.0.0.1:${port}/`, { method: 'PUT', body: 'words', headers: { 'x-test': 'yes' } }));
    expect(await response.text()).toBe('PUT words yes');
  });

  it('that the caller cancels ends as AbortError whatever reason was given, and closes its socket', async () => {
    const port = await serve(() => {});
    const cancel = new AbortController();
    const asking = door.fetchFor('cancelled')(`http://localhost:${port}/`, { signal: cancel.signal });
    await vi.waitUntil(() => sockets.size === 1);
    cancel.abort(new Error('the person went on'));
    await expect(asking).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'the person went on' } });
    await noConnections();
    expect(rows()).toMatchObject([{ outcome: 'cancelled', status: null }]);
  });

  it('cancelled in the middle of its stream ends it and closes its socket', async () => {
    const port = await serve(endless);
    const cancel = new AbortController();
    const reader = (await door.fetchFor('cancelled')(`http://localhost:${port}/`, { signal: cancel.signal })).body!.getReader();
    await reader.read();
    cancel.abort();
    await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' });
    await noConnections();
    expect(rows()).toMatchObject([{ outcome: 'cancelled', status: 200 }]);
  });

  it('cancelled while its connection is still being made ends that attempt too', async () => {
    const port = await listen(createTcpServer((socket) => void socket.resume()));
    const cancel = new AbortController();
    const asking = door.fetchFor('handshake')(`https://localhost:${port}/`, { signal: cancel.signal });
    await vi.waitUntil(() => sockets.size === 1);
    cancel.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    await noConnections();
  });

  it('names its faults', async () => {
    const fetch = door.fetchFor('faults');
    const gone = createTcpServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    servers = [];
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toEqual(fetchFault('unreachable'));
    const resetting = await listen(createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    await expect(fetch(`http://127.0.0.1:${resetting}/`)).rejects.toEqual(fetchFault('connection-lost'));
    const gibberish = await listen(createTcpServer((socket) => void socket.once('data', () => socket.end('what?\r\n\r\n'))));
    await expect(fetch(`http://127.0.0.1:${gibberish}/`)).rejects.toEqual(fetchFault('malformed'));
    await expect(fetch('http://user:hidden@127.0.0.1/')).rejects.toEqual(expect.objectContaining({ fault: 'bad-request', message: expect.not.stringContaining('hidden') }));
    expect(rows().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });

  it('whose stream breaks in the middle says so in the cause of what the reader gets', async () => {
    const port = await serve((request, response) => { endless(request, response); setTimeout(() => request.socket.resetAndDestroy(), 20); });
    const response = await door.fetchFor('broken')(`http://127.0.0.1:${port}/`);
    await expect(response.text()).rejects.toMatchObject({ cause: fetchFault('connection-lost') });
    expect(rows()).toMatchObject([{ outcome: 'failed', status: 200 }]);
  });
});

describe('the Offline lock', () => {
  it('refuses what is beyond loopback, asks nobody, and lets this machine be reached', async () => {
    let reached = 0;
    const port = await serve((_request, response) => { reached++; response.end('hello'); });
    door.setLocked(true);
    await expect(door.fetchFor('cloud')(`http://localhost:${port}/`)).rejects.toMatchObject({ fault: 'offline-locked', message: `the Offline lock is on, so localhost:${port} was not contacted` });
    expect(reached).toBe(0);
    expect(await (await door.fetchFor('local')(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
    expect(rows()).toMatchObject([{ loopback: true, outcome: 'answered' }, { host: `localhost:${port}`, outcome: 'refused-by-lock', status: null, sentBytes: 0 }]);
    expect(door.state()).toEqual({ offlineLock: true, connections: 0, sentBytes: 0, receivedBytes: 0, lockedAttempts: 1 });
  });

  it('is asked again where sockets are made, should a request ever pass the first check', async () => {
    let asked = 0;
    await reopen({ isLoopback: () => asked++ === 0 });
    const port = await serve((_request, response) => response.end('hello'));
    door.setLocked(true);
    await expect(door.fetchFor('slipped')(`http://127.0.0.1:${port}/`)).rejects.toEqual(fetchFault('offline-locked'));
    expect([asked, sockets.size]).toEqual([2, 0]);
  });

  it('stays on over a restart, and a value that cannot be read counts as on', async () => {
    door.setLocked(true);
    await reopen();
    expect(door.state().offlineLock).toBe(true);
    door.setLocked(false);
    await reopen();
    expect(door.state().offlineLock).toBe(false);
    store.sql.prepare("INSERT OR REPLACE INTO setting VALUES ('offlineLock', '{broken', ?)").run(START);
    await reopen();
    expect(door.state().offlineLock).toBe(true);
  });

  it('is on even when the disk does not take it, and not off before the disk took that', () => {
    const disk = vi.spyOn(store, 'write').mockImplementation(() => { throw new Error('disk full'); });
    expect(() => door.setLocked(true)).toThrow('disk full');
    expect(door.state().offlineLock).toBe(true);
    expect(() => door.setLocked(false)).toThrow('disk full');
    expect(door.state().offlineLock).toBe(true);
    disk.mockRestore();
  });

  it('cuts a stream that is running beyond loopback and leaves one on this machine alone', async () => {
    const port = await serve(endless);
    const outside = (await door.fetchFor('cloud')(`http://localhost:${port}/`)).body!.getReader();
    const inside = (await door.fetchFor('local')(`http://127.0.0.1:${port}/`)).body!.getReader();
    await Promise.all([outside.read(), inside.read()]);
    expect(sockets.size).toBe(2);
    door.setLocked(true);
    await expect(outside.read()).rejects.toEqual(fetchFault('offline-locked'));
    await vi.waitUntil(() => sockets.size === 1);
    let insideEnded = false;
    void inside.read().then(() => { insideEnded = true; }, () => { insideEnded = true; });
    await new Promise((resume) => setTimeout(resume, 50));
    expect(insideEnded).toBe(false);
    expect(rows()).toMatchObject([{ reason: 'cloud', outcome: 'refused-by-lock', status: 200 }]);
  });

  it('cuts a request that waits for its answer, and one whose connection is still being made', async () => {
    const port = await serve(() => {});
    const silent = await listen(createTcpServer((socket) => void socket.resume()));
    const waiting = door.fetchFor('cloud')(`http://localhost:${port}/`);
    const connecting = door.fetchFor('cloud')(`https://localhost:${silent}/`);
    await vi.waitUntil(() => sockets.size === 2);
    door.setLocked(true);
    await expect(waiting).rejects.toEqual(fetchFault('offline-locked'));
    await expect(connecting).rejects.toEqual(fetchFault('offline-locked'));
    await noConnections();
    expect(door.state().lockedAttempts).toBe(2);
  });

  it('closes connections kept for later beyond loopback, and does not use them', async () => {
    const port = await serve((_request, response) => response.end('hello'));
    const fetch = door.fetchFor('pooled');
    for (const host of ['localhost', '127.0.0.1', 'localhost', '127.0.0.1']) await (await fetch(`http://${host}:${port}/`)).text();
    expect([sockets.size, door.state().connections]).toEqual([2, 1]);
    door.setLocked(true);
    await vi.waitUntil(() => sockets.size === 1);
    await expect(fetch(`http://localhost:${port}/`)).rejects.toEqual(fetchFault('offline-locked'));
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    door.setLocked(false);
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('hello');
  });

  it('stops a redirect that leads beyond loopback', async () => {
    const port = await serve((request, response) => (request.url === '/there' ? response.end('out') : response.writeHead(307, { location: `http://localhost:${port}/there` }).end('moved')));
    door.setLocked(true);
    await expect(door.fetchFor('redirect')(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'words' })).rejects.toEqual(fetchFault('offline-locked'));
    expect(rows()).toMatchObject([{ host: `localhost:${port}`, outcome: 'refused-by-lock' }, { host: `127.0.0.1:${port}`, status: 307, outcome: 'answered' }]);
  });

  it('asks no resolver, not even for names that might be this machine', async () => {
    const port = await serve((_request, response) => response.end('hello'));
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, callback: (error: Error) => void) => callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))) as never);
    await door.close();
    door = createNetworkDoor({ store, clock: new SettableClock(START), onChange: () => {}, env: {} });
    await expect(door.fetchFor('named')('http://name.invalid/')).rejects.toEqual(fetchFault('unreachable'));
    expect(lookup).toHaveBeenCalledOnce();
    door.setLocked(true);
    await expect(door.fetchFor('named')('http://name.invalid/')).rejects.toEqual(fetchFault('offline-locked'));
    expect(await (await door.fetchFor('named')(`http://localhost:${port}/`)).text()).toBe('hello');
    expect(lookup).toHaveBeenCalledOnce();
  });
});

describe('a redirect', () => {
  it('is written down by the host that was contacted, and another host does not get the keys', async () => {
    const headers: IncomingMessage['headers'][] = [];
    const port = await serve((request, response) => {
      headers.push(request.headers);
      if (request.url === '/there') response.end('out');
      else response.writeHead(302, { location: request.url === '/' ? `http://localhost:${port}/on` : '/there' }).write('it moved, and the page that says so never ends');
    });
    const response = await door.fetchFor('download')(`http://127.0.0.1:${port}/`, { headers: { authorization: 'Bearer k', 'x-api-key': 'k', 'x-other': 'stays' } });
    expect(await response.text()).toBe('out');
    expect(rows().map(({ host, status, outcome }) => [host.split(':')[0], status, outcome])).toEqual([['localhost', 200, 'answered'], ['localhost', 302, 'answered'], ['127.0.0.1', 302, 'answered']]);
    expect(headers.map((each) => [each.authorization, each['x-api-key'], each['x-other']])).toEqual([['Bearer k', 'k', 'stays'], [undefined, undefined, 'stays'], [undefined, undefined, 'stays']]);
  });
});

describe('a proxy from the environment', () => {
  /** Forwards nothing: it answers by itself and tells what it was asked. */
  async function startProxy(asked: string[], connectStatus = 403): Promise<string> {
    const server = createServer((request, response) => { asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`); endless(request, response); if (!request.url?.endsWith('/endless')) response.end(); });
    server.on('connect', (request, socket) => { asked.push(`CONNECT ${request.url}`); socket.end(`HTTP/1.1 ${connectStatus} No\r\n\r\n`); });
    return `127.0.0.1:${await listen(server)}`;
  }

  it('is used beyond loopback, and the ledger names the real host and the proxy', async () => {
    const asked: string[] = [];
    const proxy = await startProxy(asked);
    await reopen({ env: { HTTP_PROXY: `http://me:pass@${proxy}`, no_proxy: '.internal.test' } });
    const port = await serve((_request, response) => response.end('direct'));
    expect(await (await door.fetchFor('cloud')('http://api.example.test/v1?q=1')).text()).toBe('once upon a time');
    expect(await (await door.fetchFor('local')(`http://127.0.0.1:${port}/`)).text()).toBe('direct');
    expect(asked).toEqual([`GET http://api.example.test/v1?q=1 Basic ${Buffer.from('me:pass').toString('base64')}`]);
    expect(rows()).toMatchObject([{ reason: 'local' }, { host: 'api.example.test', loopback: false, reason: `cloud (through the proxy ${proxy})`, status: 200, outcome: 'answered' }]);
    expect(door.state().connections).toBe(1);
  });

  it('carries https through a tunnel, and its refusal is a fault of ours', async () => {
    const asked: string[] = [];
    await reopen({ env: { https_proxy: `http://${await startProxy(asked)}` } });
    await expect(door.fetchFor('cloud')('https://api.example.test/v1')).rejects.toEqual(fetchFault('unreachable'));
    expect(asked).toEqual(['CONNECT api.example.test:443']);
    expect(rows()).toMatchObject([{ host: 'api.example.test', outcome: 'failed' }]);
  });

  it('is not contacted while locked, though it is on this machine, and what it carries is cut', async () => {
    const asked: string[] = [];
    const proxy = await startProxy(asked);
    await reopen({ env: { HTTP_PROXY: `http://${proxy}`, HTTPS_PROXY: `http://${proxy}` } });
    const reader = (await door.fetchFor('cloud')('http://api.example.test/endless')).body!.getReader();
    await reader.read();
    door.setLocked(true);
    await expect(reader.read()).rejects.toEqual(fetchFault('offline-locked'));
    await noConnections();
    for (const scheme of ['http', 'https']) await expect(door.fetchFor('cloud')(`${scheme}://api.example.test/`)).rejects.toEqual(fetchFault('offline-locked'));
    expect(asked).toHaveLength(1);
    expect(sockets.size).toBe(0);
  });

  it('that cannot be used is never silently left out', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    await reopen({ env: { HTTP_PROXY: 'socks5://127.0.0.1:1080' } });
    await expect(door.fetchFor('cloud')('http://api.example.test/')).rejects.toEqual(fetchFault('unreachable'));
    expect(lookup).not.toHaveBeenCalled();
  });
});

describe('the SDKs', () => {
  it('work over the door, and our fault stays in the cause of theirs', async () => {
    const { default: OpenAI } = await import('openai');
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const port = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (request.url?.includes('models')) response.end(JSON.stringify({ object: 'list', has_more: false, data: [{ id: 'one', type: 'model', object: 'model' }] }));
      else setTimeout(() => request.socket.destroy(), 20);
    });
    const settings = { apiKey: 'k', maxRetries: 0, fetch: door.fetchFor('sdk'), baseURL: `http://localhost:${port}` };
    const [openai, anthropic] = [new OpenAI(settings), new Anthropic(settings)];
    expect((await openai.models.list()).data[0]?.id).toBe('one');
    expect((await anthropic.models.list()).data[0]?.id).toBe('one');
    await expect(openai.chat.completions.create({ model: 'one', messages: [] })).rejects.toMatchObject({ cause: fetchFault('connection-lost') });
    door.setLocked(true);
    await expect(openai.models.list()).rejects.toMatchObject({ cause: fetchFault('offline-locked') });
    await expect(anthropic.models.list()).rejects.toMatchObject({ cause: fetchFault('offline-locked') });
  });
});

describe('closing', () => {
  it('ends what is running, writes it down and opens nothing any more', async () => {
    const port = await serve(endless);
    const reader = (await door.fetchFor('late')(`http://127.0.0.1:${port}/`)).body!.getReader();
    await reader.read();
    await door.close();
    await expect(reader.read()).rejects.toEqual(fetchFault('aborted'));
    await noConnections();
    await expect(door.fetchFor('late')(`http://127.0.0.1:${port}/`)).rejects.toEqual(fetchFault('aborted'));
    expect(store.sql.prepare('SELECT reason, outcome FROM network_call').all()).toEqual([{ reason: 'late', outcome: 'cancelled' }]);
  });

  it('does not wait for anything when nothing was asked', async () => {
    const before = performance.now();
    await door.close();
    expect(performance.now() - before).toBeLessThan(200);
  });
});

it('tells of changes a few times a second at most', async () => {
  let told = 0;
  await reopen({ onChange: () => { told++; } });
  const port = await serve((_request, response) => {
    let parts = 0;
    const timer = setInterval(() => { response.write('word '); if (++parts === 60) { clearInterval(timer); response.end(); } }, 10);
  });
  const before = performance.now();
  await (await door.fetchFor('words')(`http://localhost:${port}/`)).text();
  const seconds = (performance.now() - before) / 1_000;
  expect(told).toBeGreaterThan(1);
  expect(told).toBeLessThan(seconds * 4 + 2);
});
