import { shell, type App, type WebContents } from 'electron';
import { isAppUrl } from './app-url.ts';

/** Origins that a link may open in the person's browser. None yet: nothing in the app links outwards. */
export const EXTERNAL_ORIGINS: readonly string[] = Object.freeze([]);

/** Whether a link may leave for the browser: https, no credentials, and an origin on the list. */
export function isExternalAllowed(url: string, origins: readonly string[] = EXTERNAL_ORIGINS): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === 'https:' && parsed.username === '' && parsed.password === '' && origins.includes(parsed.origin);
}

/** The window stays on its own page: no navigation, redirect, frame, new window or webview. Reloading is allowed. */
export function guardNavigation(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternalAllowed(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}
