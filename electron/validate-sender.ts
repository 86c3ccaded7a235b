import { APP_ORIGIN, isAppUrl } from './app-url.ts';

/** What is known of the frame that sent a message; the host says it, not the sender. */
export interface SenderFrame {
  readonly url: string;
  readonly origin: string;
  readonly parent: unknown;
}

/** Whether a message comes from the window's own page: its top frame, on our origin, still there. */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === APP_ORIGIN && isAppUrl(frame.url);
}
