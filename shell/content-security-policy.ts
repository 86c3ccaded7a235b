import { randomBytes } from 'node:crypto';

/** Stands in the window's HTML where each response gets its own nonce. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** A fresh nonce, 128 bits. */
export const createNonce = (): string => randomBytes(16).toString('base64');

export interface CspOptions {
  readonly nonce: string;
  /** The socket the loopback window may open, such as `ws://127.0.0.1:4000`; the Electron window has none. */
  readonly socketOrigin?: string;
  /** Vite's dev server adds inline scripts, which get the nonce, and writes HTML. Never in a build. */
  readonly dev?: boolean;
}

/** Content-Security-Policy of every page, from nothing allowed upwards. */
export function contentSecurityPolicy({ nonce, socketOrigin, dev = false }: CspOptions): string {
  return [
    "default-src 'none'",
    dev ? `script-src 'self' 'nonce-${nonce}'` : "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${socketOrigin ? ` ${socketOrigin}` : ''}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    // The window never turns text into HTML or code, so it needs no policy for it; Vite's dev client does.
    ...(dev ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ].join('; ');
}

/** Headers of every response beside the policy: no sniffing, no referrer, no embedding, no shared browsing context. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
});
