import { RPCHandler } from '@orpc/server/ws';
import type { IpcMain, MessagePortMain } from 'electron';
import type { EngineCalls } from '../shell/engine-calls.ts';
import { isTrustedSender } from './validate-sender.ts';

/** The one channel between page and main process; everything else goes over the port it carries. */
export const CONNECT_CHANNEL = 'connect';

/** Serves the engine's calls to each port that a trusted page sends. */
export function serveEngine(ipcMain: Pick<IpcMain, 'on'>, engine: EngineCalls): void {
  const handler = new RPCHandler(engine.router, { clientInterceptors: engine.clientInterceptors });
  ipcMain.on(CONNECT_CHANNEL, ({ senderFrame, ports }) => {
    const [port, ...surplus] = ports;
    for (const unwanted of surplus) unwanted.close();
    if (!port) return;
    if (!isTrustedSender(senderFrame)) {
      console.error(`a port from ${senderFrame?.origin ?? 'a frame that is gone'} was refused`);
      port.close();
      return;
    }
    void handler.upgrade(asSocket(port));
    port.start();
  });
}

/**
 * The port as the socket handler takes it: the two transports carry the same bytes, and unlike the handler for ports,
 * the one for sockets survives a message that is not a call.
 */
function asSocket(port: MessagePortMain): Parameters<RPCHandler<Record<never, never>>['upgrade']>[0] {
  const addEventListener = (type: string, listener: (event: object) => void): void => {
    if (type === 'message') port.on('message', ({ data }: { data: unknown }) => listener({ data }));
    if (type === 'close') port.on('close', () => listener({}));
  };
  return { addEventListener, send: (data: unknown) => port.postMessage(data) } as Parameters<RPCHandler<Record<never, never>>['upgrade']>[0];
}
