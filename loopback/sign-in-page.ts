import { NONCE_PLACEHOLDER } from '../shell/content-security-policy.ts';

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${title}</title>
<style nonce="${NONCE_PLACEHOLDER}">
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.25rem; }
kbd { border: 1px solid; border-radius: 4px; padding: 0 .35em; font: inherit; }
</style>
</head>
<body><main>${body}</main></body>
</html>
`;

const HOW_TO_SIGN_IN = `<p>Role Accel answers only to a window that was opened with its one-time address, so that no other program or person on this machine can read your practice.</p>
<p>Go to the terminal in which Role Accel runs and press <kbd>Enter</kbd>: it prints a new address. Open that one here.</p>
<p>If the terminal is gone, start Role Accel again.</p>`;

/** What a browser without the cookie sees. */
export const SIGNED_OUT_PAGE = page('Role Accel is not signed in here', `<h1>This window is not signed in</h1>${HOW_TO_SIGN_IN}`);

/** Where the one-time address leads. The token stands in the fragment; the script below exchanges it. */
export const START_PAGE = page('Opening Role Accel', `<div id="opening"><h1>Opening Role Accel</h1></div>
<div id="refused" hidden><h1>This address was already used or replaced</h1>${HOW_TO_SIGN_IN}</div>
<noscript><h1>Role Accel needs JavaScript</h1></noscript>
<script type="module" src="/start.js"></script>`);

/** Sends the token in the body of a POST: it is never in a request line, a log, a referrer or the history. */
export const START_SCRIPT = `const token = location.hash.slice('#token='.length);
history.replaceState(null, '', '/start');
const response = await fetch('/session', { method: 'POST', body: token }).catch(() => null);
if (response && response.ok) {
  location.replace('/');
} else {
  document.getElementById('opening').hidden = true;
  document.getElementById('refused').hidden = false;
}
`;
