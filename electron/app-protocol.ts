import { protocol, type Protocol } from 'electron';
import { createWindowFiles, textResponse, type WindowResponse } from '../shell/window-files.ts';
import { APP_SCHEME, isAppUrl } from './app-url.ts';

/** Makes `app:` a real origin with secure-context rights. Has to be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves the built window under `app://role-accel/` and nothing else. */
export function serveWindow(target: Pick<Protocol, 'handle'>, windowDir: string): void {
  const files = createWindowFiles(windowDir);
  target.handle(APP_SCHEME, async ({ url, method }) => {
    if (!isAppUrl(url)) return toResponse(textResponse(404, 'Not found.'));
    if (method !== 'GET' && method !== 'HEAD') return toResponse(textResponse(405, 'Only reading is possible here.'));
    return toResponse(await files(new URL(url).pathname));
  });
}

const toResponse = ({ status, headers, body }: WindowResponse): Response => new Response(new Uint8Array(body), { status, headers });
