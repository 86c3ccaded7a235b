import { EventEmitter } from 'node:events';
import { os } from '@orpc/server';
import type { IpcMain } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import { CONNECT_CHANNEL, serveEngine } from './engine-port.ts';

const own = { url: 'app://role-accel/', origin: 'app://role-accel', parent: null };

class FakePort extends EventEmitter {
  started = false;
  closed = false;
  readonly sent: unknown[] = [];
  start(): void { this.started = true; }
  close(): void { this.closed = true; }
  postMessage(data: unknown): void { this.sent.push(data); }
}

let ipcMain: EventEmitter;
const logged = vi.spyOn(console, 'error').mockReturnValue();

beforeEach(() => {
  ipcMain = new EventEmitter();
  logged.mockClear();
  serveEngine(ipcMain as unknown as IpcMain, { router: { ping: os.handler(() => 'pong') }, clientInterceptors: [] });
});

function send(senderFrame: object | null, ...ports: FakePort[]): void {
  ipcMain.emit(CONNECT_CHANNEL, { senderFrame, ports });
}

test('a port from our own page is served', async () => {
  const port = new FakePort();
  send(own, port);
  expect(port.started).toBe(true);
  port.emit('message', { data: JSON.stringify({ i: '1', p: { u: '/ping' } }) });
  await expect.poll(() => port.sent.map(String)).toEqual([expect.stringContaining('pong')]);
});

test.each<[string, object | null]>([
  ['a frame that is gone', null],
  ['another page', { ...own, url: 'https://example.com/', origin: 'https://example.com' }],
  ['a page that only calls itself so', { ...own, url: 'app://role-accel.evil/', origin: 'app://role-accel.evil' }],
  ['a sandboxed frame of our page', { ...own, origin: 'null' }],
  ['a frame inside of our page', { ...own, parent: own }],
  ['a page whose address and origin differ', { ...own, url: 'about:blank' }],
])('a port from %s is closed unserved', (_who, frame) => {
  const port = new FakePort();
  send(frame, port);
  expect(port).toMatchObject({ started: false, closed: true });
  expect(port.listenerCount('message')).toBe(0);
  expect(logged).toHaveBeenCalledOnce();
});

test('only one port is served, and a message without any is ignored', () => {
  const [first, second] = [new FakePort(), new FakePort()];
  send(own, first, second);
  expect([first.started, second.started, second.closed]).toEqual([true, false, true]);
  expect(() => send(own)).not.toThrow();
});

test('what is not a call is told in the log and ends nothing', async () => {
  const port = new FakePort();
  send(own, port);
  port.emit('message', { data: 'not a call' });
  await expect.poll(() => logged.mock.calls.length).toBe(1);
  expect(port.closed).toBe(false);
});
