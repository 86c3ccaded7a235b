import { expect, test } from 'vitest';
import { createAccessGuard, type GuardedRequest } from './access-guard.ts';

const PORT = 4567;
const own = { host: `127.0.0.1:${PORT}` };
const origin = `http://127.0.0.1:${PORT}`;
const request = (headers: GuardedRequest['headers'], method = 'GET'): GuardedRequest => ({ method, headers: { ...own, ...headers } });

function signedIn(): { guard: ReturnType<typeof createAccessGuard>; cookie: string } {
  const guard = createAccessGuard(PORT);
  const setCookie = guard.redeemToken(guard.issueToken());
  return { guard, cookie: setCookie?.split(';')[0] ?? '' };
}

test('a token gives a session once and is void afterwards', () => {
  const guard = createAccessGuard(PORT);
  const token = guard.issueToken();
  expect(guard.redeemToken(token)).not.toBeNull();
  expect(guard.redeemToken(token)).toBeNull();
});

test('a new token voids the one before', () => {
  const guard = createAccessGuard(PORT);
  const first = guard.issueToken();
  const second = guard.issueToken();
  expect(guard.redeemToken(first)).toBeNull();
  expect(guard.redeemToken(second)).not.toBeNull();
});

test('a wrong token gives nothing and does not void the right one', () => {
  const guard = createAccessGuard(PORT);
  const token = guard.issueToken();
  for (const wrong of ['', 'x', token.slice(1), `${token} `]) expect(guard.redeemToken(wrong)).toBeNull();
  expect(guard.redeemToken(token)).not.toBeNull();
});

test('no token works before one was issued', () => {
  expect(createAccessGuard(PORT).redeemToken('')).toBeNull();
});

test('the cookie is out of reach of scripts and other sites, and ends with the browser session', () => {
  const guard = createAccessGuard(PORT);
  const [pair, ...attributes] = (guard.redeemToken(guard.issueToken()) ?? '').split('; ');
  expect(pair).toMatch(/^role-accel-4567=[\w-]{43}$/);
  expect(attributes.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
});

test('signed in means the whole cookie, among whatever others the browser sends', () => {
  const { guard, cookie } = signedIn();
  expect(guard.isSignedIn({ cookie })).toBe(true);
  expect(guard.isSignedIn({ cookie: `a=1; role-accel-4567=stale; ${cookie}; b=2` })).toBe(true);
  for (const forged of ['', cookie.slice(0, -1), `${cookie}x`, 'role-accel-4567=', cookie.replace('4567', '4568'), `x${cookie}`]) {
    expect(guard.isSignedIn({ cookie: forged }), forged).toBe(false);
  }
  expect(guard.isSignedIn({})).toBe(false);
});

test('a second sign-in keeps the first window signed in', () => {
  const { guard, cookie } = signedIn();
  expect(guard.redeemToken(guard.issueToken())).not.toBeNull();
  expect(guard.isSignedIn({ cookie })).toBe(true);
});

test.each(['evil.example:4567', 'localhost:4567', '127.0.0.1:4568', '127.0.0.1', '[::1]:4567', '127.0.0.1.evil.example:4567', ''])('refuses the host %j, as a rebound domain sends it', (host) => {
  const { guard, cookie } = signedIn();
  expect(guard.refuse(request({ host, cookie }))?.status).toBe(421);
  expect(guard.refuseUpgrade(request({ host, cookie, origin }))?.status).toBe(421);
});

test('refuses a request without a host', () => {
  expect(createAccessGuard(PORT).refuse({ method: 'GET', headers: {} })?.status).toBe(421);
});

test.each(['http://127.0.0.1:9999', 'http://localhost:4567', 'https://127.0.0.1:4567', 'http://evil.example', 'null', 'file://', ''])('refuses the origin %j, as another page sends it', (other) => {
  const { guard, cookie } = signedIn();
  for (const method of ['GET', 'POST']) expect(guard.refuse(request({ origin: other, cookie }, method))?.status).toBe(403);
  expect(guard.refuseUpgrade(request({ origin: other, cookie }))?.status).toBe(403);
});

test.each(['same-site', 'cross-site'])('refuses what a %s page loads or embeds, but a link may open the app', (site) => {
  const { guard } = signedIn();
  expect(guard.refuse(request({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }))?.status).toBe(403);
  expect(guard.refuse(request({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }))?.status).toBe(403);
  expect(guard.refuse(request({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', origin }, 'POST'))?.status).toBe(403);
  expect(guard.refuse(request({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }))).toBeNull();
});

test('lets the own page load its files and send its token', () => {
  const { guard } = signedIn();
  expect(guard.refuse(request({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'script' }))).toBeNull();
  expect(guard.refuse(request({ 'sec-fetch-site': 'same-origin', origin }, 'POST'))).toBeNull();
});

test('a request that changes something has to name its origin', () => {
  expect(signedIn().guard.refuse(request({}, 'POST'))?.status).toBe(403);
});

test('a socket needs both the own origin and the cookie', () => {
  const { guard, cookie } = signedIn();
  expect(guard.refuseUpgrade(request({ cookie }))?.status).toBe(403);
  expect(guard.refuseUpgrade(request({ origin }))?.status).toBe(401);
  expect(guard.refuseUpgrade(request({ origin, cookie }))).toBeNull();
});
