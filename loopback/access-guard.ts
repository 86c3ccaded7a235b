import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is turned away: the HTTP status and words for whoever reads the response. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 421;
  readonly reason: string;
}

export interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AccessGuard {
  /** The only origin this server answers to, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  /** A new one-time token, 256 bits; an earlier one that was not used is void from now on. */
  issueToken(): string;
  /** Exchanges the token for a session, once: the `Set-Cookie` value, or null when the token is not the current one. */
  redeemToken(token: string): string | null;
  /** Refuses what does not come from our own page on our own host; says nothing about being signed in. */
  refuse(request: GuardedRequest): Refusal | null;
  /** The same for a WebSocket upgrade, which must come from our own page and be signed in. */
  refuseUpgrade(request: GuardedRequest): Refusal | null;
  isSignedIn(headers: IncomingHttpHeaders): boolean;
}

/**
 * Who may talk to the loopback server. Listening on 127.0.0.1 alone is not enough: any page in any browser here can send
 * requests to it, a hostile domain can resolve to it (DNS rebinding), and so can every other user of this machine.
 * Hence Host (rebinding), Origin and Fetch Metadata (other pages), and the cookie that only the token gives (other users).
 */
export function createAccessGuard(port: number): AccessGuard {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  // Cookies are shared by all ports of a host, so the name carries the port: two of these servers do not sign each other out.
  const cookieName = `role-accel-${port}`;
  const sessions: Buffer[] = [];
  let token: Buffer | null = null;

  const refuse = ({ method, headers }: GuardedRequest): Refusal | null => {
    if (headers.host !== host) return { status: 421, reason: `This server answers only to ${origin}.` };
    if (headers.origin !== undefined && headers.origin !== origin) return { status: 403, reason: 'Requests from other pages are refused.' };
    if (method !== 'GET' && method !== 'HEAD' && headers.origin === undefined) return { status: 403, reason: 'A request that changes something must name its origin.' };
    const site = headers['sec-fetch-site'];
    const opensPage = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document' && method === 'GET';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opensPage) return { status: 403, reason: 'Requests from other pages are refused.' };
    return null;
  };

  const isSignedIn = (headers: IncomingHttpHeaders): boolean => {
    const digests = readCookies(headers.cookie, cookieName).map(digest);
    return sessions.some((session) => digests.some((candidate) => timingSafeEqual(session, candidate)));
  };

  return {
    origin,
    issueToken() {
      const value = randomBytes(32).toString('base64url');
      token = digest(value);
      return value;
    },
    redeemToken(value) {
      if (!token || !timingSafeEqual(token, digest(value))) return null;
      token = null;
      const session = randomBytes(32).toString('base64url');
      sessions.push(digest(session));
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
    refuse,
    refuseUpgrade(request) {
      const refusal = refuse(request);
      if (refusal) return refusal;
      if (request.headers.origin !== origin) return { status: 403, reason: 'A socket must be opened by the page itself.' };
      if (!isSignedIn(request.headers)) return { status: 401, reason: 'Not signed in.' };
      return null;
    },
    isSignedIn,
  };
}

/** Secrets are kept and compared as digests: equal length for the constant-time comparison, and no secret in a heap dump. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Every value of the named cookie; a browser may send several of different paths. */
function readCookies(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
