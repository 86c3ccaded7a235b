import { expect, test } from 'vitest';
import { EXTERNAL_ORIGINS, isExternalAllowed } from './navigation-guard.ts';

const origins = ['https://role-accel.example', 'http://plain.example'];

test('no link leaves for the browser yet', () => {
  expect(EXTERNAL_ORIGINS).toEqual([]);
  expect(isExternalAllowed('https://example.com/')).toBe(false);
});

test('a link on the list may leave, whatever its path', () => {
  expect(isExternalAllowed('https://role-accel.example/help?x=1#y', origins)).toBe(true);
});

test.each([
  'http://role-accel.example/', 'https://role-accel.example.evil.example/', 'https://evil.example/https://role-accel.example', 'https://role-accel.example:8443/',
  'http://plain.example/', 'https://user@role-accel.example/', 'https://:password@role-accel.example/', 'https://role-accel.example@evil.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://role-accel.example/', '', 'https://',
])('%j may not', (url) => {
  expect(isExternalAllowed(url, origins)).toBe(false);
});
