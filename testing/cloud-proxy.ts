import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** A proxy on loopback behind which scripted servers stand for hosts beyond it, so that a test can go away without leaving the machine. */
export interface CloudProxy {
  /** For HTTP_PROXY. */
  url: string;
  close(): Promise<void>;
}

/** @param ports the port on loopback that plays each host */
export async function startCloudProxy(ports: Record<string, number>): Promise<CloudProxy> {
  const server = createServer((incoming, response) => {
    const target = new URL(incoming.url ?? '/');
    const onward = request({ host: '127.0.0.1', port: ports[target.hostname], method: incoming.method, path: `${target.pathname}${target.search}`, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket, head) => {
    const port = ports[new URL(`http://${incoming.url ?? ''}`).hostname];
    if (port === undefined) { socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'); return; }
    const onward = connect(port, '127.0.0.1', () => { socket.write('HTTP/1.1 200 Connection established\r\n\r\n'); onward.write(head); socket.pipe(onward).pipe(socket); });
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) { one.on('error', () => other.destroy()); one.on('close', () => other.destroy()); }
  });
  server.on('clientError', (_error, socket) => { socket.destroy(); });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((closed) => { server.close(() => { closed(); }); server.closeAllConnections(); }),
  };
}
