// Checks packs: `npm run lint:packs [-- FILE...]`. Exits 1 and names file, line and reason for each finding.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadCoach } from '../core/coach/index.ts';
import { parsePack } from '../core/interview/pack-file.ts';
import { lintPacks } from '../core/interview/pack-lint.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'packs/interview');
const coach = loadCoach({ tableFile: join(root, 'models/embedder/related-words.rae'), languageDir: join(root, 'packs/language') });
const named = process.argv.slice(2).map((file) => resolve(file));
const all = readdirSync(folder).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file));
const packs = [];
let findings = 0;
for (const file of all) {
  const parsed = parsePack(readFileSync(file, 'utf8'), file);
  if (parsed.ok) packs.push({ file, pack: parsed.pack });
  else if (named.length === 0 || named.includes(file)) for (const problem of parsed.problems) { findings++; console.error(`${file}:${problem.line} ${problem.reason}`); }
}
for (const finding of lintPacks(packs.map((entry) => entry.pack), coach)) {
  const file = packs.find((entry) => entry.pack.pack === finding.pack)?.file ?? finding.pack;
  if (named.length > 0 && !named.includes(file)) continue;
  findings++;
  console.error(`${file} ${finding.questionId}: ${finding.reason}`);
}
console.log(`${packs.length} packs, ${packs.reduce((sum, entry) => sum + entry.pack.questions.length, 0)} questions, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;
