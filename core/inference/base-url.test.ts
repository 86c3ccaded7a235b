import { describe, expect, it } from 'vitest';
import { travelsUnencrypted, whyNotBaseUrl } from './base-url.ts';

describe('a base URL', () => {
  it.each(['https://api.example.com/v1', 'http://127.0.0.1:11434/v1', 'http://192.168.1.20:8000/v1', 'https://[::1]:8080/'])('%s can be used', (address) => {
    expect(whyNotBaseUrl(address)).toBeNull();
  });

  it.each([
    ['nonsense', /not a URL/], ['ftp://host/v1', /https:\/\/ or http:/], ['file:///etc/passwd', /https:\/\/ or http:/], ['javascript:alert(1)', /https:\/\/ or http:/],
    ['https://user:pw@host/v1', /user name or password/], ['https://user@host/v1', /user name or password/], ['https://host/v1?key=1', /query/], ['https://host/v1?', /query/], ['https://host/v1#x', /fragment/], [' https://host', /space/],
  ])('%s is refused', (address, reason) => {
    expect(whyNotBaseUrl(address)).toMatch(reason);
  });

  it.each([
    ['https://api.example.com', null], ['http://localhost:1234', null], ['http://127.3.2.1', null], ['http://[::1]:80', null],
    ['http://192.168.0.9', 'private network'], ['http://10.1.2.3', 'private network'], ['http://172.20.0.1', 'private network'], ['http://workstation:8000', 'private network'], ['http://box.local', 'private network'], ['http://[fd00::1]', 'private network'],
    ['http://172.32.0.1', 'internet'], ['http://8.8.8.8', 'internet'], ['http://example.com', 'internet'], ['http://127.0.0.1.example.com', 'internet'], ['http://localhost.example.com', 'internet'], ['http://[2001:db8::1]', 'internet'],
  ])('%s travels unencrypted as far as: %s', (address, far) => {
    expect(travelsUnencrypted(new URL(address))).toBe(far);
  });
});
