import type { MessagePortMainLike } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
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
    handler.upgrade(tolerant(port));
    port.start();
  });
}

/** A message that is not a call must not end the process as an unhandled rejection. */
function tolerant(port: MessagePortMain): MessagePortMainLike {
  return {
    on: (event, callback) => {
      port.on(event as 'message', (message) => {
        Promise.resolve()
          .then(() => callback(message))
          .catch((error: unknown) => console.error('a message over the port was not understood', error));
      });
    },
    postMessage: (data, transfer) => port.postMessage(data, transfer),
  };
}
