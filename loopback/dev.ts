import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { NONCE_PLACEHOLDER, SECURITY_HEADERS } from '../shell/content-security-policy.ts';
import { htmlResponse } from '../shell/window-files.ts';
import { pathOf, send, type PageSource } from './http-server.ts';
import { runLoopbackShell } from './run.ts';

const HMR_PATH = '/hot-reload';
const windowSources = join(import.meta.dirname, '..', 'renderer');

/** Vite serves the window's sources with hot reload, behind the same guard as the built window. */
async function createDevPages(httpServer: Server, socketOrigin: string): Promise<PageSource> {
  const vite = await createServer({
    configFile: false,
    root: windowSources,
    plugins: [react()],
    appType: 'custom',
    html: { cspNonce: NONCE_PLACEHOLDER },
    server: { middlewareMode: true, hmr: { server: httpServer, path: HMR_PATH }, headers: SECURITY_HEADERS },
  });
  return {
    async handle(request, response) {
      if (pathOf(request) === '/') {
        const html = await vite.transformIndexHtml('/', await readFile(join(windowSources, 'index.html'), 'utf8'));
        return send(response, htmlResponse(html, { socketOrigin, dev: true }));
      }
      vite.middlewares(request, response);
    },
    // Vite checks its own token there.
    ownsUpgrade: (request) => pathOf(request) === HMR_PATH,
  };
}

await runLoopbackShell(process.argv.slice(2), { createPageSource: createDevPages });
