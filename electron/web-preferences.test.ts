import { expect, test } from 'vitest';
import { WEB_PREFERENCES } from './web-preferences.ts';

test('every window is locked down in exactly this way', () => {
  expect(WEB_PREFERENCES).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    plugins: false,
    enableWebSQL: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  });
});

test('nothing can loosen it while the app runs', () => {
  expect(Object.isFrozen(WEB_PREFERENCES)).toBe(true);
});
