import './require-node.mjs';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

// Not loaded before an old Node was told what to do: it could not read them.
const { BUILD, LINTS, TYPECHECK } = await import('./steps.ts');
const { countPlaywright, countVitest } = await import('./test-counts.ts');
const { ensureBrowser } = await import('./ensure-browser.ts');

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { only: { type: 'string' }, long: { type: 'boolean' } } });
const only = values.only ?? 'all';
if (!['all', 'unit', 'e2e', 'crash'].includes(only)) {
  console.error(`--only takes unit, e2e or crash, not "${only}".`);
  process.exit(1);
}

// Results go to a folder of their own, so that another run at the same time is not counted here.
const INTERRUPTED = 130;
process.on('SIGINT', () => {}); // Ctrl+C reaches the step as well: it ends, and then this does
const results = mkdtempSync(join(tmpdir(), 'role-accel-test-'));
const env = { ...process.env, ROLE_ACCEL_TEST_RESULTS: results, ...(values.long ? { ROLE_ACCEL_LONG: '1' } : {}) };
const total = { passed: 0, failed: 0 };
const closing = [];

if (only === 'all') for (const step of [TYPECHECK, ...LINTS]) runWhole(step);
runWhole(BUILD);
runWhole({ name: 'browser', act: () => { env.ROLE_ACCEL_CHROMIUM = ensureBrowser(); } });
if (only !== 'e2e') runCounted('vitest', ['node_modules/vitest/vitest.mjs', 'run', ...(only === 'crash' ? ['crash'] : [])], countVitest);
if (only === 'all' || only === 'e2e') runCounted('playwright', ['node_modules/@playwright/test/cli.js', 'test'], countPlaywright);

rmSync(results, { recursive: true, force: true });
if (total.failed === 0) rmSync(join(root, 'test-results', basename(results)), { recursive: true, force: true }); // else the traces are of use
console.log('');
for (const line of closing) console.log(line);
if (total.passed === 0) total.failed = Math.max(total.failed, 1);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A step that is one test: it passes or it does not. */
function runWhole({ name, args, act = () => { if (run(args) !== 0) throw new Error(`${name} failed; the reasons stand above`); } }) {
  timed(name, () => {
    try {
      act();
      total.passed++;
    } catch (error) {
      total.failed++;
      closing.push(`failed: ${error.message}`);
    }
  });
}

/** A step that counts its own tests. */
function runCounted(name, args, count) {
  timed(name, () => {
    const exitCode = run(args);
    const counts = count(readReport(join(results, `${name}.json`)), exitCode);
    total.passed += counts.passed;
    total.failed += counts.failed;
    closing.push(...counts.faults.map((fault) => `failed: ${fault}`), ...counts.notRun.map((test) => `not run: ${test}`));
  });
}

function timed(name, act) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  act();
  console.log(`== ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function run(args) {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (signal !== null || status === INTERRUPTED) {
    rmSync(results, { recursive: true, force: true });
    process.exit(INTERRUPTED);
  }
  return status ?? 1;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
