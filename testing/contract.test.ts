import { join } from 'node:path';
import { RPCHandler } from '@orpc/server/message-port';
import { describe } from 'vitest';
import { createEngine, type Engine } from '../core/engine.ts';
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

describe('over a message port, as in the Electron shell', () => {
  testContract(() => withEngine(async (engine) => {
    const handler = new RPCHandler(engine.router, { clientInterceptors: engine.clientInterceptors });
    return {
      open: async () => {
        const { port1, port2 } = new MessageChannel();
        handler.upgrade(port1);
        port1.start();
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
