import { posix } from 'node:path';
import type { SourceFacts, SourceImport } from './source-facts.ts';

export interface Finding { readonly file: string; readonly line: number; readonly rule: string; readonly says: string }

/** Folders of core from the top down: a file may import from lower rows, not from its own row's neighbours nor from above. */
const CORE_LAYERS: readonly (readonly string[])[] = [
  ['interview', 'settings', 'arcade', 'mentor', 'resume', 'career', 'progress', 'profile', 'models'],
  ['session'],
  ['tools'],
  ['inference', 'memory', 'prompts'],
  ['jobs'],
  ['telemetry'],
  ['coach'],
  ['storage'],
];
/** Files at the top of core that every layer may use, so they import none of them. The others there belong to the engine. */
const CORE_LEAVES = new Set(['core/sources.ts', 'core/data-dir.ts', 'core/tokens.ts']);
const FEATURES = new Set(CORE_LAYERS[0]);

/** What each shell may take from core. */
const OPEN_TO_SHELLS = /^core\/(engine\.ts|data-dir\.ts|contract\/.+)$/;
const SHELLS = new Set(['electron', 'loopback', 'shell']);
/** Code that is not shipped; it may import whatever it examines. */
const FREE = new Set(['testing', 'e2e', 'bench', 'eval', 'scripts']);
const NETWORK_MODULES = /^((node:)?(http|https|http2|net|tls|dgram|dns|dns\/promises)|undici|ws|got|axios|node-fetch)$/;
/** They open connections through the `fetch` they are given. */
const PROVIDER_SDKS = /^(openai|@anthropic-ai\/sdk)(\/|$)/;
/** Native and heavy: only the inference process may load it. */
const LLAMA = /^node-llama-cpp(\/|$)/;
const WINDOW_PACKAGES = /^(react|react-dom|zustand|wouter|radix-ui|cmdk|lucide-react|react-i18next|@tanstack\/react-.+)(\/|$)/;
const NODE_MODULE = /^node:/;
const SQL_HOME = /^core\/(storage\/.+|.+-repository\.ts|memory\/.+-index\.ts)$/;

type Rule = (from: string, imported: Imported) => string | null;
/** An import as a rule sees it: a file of the project or a package. */
interface Imported { readonly file: string | null; readonly package: string | null; readonly typeOnly: boolean }

const RULES: Readonly<Record<string, Rule>> = {
  'core-knows-no-shell': (from, { file, package: name }) => {
    if (top(from) !== 'core') return null;
    if (name === 'electron' || (name && WINDOW_PACKAGES.test(name))) return `core cannot use ${name}`;
    return file && top(file) !== 'core' && top(file) !== '' ? `core cannot import from ${top(file)}/` : null;
  },
  'renderer-knows-only-the-contract': (from, { file, package: name }) => {
    if (top(from) !== 'renderer') return null;
    if (name && (name === 'electron' || name === 'better-sqlite3' || NODE_MODULE.test(name))) return `the window has no ${name}`;
    return file && top(file) !== 'renderer' && !file.startsWith('core/contract/') ? 'the window may import its own files and core/contract only' : null;
  },
  'shells-know-only-the-engine': (from, { file, package: name }) => {
    if (!SHELLS.has(top(from))) return null;
    if (name === 'electron' && top(from) !== 'electron') return 'electron is for electron/ only';
    if (!file || top(file) === top(from)) return null;
    if (OPEN_TO_SHELLS.test(file)) return null;
    if (top(file) === 'shell') return null;
    return 'a shell may import core/engine.ts, core/data-dir.ts, core/contract and shell/ only';
  },
  'contract-stands-alone': (from, { file, package: name }) => {
    if (!from.startsWith('core/contract/')) return null;
    if (name && name !== 'zod' && name !== '@orpc/contract') return 'the contract uses zod and @orpc/contract only, since the window loads it too';
    return file && !file.startsWith('core/contract/') ? 'the contract imports nothing of the rest' : null;
  },
  'features-are-strangers': (from, { file }) => {
    const [mine, theirs] = [coreFolder(from), file && coreFolder(file)];
    return mine && theirs && mine !== theirs && FEATURES.has(mine) && FEATURES.has(theirs) ? `${mine} cannot import from ${theirs}: what two features need moves down` : null;
  },
  'core-imports-go-down': (from, { file }) => {
    if (!file || !from.startsWith('core/') || !file.startsWith('core/') || file.startsWith('core/contract/') || from.startsWith('core/contract/')) return null;
    if (CORE_LEAVES.has(file)) return null;
    const [mine, theirs] = [coreFolder(from), coreFolder(file)];
    if (CORE_LEAVES.has(from)) return 'what every layer may use imports no layer';
    if (mine === null) return null;
    if (theirs === null) return 'files of the engine are above every layer';
    const [here, there] = [rank(mine), rank(theirs)];
    if (here === null || mine === theirs || (FEATURES.has(mine) && FEATURES.has(theirs))) return null; // reported by other rules
    return there !== null && there <= here ? `${mine} cannot import from ${theirs}, which is not below it` : null;
  },
  'sqlite-only-in-storage': (from, { package: name, typeOnly }) =>
    !typeOnly && (name === 'better-sqlite3' || name === 'node:sqlite') ? (from.startsWith('core/storage/') ? null : 'only core/storage opens the database') : null,
  'one-door-to-the-network': (from, { package: name }) => {
    if (!name || !NETWORK_MODULES.test(name) || from === 'core/inference/http.ts') return null;
    return top(from) === 'loopback' ? (from === 'loopback/http-server.ts' || from === 'loopback/dev.ts' || from === 'loopback/access-guard.ts' ? null : 'only the server listens') : `${name} opens connections; core/inference/http.ts is the only door`;
  },
  'sdks-only-in-providers': (from, { package: name, typeOnly }) =>
    !typeOnly && name && PROVIDER_SDKS.test(name) && !from.startsWith('core/inference/providers/') ? 'providers are called through the router' : null,
  'llama-only-in-its-process': (from, { package: name, typeOnly }) =>
    !typeOnly && name && LLAMA.test(name) && !from.startsWith('core/inference/providers/llama/process/') ? 'it may take its process down, so it runs in one of its own' : null,
  'shipped-code-imports-no-test-code': (_from, { file }) =>
    file && (FREE.has(top(file)) || isTest(file)) ? 'tests, benches and scripts are not shipped' : null,
};

/**
 * Everything that breaks the layering of the project's sources.
 * @param sources facts of each file by its path from the project's root, with forward slashes
 */
export function findLayerFaults(sources: ReadonlyMap<string, SourceFacts>): Finding[] {
  return [...[...sources].flatMap(([file, facts]) => (isShipped(file) ? faultsOf(file, facts) : [])), ...findCycles(sources)];
}

/** The names of all rules, for the tests to prove that each one bites. */
export const RULE_NAMES: readonly string[] = [...Object.keys(RULES), 'known-layer', 'sql-only-in-repositories', 'prompts-live-in-files', 'no-cycles'];

function faultsOf(file: string, facts: SourceFacts): Finding[] {
  const findings: Finding[] = [];
  const folder = coreFolder(file);
  if (folder !== null && folder !== 'contract' && rank(folder) === null) findings.push({ file, line: 1, rule: 'known-layer', says: `core/${folder} is in no layer: give it a place in the table` });
  for (const found of facts.imports) {
    const { specifier, line } = found;
    const imported = resolve(file, found);
    for (const [rule, check] of Object.entries(RULES)) {
      const says = check(file, imported);
      if (says) findings.push({ file, line, rule, says: `${says} (${specifier})` });
    }
  }
  if (top(file) === 'core' && !SQL_HOME.test(file)) {
    for (const line of facts.sqlLines) findings.push({ file, line, rule: 'sql-only-in-repositories', says: 'SQL stands in *-repository.ts and core/storage only' });
  }
  if (top(file) !== 'renderer') {
    for (const line of facts.promptLines) findings.push({ file, line, rule: 'prompts-live-in-files', says: 'words for a model stand in prompts/ only' });
  }
  if (file !== 'core/inference/http.ts' && !file.startsWith('renderer/client/')) {
    for (const { name, line } of facts.networkGlobals) findings.push({ file, line, rule: 'one-door-to-the-network', says: `${name} opens connections; core/inference/http.ts is the only door` });
  }
  return findings;
}

/** Files that load each other in a circle; types alone do not load anything. */
function findCycles(sources: ReadonlyMap<string, SourceFacts>): Finding[] {
  const findings: Finding[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (file: string): void => {
    state.set(file, 'open');
    path.push(file);
    for (const found of sources.get(file)?.imports ?? []) {
      const { line, typeOnly, dynamic } = found;
      const next = resolve(file, found).file;
      if (typeOnly || dynamic || !next || !sources.has(next)) continue;
      if (state.get(next) === 'open') findings.push({ file, line, rule: 'no-cycles', says: `these load each other: ${[...path.slice(path.indexOf(next)), next].join(' → ')}` });
      else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(file, 'done');
  };
  for (const file of sources.keys()) if (!state.has(file)) visit(file);
  return findings;
}

function resolve(from: string, { specifier, typeOnly }: SourceImport): Imported {
  if (!specifier.startsWith('.')) return { file: null, package: specifier, typeOnly };
  return { file: posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')), package: null, typeOnly };
}

const top = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const isTest = (file: string): boolean => /\.(test|spec)\.tsx?$/.test(file);
const isShipped = (file: string): boolean => !FREE.has(top(file)) && top(file) !== '' && !isTest(file);

/** `interview` for `core/interview/…`; null for files at the top of core and outside of it. */
function coreFolder(file: string): string | null {
  return /^core\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function rank(folder: string): number | null {
  const index = CORE_LAYERS.findIndex((row) => row.includes(folder));
  return index === -1 ? null : index;
}
