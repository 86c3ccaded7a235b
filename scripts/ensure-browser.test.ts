import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureBrowser, findBrowser } from './ensure-browser.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'role-accel-browser-')); });
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('the browser that ROLE_ACCEL_CHROMIUM names is used', () => {
  const file = join(folder, 'my-browser');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  vi.stubEnv('ROLE_ACCEL_CHROMIUM', file);
  expect(findBrowser()).toBe(file);
});

test('naming something that cannot be run is an error, not a reason to look elsewhere', () => {
  const file = join(folder, 'not-executable');
  writeFileSync(file, '');
  for (const named of [file, join(folder, 'missing')]) {
    vi.stubEnv('ROLE_ACCEL_CHROMIUM', named);
    expect(findBrowser).toThrow(`ROLE_ACCEL_CHROMIUM names ${named}, which cannot be run.`);
  }
});

const onLinux = process.platform === 'linux';
function writeProgram(name: string, script = ''): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test.runIf(onLinux)('an installed browser is found, one that does not start is passed over', () => {
  vi.stubEnv('ROLE_ACCEL_CHROMIUM', '');
  vi.stubEnv('PATH', folder);
  writeProgram('chromium', 'exit 1');
  const chrome = writeProgram('google-chrome');
  expect(findBrowser()).toBe(chrome);
});

test.runIf(onLinux && process.getuid?.() === 0)('without a browser, root gets one from apt-get', () => {
  vi.stubEnv('ROLE_ACCEL_CHROMIUM', '');
  vi.stubEnv('PATH', folder);
  vi.stubEnv('PLAYWRIGHT_BROWSERS_PATH', folder);
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const browser = join(folder, 'chromium');
  writeProgram('apt-get', `case "$*" in *"install -y --no-install-recommends chromium"*) printf '#!/bin/sh\\n' > '${browser}'; /bin/chmod 755 '${browser}';; esac`);
  expect(ensureBrowser()).toBe(browser);
  log.mockRestore();
});
