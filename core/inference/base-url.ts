import { isLoopbackHost } from './network-route.ts';

/** Networks that do not leave the house: RFC 1918, RFC 4193, link-local, and names without a public ending. */
const PRIVATE = /^(10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}|\[f[cd][\da-f]{2}:.*\]|\[fe[89ab][\da-f]:.*\]|[^.[\]]+|.+\.(?:local|lan|internal|home\.arpa))$/;

/** Why an address cannot be used as a provider's base URL, without a full stop; null when it can. */
export function whyNotBaseUrl(text: string): string | null {
  if (text !== text.trim()) return 'the address begins or ends with a space';
  const url = URL.parse(text);
  if (!url) return 'the address is not a URL such as https://host/v1';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'the address has to begin with https:// or http://';
  if (url.username !== '' || url.password !== '') return 'the address holds a user name or password; a key is entered apart from it';
  if (text.includes('?')) return 'the address has a query; leave out everything from the question mark on';
  if (text.includes('#')) return 'the address has a fragment; leave out everything from the # on';
  return null;
}

/** How far an unencrypted request to this address would travel; null when it is encrypted or stays in this machine. */
export function travelsUnencrypted(url: URL | null): 'private network' | 'internet' | null {
  if (!url || url.protocol !== 'http:' || isLoopbackHost(url.hostname)) return null;
  return PRIVATE.test(url.hostname) ? 'private network' : 'internet';
}
