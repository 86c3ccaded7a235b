import { expect, test } from 'vitest';
import { readShortcut } from './shortcuts.ts';

const pressed = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test('Ctrl or ⌘ with K opens the palette, also while typing', () => {
  expect(readShortcut(pressed('k', { ctrlKey: true }), true)).toEqual({ does: 'palette' });
  expect(readShortcut(pressed('K', { metaKey: true }), false)).toEqual({ does: 'palette' });
});

test('a question mark stays a character in a text field and opens the sheet elsewhere', () => {
  expect(readShortcut(pressed('?'), true)).toBeNull();
  expect(readShortcut(pressed('?'), false)).toEqual({ does: 'sheet' });
});

test('numbers go to the screens there are and to no other', () => {
  expect(readShortcut(pressed('2', { ctrlKey: true }), true)).toEqual({ does: 'screen', href: '/interview' });
  expect(readShortcut(pressed('9', { ctrlKey: true }), true)).toBeNull();
  expect(readShortcut(pressed('2'), false)).toBeNull();
});

test('AltGr, which counts as Ctrl and Alt together, types characters and runs nothing', () => {
  expect(readShortcut(pressed('k', { ctrlKey: true, altKey: true }), false)).toBeNull();
});
