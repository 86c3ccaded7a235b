import { expect, test } from 'vitest';
import { isAppUrl } from './app-url.ts';
import { isLoadable } from './network-filter.ts';

test.each(['app://role-accel/', 'app://role-accel/#/settings', 'app://role-accel/assets/index.js?x=1'])('%s is our own', (url) => {
  expect(isAppUrl(url)).toBe(true);
  expect(isLoadable(url)).toBe(true);
});

test.each(['app://role-accel.example/', 'app://evil/role-accel/', 'https://role-accel/', 'app:role-accel', 'app://user@role-accel/', 'app://role-accel:80/', 'appx://role-accel/', 'about:blank', '', 'not a url'])('%j is not', (url) => {
  expect(isAppUrl(url)).toBe(false);
  expect(isLoadable(url)).toBe(false);
});
