import { expect, it } from 'vitest';
import { isLoopbackHost, lineKey, proxyFor } from './network-route.ts';

const host = (url: string): string => new URL(url).hostname;

it.each(['http://127.0.0.1', 'http://127.8.9.10', 'http://2130706433', 'http://0x7f.1', 'http://[::1]', 'http://[0:0:0:0:0:0:0:1]', 'http://localhost', 'http://LocalHost', 'http://localhost.'])('%s is this machine', (url) => {
  expect(isLoopbackHost(host(url))).toBe(true);
});

it.each(['http://128.0.0.1', 'http://127.0.0.1.example.test', 'http://localhost.example.test', 'http://mylocalhost', 'http://0.0.0.0', 'http://[::]', 'http://[::ffff:8.8.8.8]', 'http://192.168.1.5', 'http://printer', 'http://example.test'])('%s is beyond it', (url) => {
  expect(isLoopbackHost(host(url))).toBe(false);
});

it.each([
  ['http://a.test', {}, undefined],
  ['http://a.test', { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
  ['http://a.test', { HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:2' }, 'http://q:2'],
  ['http://a.test', { HTTPS_PROXY: 'http://p:1' }, undefined],
  ['https://a.test', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' }, 'http://p:1'],
  ['https://a.test', { HTTP_PROXY: 'http://q:2' }, 'http://q:2'],
  ['https://a.test', { HTTPS_PROXY: '' }, undefined],
  ['https://a.test', { HTTPS_PROXY: 'p:1' }, 'http://p:1'],
])('%s with %o goes through %s', (url, env, proxy) => {
  expect(proxyFor(new URL(url), env)).toBe(proxy);
});

it.each([
  ['http://a.test', 'a.test', true], ['http://b.a.test', 'a.test', true], ['http://b.a.test', '.a.test', true], ['http://a.test', '.a.test', true],
  ['http://a.test', '*.a.test', false], ['http://b.a.test', '*.a.test', true], ['http://ba.test', 'a.test', false], ['http://A.test.', 'a.TEST', true],
  ['http://a.test:81', 'a.test:81', true], ['http://a.test', 'a.test:81', false], ['https://a.test', 'a.test:443', true],
  ['http://a.test', 'x.test, *', true], ['http://a.test', 'x.test a.test', true], ['http://[fe80::1]', 'fe80::1', true], ['http://[fe80::1]:81', '[fe80::1]:81', true], ['http://10.0.0.1', '10.0.0.1', true], ['http://a.test', '', false],
])('%s with NO_PROXY=%s goes directly: %s', (url, noProxy, direct) => {
  expect(proxyFor(new URL(url), { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy }) === undefined).toBe(direct);
});

it('names a line the same however its address is written', () => {
  expect(lineKey('https:', 'A.test', '')).toBe(lineKey('https:', 'a.test.', '443'));
  expect(lineKey('http:', '[::1]', '80')).toBe(lineKey('http:', '::1', ''));
  expect(lineKey('http:', 'a.test', '')).not.toBe(lineKey('https:', 'a.test', ''));
});
