import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ClientLink } from '@orpc/client';

export type EngineLink = ClientLink<Record<never, never>>;

/** A link that is up, and the promise that settles when it goes down. */
export interface OpenTransport { link: EngineLink; lost: Promise<void> }

/** Opens one transport to the engine, or throws. `NotSignedIn` means that waiting will not help. */
export type OpenEngine = () => Promise<OpenTransport>;

/** This page's session with the loopback shell is over, as after a restart: a new address from its terminal is needed. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

const PORT_TIMEOUT_MS = 3_000;

/** Asks the preload for a MessagePort to the engine (Electron shell). */
export async function openPort(): Promise<OpenTransport> {
  const port = await new Promise<MessagePort>((resolve, reject) => {
    const timer = setTimeout(() => { window.removeEventListener('message', receive); reject(new Error('No port came')); }, PORT_TIMEOUT_MS);
    const receive = (event: MessageEvent<unknown>): void => {
      const isPort = typeof event.data === 'object' && event.data !== null && 'type' in event.data && event.data.type === 'role-accel:port';
      const [received] = event.ports;
      if (!isPort || !received || event.source !== window) return;
      clearTimeout(timer);
      window.removeEventListener('message', receive);
      resolve(received);
    };
    window.addEventListener('message', receive);
    window.postMessage({ type: 'role-accel:connect' }, location.origin);
  });
  const lost = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }));
  const link = new PortLink({ port });
  port.start();
  return { link, lost };
}

/** Opens the WebSocket to the engine that serves this page (loopback shell). */
export async function openSocket(): Promise<OpenTransport> {
  const websocket = new WebSocket(`ws://${location.host}/rpc`);
  const lost = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }));
  const opened = new Promise<boolean>((resolve) => {
    websocket.addEventListener('open', () => resolve(true), { once: true });
    websocket.addEventListener('close', () => resolve(false), { once: true });
  });
  if (!(await opened)) throw (await isSignedOut()) ? new NotSignedIn() : new Error('The socket did not open');
  return { link: new SocketLink({ websocket }), lost };
}

/** A refused upgrade does not tell its status to the page; asking for the page itself does. */
async function isSignedOut(): Promise<boolean> {
  try {
    const response = await fetch('/', { method: 'HEAD', cache: 'no-store' });
    return response.status === 401;
  } catch {
    return false;
  }
}

/** The transport of the shell this page runs in. */
export const openEngine: OpenEngine = () => (location.protocol === 'http:' ? openSocket() : openPort());
