import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProject } from './check-layers.ts';
import { findLayerFaults, RULE_NAMES } from './layer-rules.ts';
import { readSourceFacts } from './source-facts.ts';

function rulesBrokenBy(files: Record<string, string>): string[] {
  const facts = new Map(Object.entries(files).map(([file, source]) => [file, readSourceFacts(file, source)]));
  return [...new Set(findLayerFaults(facts).map(({ rule }) => rule))];
}

/** For each rule: code that breaks it and nothing else. */
const BROKEN: Record<string, readonly Record<string, string>[]> = {
  'core-knows-no-shell': [
    { 'core/coach/grade.ts': "import { app } from 'electron';" },
    { 'core/coach/grade.ts': "import { useState } from 'react';" },
    { 'core/coach/grade.ts': "import { format } from '../../renderer/ui/format.ts';" },
    { 'core/coach/grade.ts': "import { openWindow } from '../../loopback/open-window.ts';" },
    { 'core/coach/grade.ts': "const menu = await import('../../electron/menu.ts');" },
    { 'core/engine.ts': "export * from '../shell/app-root.ts';" },
  ],
  'renderer-knows-only-the-contract': [
    { 'renderer/main.tsx': "import { createEngine } from '../core/engine.ts';" },
    { 'renderer/main.tsx': "import type { Coach } from '../core/coach/index.ts';" },
    { 'renderer/main.tsx': "import { readFileSync } from 'node:fs';" },
    { 'renderer/main.tsx': "import { ipcRenderer } from 'electron';" },
    { 'renderer/main.tsx': "import { openWindow } from '../loopback/open-window.ts';" },
  ],
  'shells-know-only-the-engine': [
    { 'electron/main.ts': "import { Store } from '../core/storage/store.ts';" },
    { 'loopback/run.ts': "import { menu } from '../electron/menu.ts';" },
    { 'loopback/run.ts': "import { app } from 'electron';" },
    { 'shell/start.ts': "import { serve } from '../loopback/http-server.ts';" },
    { 'electron/main.ts': "type View = import('../renderer/app.tsx').View;" },
  ],
  'contract-stands-alone': [
    { 'core/contract/app.ts': "import { isoFrom } from '../sources.ts';" },
    { 'core/contract/app.ts': "import { createHash } from 'node:crypto';" },
  ],
  'features-are-strangers': [
    { 'core/interview/plan.ts': "import { settings } from '../settings/index.ts';" },
    { 'core/arcade/round.ts': "import type { Session } from '../interview/index.ts';" },
  ],
  'core-imports-go-down': [
    { 'core/coach/grade.ts': "import { plan } from '../interview/plan.ts';" },
    { 'core/storage/store.ts': "import { grade } from '../coach/index.ts';" },
    { 'core/storage/store.ts': "import { createEngine } from '../engine.ts';" },
    { 'core/memory/search.ts': "import { complete } from '../inference/router.ts';" },
    { 'core/sources.ts': "import { store } from './storage/store.ts';" },
    { 'core/jobs/queue.ts': "import { window } from '../session/window.ts';" },
  ],
  'sqlite-only-in-storage': [
    { 'core/interview/interview-repository.ts': "import Database from 'better-sqlite3';" },
    { 'loopback/run.ts': "import { DatabaseSync } from 'node:sqlite';" },
  ],
  'one-door-to-the-network': [
    { 'core/coach/grade.ts': "import { request } from 'node:https';" },
    { 'core/inference/router.ts': "import { WebSocket } from 'ws';" },
    { 'core/inference/router.ts': "import { lookup } from 'node:dns/promises';" },
    { 'core/inference/router.ts': "await fetch('http://127.0.0.1');" },
    { 'core/inference/router.ts': "await globalThis.fetch('http://127.0.0.1');" },
    { 'electron/menu.ts': "new WebSocket('ws://127.0.0.1');" },
    { 'loopback/run.ts': "import { request } from 'http';" },
    { 'renderer/app/home.tsx': "fetch('/');" },
  ],
  'sdks-only-in-providers': [
    { 'core/inference/router.ts': "import OpenAI from 'openai';" },
    { 'core/interview/speaker.ts': "const { Anthropic } = await import('@anthropic-ai/sdk');" },
  ],
  'llama-only-in-its-process': [
    { 'core/inference/providers/llama/host.ts': "import { getLlama } from 'node-llama-cpp';" },
  ],
  'shipped-code-imports-no-test-code': [
    { 'loopback/run.ts': "import { grade } from './grade.test.ts';" },
  ],
  'known-layer': [{ 'core/misc/anything.ts': 'export {};' }],
  'sql-only-in-repositories': [
    { 'core/interview/interview-service.ts': "db.prepare('SELECT id FROM sessions')" },
    { 'core/interview/interview-service.ts': 'db.prepare(`\n  insert into turns (id) values (${id})`)' },
    { 'core/engine.ts': "db.exec('PRAGMA optimize')" },
  ],
  'prompts-live-in-files': [
    { 'core/mentor/mentor.ts': "ask([{ role: 'system', text: 'Be a kind mentor.' }])" },
    { 'core/mentor/mentor.ts': "ask([{ role: 'user', content: `Summarise this for me: ${text}` }])" },
    { 'core/mentor/mentor.ts': "const RULES = 'Be brief. ' + 'Be kind.'; ask([{ 'role': 'system', text: RULES }])" },
    { 'core/mentor/mentor.ts': "ask({ role: 'user', content: [{ type: 'text', text: ['Translate this', text].join(' ') }] })" },
    { 'core/mentor/mentor.ts': "const words = `You are an interviewer at ${company}. Ask hard questions.`" },
    { 'loopback/hint.ts': "hint('Reply with one short sentence and nothing else')" },
  ],
  'no-cycles': [
    { 'core/coach/a.ts': "import { b } from './b.ts';", 'core/coach/b.ts': "export { c } from './c.ts';", 'core/coach/c.ts': "import './a.ts';" },
  ],
};

test('every rule has code here that breaks it', () => {
  expect(Object.keys(BROKEN).toSorted()).toEqual(RULE_NAMES.toSorted());
});

describe.each(Object.entries(BROKEN))('%s', (rule, examples) => {
  test.each(examples.map((files) => [Object.values(files).join(' '), files] as const))('is broken by %s', (_title, files) => {
    expect(rulesBrokenBy(files)).toContain(rule);
  });
});

test.each<[string, Record<string, string>]>([
  ['a feature uses what is below', { 'core/interview/service.ts': "import { grade } from '../coach/index.ts'; import { Store } from '../storage/store.ts'; import { isoFrom } from '../sources.ts'; import type { Setup } from '../contract/interview.ts';" }],
  ['the engine wires all of core', { 'core/engine.ts': "import { createInterview } from './interview/index.ts'; import { Store } from './storage/store.ts'; import { faults } from './test-faults.ts';" }],
  ['the shells use the engine', { 'electron/main.ts': "import { createEngine } from '../core/engine.ts'; import { defaultDataDir } from '../core/data-dir.ts'; import { findAppRoot } from '../shell/app-root.ts'; import { app } from 'electron';" }],
  ['the window uses the contract', { 'renderer/main.tsx': "import type { EngineClient } from '../core/contract/index.ts'; import { useState } from 'react';", 'renderer/client/transport.ts': "fetch('/'); new WebSocket('ws://x');" }],
  ['a repository holds SQL', { 'core/interview/interview-repository.ts': "db.prepare('SELECT id FROM sessions')" }],
  ['a type of the database may be named', { 'core/interview/interview-repository.ts': "import type Database from 'better-sqlite3';" }],
  ['words that only look like SQL', { 'core/interview/voice.ts': "say('Select a role from the list'); say('Update me'); // DELETE FROM x" }],
  ['messages of what was rendered or said', { 'core/mentor/mentor.ts': "const SILENCE = '…'; ask([{ role: 'user', text: `${before}\\n\\n${text}` }, { role: 'assistant', text: said }, { role: 'user', content: SILENCE }, { role: 'user', text: '' }])" }],
  ['words for the person', { 'core/mentor/mentor.ts': "tell('You went on before the model had spoken, so the words of the coach stand here.')" }],
  ['types may point at each other', { 'core/coach/a.ts': "import type { B } from './b.ts';", 'core/coach/b.ts': "import { a } from './a.ts';" }],
  ['the one door', { 'core/inference/http.ts': "import { request } from 'node:https'; fetch('x');" }],
  ['tests are free', { 'core/coach/grade.test.ts': "import Database from 'better-sqlite3'; import { startLoopbackApp } from '../../testing/loopback-app.ts'; fetch('x');" }],
])('allows: %s', (_title, files) => {
  expect(rulesBrokenBy(files)).toEqual([]);
});

test('a finding names file, line and what was imported', () => {
  const facts = readSourceFacts('core/a.ts', "\n\nimport { app } from 'electron';");
  expect(findLayerFaults(new Map([['core/a.ts', facts]]))).toEqual([{ file: 'core/a.ts', line: 3, rule: 'core-knows-no-shell', says: 'core cannot use electron (electron)' }]);
});

test('a file that does not parse is an error, not a file without imports', () => {
  expect(() => readSourceFacts('core/a.ts', 'import {')).toThrow('core/a.ts does not parse');
});

test('reads the real project', () => {
  expect([...readProject(join(import.meta.dirname, '..')).keys()]).toEqual(expect.arrayContaining(['core/engine.ts', 'renderer/main.tsx', 'scripts/layer-rules.ts']));
});
