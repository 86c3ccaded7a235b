import './require-node.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const { BUILD } = await import('./steps.ts');
const { whyBuild } = await import('./build-freshness.ts');
const { fetchElectron } = await import('./electron-binary.ts');
const { hasDisplay } = await import('../loopback/open-window.ts');

const reason = whyBuild(root);
if (reason) {
  console.log(`Building Role Accel (${reason}) ...`);
  const built = spawnSync(process.execPath, BUILD.args, { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) {
    console.error('Role Accel could not be built; what went wrong stands above.');
    process.exit(1);
  }
}

const { electron, why } = chooseShell();
console.log(`Shell: ${electron ? 'Electron' : 'loopback'} (${why})`);
if (electron) {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  // As in package.json for the other shell: a young generation of 8 MB a half saves some 130 MB and costs no time that can be measured.
  const app = spawn(electron, ['--js-flags=--max-semi-space-size=8', ...(asRoot ? ['--no-sandbox'] : []), '.', ...args], { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill(signal));
  app.on('exit', (code) => process.exit(code ?? 1));
} else {
  await import('../out/main/loopback.js');
}

function chooseShell() {
  if (args.includes('--loopback')) return { why: 'asked for with --loopback' };
  if (args.includes('--port') || args.some((arg) => arg.startsWith('--port='))) return { why: '--port is only for this shell' };
  if (!hasDisplay()) return { why: 'there is no display, so no window can be shown here' };
  const electron = fetchElectron(root);
  return electron ? { electron, why: 'its program is here' } : { why: 'Electron is not here and could not be fetched' };
}
