import type { Session } from 'electron';
import { isAppUrl } from './app-url.ts';

/** What the window may load: its own files and what it made itself. Everything that is a network is refused. */
export function isLoadable(url: string): boolean {
  const scheme = URL.parse(url)?.protocol;
  return isAppUrl(url) || scheme === 'blob:' || scheme === 'data:' || scheme === 'devtools:';
}

/** Cuts the window off from every network, whatever its page tries; the policy in the page is the first wall, this the second. */
export function cutOffNetwork(session: Pick<Session, 'webRequest'>): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLoadable(url) }));
}
