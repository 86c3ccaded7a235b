import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { contentSecurityPolicy, createNonce, NONCE_PLACEHOLDER, SECURITY_HEADERS } from './content-security-policy.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface WindowResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Serves one path of the window, such as `/` or `/assets/index.js`. */
export type WindowFiles = (pathname: string) => Promise<WindowResponse>;

/** An HTML page with its own nonce put in and the policy that names it. */
export function htmlResponse(html: string, { status = 200, socketOrigin, dev = false }: { status?: number; socketOrigin?: string | undefined; dev?: boolean } = {}): WindowResponse {
  const nonce = createNonce();
  return {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy({ nonce, dev, ...(socketOrigin === undefined ? {} : { socketOrigin }) }),
    },
    body: Buffer.from(html.replaceAll(NONCE_PLACEHOLDER, nonce)),
  };
}

/** A short plain-text answer, such as a refusal. */
export function textResponse(status: number, text: string, headers: Record<string, string> = {}): WindowResponse {
  return { status, headers: { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers }, body: Buffer.from(`${text}\n`) };
}

/** The built window in `dir`. Only files of known types inside the folder are served. */
export function createWindowFiles(dir: string, { socketOrigin }: { socketOrigin?: string } = {}): WindowFiles {
  return async (pathname) => {
    const file = resolveInside(dir, pathname === '/' ? '/index.html' : pathname);
    const type = file && CONTENT_TYPES[extname(file)];
    if (!file || !type) return textResponse(404, 'Not found.');
    let content: Buffer;
    try {
      content = await readFile(file);
    } catch {
      if (pathname === '/') return textResponse(500, 'The window is not built. Run "npm run build", then reload.');
      return textResponse(404, 'Not found.');
    }
    if (type.startsWith('text/html')) return htmlResponse(content.toString('utf8'), { socketOrigin });
    // Names in assets/ carry a hash of the content, so they never change.
    const cache = pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
    return { status: 200, headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': cache }, body: content };
  };
}

/** The file that a URL path names inside `dir`; null when it is malformed or leads out of it. */
export function resolveInside(dir: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const file = join(dir, decoded);
  const inside = relative(dir, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? null : file;
}
