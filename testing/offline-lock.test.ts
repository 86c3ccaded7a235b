import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NetworkState } from '../core/contract/models.ts';
import { temporaryFolder } from './engine.ts';
import { beyondLoopback, observeSockets, type Observed } from './observe-sockets.ts';

const LIMIT_MS = 90_000;
const KEYS = { OPENAI_API_KEY: 'sk-of-a-test', ANTHROPIC_API_KEY: 'sk-ant-of-a-test' };

interface DoorReport { tried: string[]; state: NetworkState }
interface InterviewReport { answered: number; state: NetworkState | null }

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => folder.dispose());

async function run<Report>(mode: 'door' | 'interview', lock: 'on' | 'off', env: Record<string, string> = {}): Promise<{ report: Report; observed: Observed[] }> {
  const { out, observed } = await observeSockets(join(import.meta.dirname, 'offline-lock-process.ts'), [mode, join(folder.path, 'data'), lock], join(folder.path, 'sockets.jsonl'), env, LIMIT_MS);
  return { report: JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Report, observed };
}

/** A proxy on loopback that lets nothing through and remembers who was asked for: so the engine can try without reaching anybody. */
async function startProxy(): Promise<{ env: Record<string, string>; asked: string[]; stop(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => { asked.push(request.url ?? ''); response.writeHead(403).end(); });
  server.on('connect', (request, socket) => { asked.push(request.url ?? ''); socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'); });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { env: { HTTP_PROXY: address, HTTPS_PROXY: address }, asked, stop: () => { server.closeAllConnections(); server.close(); } };
}

it('the observer sees names and addresses beyond loopback when the lock is off', async () => {
  const { report, observed } = await run<DoorReport>('door', 'off');
  expect(beyondLoopback(observed).map(({ kind, to }) => `${kind} ${to}`)).toEqual(expect.arrayContaining(['tcp example.invalid', 'dns example.invalid', 'tcp 192.0.2.1']));
  expect(report.tried).not.toContain('offline-locked');
  expect(report.state.connections).toBe(2);
}, LIMIT_MS);

it('through the door no name is asked and no socket opened when the lock is on', async () => {
  const { report, observed } = await run<DoorReport>('door', 'on');
  expect(report).toMatchObject({ tried: ['offline-locked', 'offline-locked'], state: { offlineLock: true, connections: 0, lockedAttempts: 2 } });
  expect(observed).toEqual([]);
}, LIMIT_MS);

it('with the lock on and keys of cloud providers at hand, nothing leaves loopback at start and during an interview', async () => {
  const { report, observed } = await run<InterviewReport>('interview', 'on', KEYS);
  expect(report.answered).toBe(2);
  expect(beyondLoopback(observed)).toEqual([]);
  expect(report.state).toMatchObject({ offlineLock: true, connections: 0, sentBytes: 0, receivedBytes: 0 });
}, LIMIT_MS);

it('nor through a proxy on this machine, which would carry it out', async () => {
  const proxy = await startProxy();
  try {
    const { report, observed } = await run<InterviewReport>('interview', 'on', { ...KEYS, ...proxy.env });
    expect(report.answered).toBe(2);
    expect(proxy.asked).toEqual([]);
    expect(beyondLoopback(observed)).toEqual([]);
  } finally {
    proxy.stop();
  }
}, LIMIT_MS);

it('with the lock off the same interview does ask the cloud, as soon as the engine has models', async () => {
  const proxy = await startProxy();
  try {
    const { report } = await run<InterviewReport>('interview', 'off', { ...KEYS, ...proxy.env });
    expect(report.answered).toBe(2);
    const cloud = proxy.asked.some((host) => host.startsWith('api.openai.com') || host.startsWith('api.anthropic.com'));
    expect(cloud).toBe(true);
  } finally {
    proxy.stop();
  }
}, LIMIT_MS);
