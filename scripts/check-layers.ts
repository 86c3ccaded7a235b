import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { findLayerFaults } from './layer-rules.ts';
import { readSourceFacts, type SourceFacts } from './source-facts.ts';

const FOLDERS = ['core', 'electron', 'loopback', 'renderer', 'shell', 'testing', 'e2e', 'bench', 'scripts'];

/** The facts of every TypeScript file in the project, by its path from `root`. */
export function readProject(root: string): Map<string, SourceFacts> {
  const sources = new Map<string, SourceFacts>();
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.d)\.tsx?$/.test(name)) continue;
      const file = `${folder}/${name.split(sep).join('/')}`;
      sources.set(file, readSourceFacts(file, readFileSync(join(root, file), 'utf8')));
    }
  }
  return sources;
}

if (import.meta.main) {
  const sources = readProject(join(import.meta.dirname, '..'));
  const findings = findLayerFaults(sources);
  for (const { file, line, rule, says } of findings) console.error(`${file}:${line} ${says} [${rule}]`);
  console.log(`layers: ${sources.size} files, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
