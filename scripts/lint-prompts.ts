// Checks prompts: `npm run lint:prompts`. Exits 1 and names file, line and reason for each finding: files that cannot be used, released ones
// that were edited, labels, experiments, cases. `npm run lint:prompts -- --release` also writes files that are not locked yet into the lock,
// unless one of them cannot be used: what is locked can never be mended. `--prompts DIR` looks at another folder than the app's.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { casesOf } from '../core/prompts/case-file.ts';
import { lockFileSchema } from '../core/prompts/prompt-config.ts';
import { lockFindings, lockOf } from '../core/prompts/prompt-lock.ts';
import { createPromptRegistry } from '../core/prompts/prompt-registry.ts';
import { PRODUCTION } from '../core/contract/prompts.ts';
import { lanesFileSchema } from '../core/inference/models-config.ts';
import { isoFrom, systemClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { lockHistory } from './lock-history.ts';

const { values } = parseArgs({ options: { release: { type: 'boolean' }, prompts: { type: 'string' } } });
const root = resolve(import.meta.dirname, '..');
const appDir = values.prompts === undefined ? join(root, 'prompts') : resolve(values.prompts);
const lockFile = join(appDir, 'prompts.lock.json');
const lock = existsSync(lockFile) ? lockFileSchema.parse(JSON.parse(readFileSync(lockFile, 'utf8'))) : { version: 1 as const, released: {} };

const history = values.prompts === undefined ? lockHistory(root, 'prompts/prompts.lock.json', lock) : { findings: [], commits: 0 };
const findings: string[] = [...history.findings, ...lockFindings(lock, appDir).map(({ file, reason }) => `prompts/${file}: ${reason}`)];

const lanes = lanesFileSchema.parse(JSON.parse(readFileSync(join(root, 'models/lanes.json'), 'utf8'))).lanes;
const folder = temporaryFolder('role-accel-lint-');
const claimed = claimDataFolder(folder.path);
const { store } = openStore(claimed, () => isoFrom(systemClock.now()));
const registry = createPromptRegistry({ store, clock: systemClock, appDir, ownDir: join(folder.path, 'prompts'), laneTokens: (lane) => lanes[lane].contextTokens, watch: false });
let cases = 0;
try {
  findings.push(...[...registry.problems(), ...registry.shelf.caseProblems()].map(({ file, line, reason }) => `${file}:${line}: ${reason}`));
  for (const id of registry.shelf.ids()) {
    const file = registry.shelf.cases(id);
    if (!file) { findings.push(`prompts/${id}.cases.yaml: there are no cases`); continue; }
    const own = casesOf(file);
    cases += own.length;
    for (const { prompt } of registry.shelf.versions(id)) for (const one of own) {
      try { await prompt.render(one.input); } catch (error) { findings.push(`prompts/${id}.cases.yaml: ${one.id} cannot be rendered with version ${prompt.version}: ${(error as Error).message}`); }
    }
  }
  if (values.release && findings.length > 0) console.log('nothing is released before these findings are mended');
  else if (values.release) release();
  for (const id of registry.shelf.ids()) {
    const production = registry.labels(id).get(PRODUCTION);
    if (production === undefined) findings.push(`prompts/labels.json: ${id} has no version labelled ${PRODUCTION}`);
    else if (registry.shelf.version(id, production)?.state !== 'released') findings.push(`${id}: version ${production} is in production but not released: npm run lint:prompts -- --release`);
  }
} finally {
  await registry.close();
  store.close();
  claimed.release();
  folder.dispose();
}
for (const finding of findings) console.error(finding);
console.log(`${registry.shelf.ids().length} prompts, ${registry.shelf.ids().reduce((sum, id) => sum + registry.shelf.versions(id).length, 0)} versions, ${cases} cases, lock held to ${history.commits} commits, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

function release(): void {
  const { released } = lockOf(appDir);
  const added = Object.keys(released).filter((file) => !(file in lock.released));
  lock.released = Object.fromEntries(Object.entries({ ...released, ...lock.released }).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
  registry.reload();
  console.log(added.length > 0 ? `released: ${added.join(', ')}` : 'nothing new to release');
}
