import { app } from './app.ts';

type Handler = (request: Request) => Promise<Response>;
type RequestFilter = (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void;

/** What the session was told; the window asks it, and so do tests. */
export const sessionState = {
  schemes: new Set<string>(),
  handlers: new Map<string, Handler>(),
  requestFilter: null as RequestFilter | null,
  permissionRequest: null as ((contents: unknown, permission: string, answer: (granted: boolean) => void, details: { requestingUrl: string }) => void) | null,
  permissionCheck: null as ((contents: unknown, permission: string, origin: string) => boolean) | null,
  devicePermission: null as (() => boolean) | null,
};

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string }[]): void {
    app.assertNotReady('registerSchemesAsPrivileged');
    for (const { scheme } of schemes) sessionState.schemes.add(scheme);
  },
  handle(scheme: string, handler: Handler): void {
    app.assertReady('protocol.handle');
    if (sessionState.handlers.has(scheme)) throw new Error(`The scheme '${scheme}' has been intercepted`);
    sessionState.handlers.set(scheme, handler);
  },
};

const defaultSession = {
  protocol,
  setPermissionRequestHandler(handler: typeof sessionState.permissionRequest): void { sessionState.permissionRequest = handler; },
  setPermissionCheckHandler(handler: typeof sessionState.permissionCheck): void { sessionState.permissionCheck = handler; },
  setDevicePermissionHandler(handler: typeof sessionState.devicePermission): void { sessionState.devicePermission = handler; },
  webRequest: { onBeforeRequest(filter: RequestFilter): void { sessionState.requestFilter = filter; } },
};

export const session = {
  get defaultSession(): typeof defaultSession {
    app.assertReady('defaultSession');
    return defaultSession;
  },
};

/** Whether the app's filter lets a request through. */
export function isLetThrough(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (sessionState.requestFilter) sessionState.requestFilter({ url }, ({ cancel }) => resolve(!cancel));
    else resolve(true);
  });
}
