import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { IpcMain } from 'electron';
import { describe } from 'vitest';
import { createEngine, type Engine } from '../core/engine.ts';
import { APP_ORIGIN, APP_URL } from '../electron/app-url.ts';
import { CONNECT_CHANNEL, serveEngine } from '../electron/engine-port.ts';
import { startLoopbackServer } from '../loopback/http-server.ts';
import { connectPort, connectSocket, signIn, type Connection } from './connect.ts';
import { testContract, type ServedEngine } from './contract-suite.ts';
import { PROJECT, temporaryFolder } from './engine.ts';

async function withEngine(connect: (engine: Engine) => Promise<{ open(): Promise<Connection>; close(): Promise<void> }>): Promise<ServedEngine> {
  const folder = temporaryFolder();
  const engine = await createEngine({ dataDir: folder.path, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT, testMode: { seed: 1 } });
  const transport = await connect(engine);
  const connections: Connection[] = [];
  return {
    engine,
    async connect() {
      const connection = await transport.open();
      connections.push(connection);
      return connection;
    },
    async stop() {
      for (const connection of connections) connection.close();
      await engine.close();
      await transport.close();
      folder.dispose();
    },
  };
}

/** Node's port with the events of Electron's, which wrap what they carry. */
function asMainPort(port: MessagePort): object {
  const on = (type: string, listener: (event: object) => void): void => port.addEventListener(type, (event) => listener({ data: (event as MessageEvent).data }));
  return { on, postMessage: (data: unknown) => port.postMessage(data), start: () => port.start(), close: () => port.close() };
}

describe('over a message port, as in the Electron shell', () => {
  testContract(() => withEngine(async (engine) => {
    const ipcMain = new EventEmitter();
    serveEngine(ipcMain as unknown as IpcMain, engine);
    return {
      open: async () => {
        const { port1, port2 } = new MessageChannel();
        ipcMain.emit(CONNECT_CHANNEL, { senderFrame: { url: APP_URL, origin: APP_ORIGIN, parent: null }, ports: [asMainPort(port1)] });
        return connectPort(port2);
      },
      close: async () => {},
    };
  }));
});

describe('over a socket, as in the loopback shell', () => {
  testContract(() => withEngine(async (engine) => {
    const server = await startLoopbackServer({ engine, windowDir: join(PROJECT, 'out', 'renderer'), port: 0 });
    const cookie = await signIn(server.createStartUrl());
    return { open: () => connectSocket(server.origin, cookie), close: () => server.close() };
  }));
});
