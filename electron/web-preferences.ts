import type { WebPreferences } from 'electron';

/** How every window is locked down. Frozen, and a test asserts each value. */
export const WEB_PREFERENCES = Object.freeze({
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
  /** Chromium's spell checker fetches its dictionaries from the network. */
  spellcheck: false,
} as const satisfies WebPreferences);
