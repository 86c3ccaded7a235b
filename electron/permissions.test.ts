import { expect, test } from 'vitest';
import { isPermitted, PERMISSIONS } from './permissions.ts';

test('our page may copy to the clipboard and go fullscreen, and nothing else', () => {
  const permitted = Object.keys(PERMISSIONS).filter((permission) => isPermitted(permission, 'app://role-accel/'));
  expect(permitted.toSorted()).toEqual(['clipboard-sanitized-write', 'fullscreen']);
});

test('no other page may do anything', () => {
  expect(Object.keys(PERMISSIONS).filter((permission) => isPermitted(permission, 'https://example.com/'))).toEqual([]);
});

test.each(['made-up', 'constructor', '__proto__', ''])('what is not in the table is denied: %j', (permission) => {
  expect(isPermitted(permission, 'app://role-accel/')).toBe(false);
});

test('every line says why', () => {
  expect(Object.values(PERMISSIONS).filter(({ reason }) => reason.length < 5)).toEqual([]);
});
