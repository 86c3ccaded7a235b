import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink, type SupportedMessagePort } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { TestEngineClient } from '../core/contract/index.ts';

/** A typed client and how to hang up. `client.testMode` answers only when the engine runs in test mode. */
export interface Connection {
  readonly client: TestEngineClient;
  close(): void;
}

/** A client over one end of a message channel whose other end the engine serves. */
export function connectPort(port: SupportedMessagePort & { close(): void; start?(): void }): Connection {
  const client: TestEngineClient = createORPCClient(new PortLink({ port }));
  port.start?.();
  return { client, close: () => port.close() };
}

/**
 * Uses a one-time address of the loopback shell as its start page does: the cookie, as `name=value`.
 * @throws Error when the address was used before.
 */
export async function signIn(startUrl: string): Promise<string> {
  const { origin, hash } = new URL(startUrl);
  const response = await fetch(`${origin}/session`, { method: 'POST', headers: { origin }, body: hash.slice('#token='.length) });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!response.ok || !cookie) throw new Error(`not signed in: ${response.status} ${await response.text()}`);
  return cookie;
}

/** A client over the socket of the loopback shell, signed in with a cookie from {@link signIn}. */
export async function connectSocket(origin: string, cookie: string): Promise<Connection> {
  const socket = new WebSocket(`${origin.replace('http:', 'ws:')}/rpc`, { headers: { origin, cookie }, maxPayload: 64 * 1024 * 1024 });
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve()).once('error', reject);
  });
  socket.on('error', () => socket.terminate());
  const client: TestEngineClient = createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { client, close: () => socket.close() };
}
