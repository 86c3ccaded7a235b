import { expect, test } from 'vitest';
import { ConnectionLost, createConnection } from './connection.ts';
import { NotSignedIn, type EngineLink, type OpenTransport } from './transport.ts';

const quick = { patienceMs: 60, delayMs: () => 1 };
const callOf = (link: EngineLink) => link.call(['app', 'status'], undefined, { context: {} });

/** A transport that answers with its number until it is cut. */
function transport(number: number, answer: () => Promise<unknown> = async () => number): OpenTransport & { cut: () => void } {
  const { promise: lost, resolve: cut } = Promise.withResolvers<void>();
  return { link: { call: answer }, lost, cut };
}

test('a call made while the engine is away waits and is answered by the next connection', async () => {
  const first = transport(1);
  const second = transport(2);
  const opens = [first, second];
  const connection = createConnection(async () => opens.shift() ?? second, quick);
  expect(await callOf(connection.link)).toBe(1);
  first.cut();
  await expect.poll(() => connection.status.getState().state).not.toBe('connecting');
  await expect.poll(() => callOf(connection.link)).toBe(2);
  expect(connection.status.getState()).toEqual({ state: 'open', returns: 1 });
  connection.close();
});

test('a call fails with ConnectionLost, not sent, when the engine stays away', async () => {
  const connection = createConnection(async () => { throw new Error('refused'); }, quick);
  await expect(callOf(connection.link)).rejects.toMatchObject({ name: 'ConnectionLost', sent: false });
  expect(connection.status.getState().state).toBe('away');
  connection.close();
});

test('a call that was under way when the connection broke says that it was sent', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const only = transport(1, () => promise);
  const opens = [only];
  const connection = createConnection(async () => { const next = opens.shift(); if (next) return next; throw new Error('refused'); }, quick);
  const call = callOf(connection.link);
  await expect.poll(() => connection.status.getState().state).toBe('open');
  only.cut();
  reject(new Error('peer closed'));
  await expect(call).rejects.toSatisfy((error) => error instanceof ConnectionLost && error.sent);
  connection.close();
});

test('a failure of the engine itself is passed on as it is', async () => {
  const fault = new Error('from the engine');
  const connection = createConnection(async () => transport(1, async () => { throw fault; }), quick);
  await expect(callOf(connection.link)).rejects.toBe(fault);
  connection.close();
});

test('says that a new sign-in is needed instead of that it is reconnecting', async () => {
  const connection = createConnection(async () => { throw new NotSignedIn(); }, quick);
  await expect.poll(() => connection.status.getState().state).toBe('signed-out');
  connection.close();
});
