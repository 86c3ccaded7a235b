import './require-node.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const { LINTS } = await import('./steps.ts');
const root = join(import.meta.dirname, '..');
let failed = 0;
for (const { name, args } of LINTS) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed++;
  console.log(`${name}: ${status === 0 ? 'passed' : 'failed'}`);
}
process.exitCode = failed > 0 ? 1 : 0;
