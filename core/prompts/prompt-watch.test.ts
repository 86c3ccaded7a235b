import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { promptFolders, promptText } from '../../testing/prompt-folders.ts';
import type { PromptRegistry, PromptRegistryOptions } from './prompt-registry.ts';

let prompts: ReturnType<typeof promptFolders>;
let told = 0;
beforeEach(() => {
  told = 0;
  prompts = promptFolders();
  for (const version of ['1', '2']) prompts.prompt('a/b', version, `words ${version}`);
  prompts.labels({ 'a/b': { production: '1' } });
});
afterEach(() => prompts.dispose());

/** From a save until it is in use, at most. */
const RELOAD_MS = 1000;
const pause = (ms: number): Promise<void> => new Promise((resume) => { setTimeout(resume, ms); });
/** Until the watcher has seen the folders, or would have noticed a save. */
const settle = (): Promise<void> => pause(500);
const open = (options: Partial<PromptRegistryOptions> = {}): PromptRegistry => {
  const registry = prompts.open({ watch: true, ...options });
  registry.onChange(() => { told++; });
  return registry;
};
const words = (registry: PromptRegistry, id = 'a/b'): string => registry.current(id)?.source.split('---\n').at(-1)?.trim().replace(' {{who}}', '') ?? '';
const within = async (what: () => boolean): Promise<void> => { await vi.waitUntil(what, { timeout: RELOAD_MS, interval: 10 }); };

describe('a file saved while the app runs', () => {
  it('is in use within a second, and listeners hear of it once, also when nobody had asked for anything', async () => {
    const registry = open();
    await settle();
    prompts.prompt('a/b', '1', 'edited');
    await within(() => told > 0);
    expect(words(registry)).toBe('edited');
    await settle();
    expect(told).toBe(1);
  });

  it('is noticed when it was saved while the watching began', async () => {
    const registry = open();
    expect(words(registry)).toBe('words 1');
    prompts.prompt('a/b', '1', 'edited at once');
    await within(() => words(registry) === 'edited at once');
  });

  it('that breaks leaves its last words in force with file, line and reason, until it is mended', async () => {
    const registry = open();
    expect(words(registry)).toBe('words 1');
    await settle();
    prompts.prompt('a/b', '1', 'broken {{nobody}}');
    await within(() => registry.problems().length > 0);
    expect([words(registry), registry.problems()]).toEqual(['words 1', [{ file: 'prompts/a/b.v1.prompt', line: 10, reason: expect.stringContaining('nobody'), lastGoodInUse: true }]]);
    prompts.prompt('a/b', '1', 'mended');
    await within(() => words(registry) === 'mended');
    expect(registry.problems()).toEqual([]);
  });

  it('is noticed when an editor replaces it by another file', async () => {
    const registry = open();
    expect(words(registry)).toBe('words 1');
    await settle();
    const partial = join(prompts.appDir, 'a', '.b.swp');
    writeFileSync(partial, promptText('replaced'));
    renameSync(partial, join(prompts.appDir, 'a', 'b.v1.prompt'));
    await within(() => words(registry) === 'replaced');
  });

  it('moves labels and starts experiments', async () => {
    const registry = open();
    expect(words(registry)).toBe('words 1');
    await settle();
    prompts.labels({ 'a/b': { production: '2' } });
    await within(() => words(registry) === 'words 2');
    prompts.experiments({ id: 'x', prompt: 'a/b', about: 'why it is', arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }], from: '2026-11-20T00:00:00Z', until: null });
    await within(() => registry.experiments().length === 1);
  });

  it('in a folder of the person’s that was not there is noticed, and after that folder was deleted too', async () => {
    const registry = open();
    expect(registry.shelf.ids()).toEqual(['a/b']);
    await settle();
    prompts.own('mine/c.v1.prompt', promptText('mine'));
    await within(() => words(registry, 'mine/c') === 'mine');
    prompts.own('labels.json', { version: 1, labels: { 'a/b': { production: '2' } } });
    await within(() => words(registry) === 'words 2');
    rmSync(prompts.ownDir, { recursive: true });
    await within(() => words(registry) === 'words 1');
    await settle();
    mkdirSync(prompts.ownDir);
    await pause(200);
    prompts.own('labels.json', { version: 1, labels: { 'a/b': { production: '2' } } });
    await within(() => words(registry) === 'words 2');
  });

  it('by the app itself, or that is none of ours, is told to nobody a second time', async () => {
    const registry = open();
    expect(words(registry)).toBe('words 1');
    await settle();
    registry.saveLabel('a/b', 'production', '2');
    expect(told).toBe(1);
    writeFileSync(join(prompts.appDir, 'a', 'notes.txt'), 'x');
    writeFileSync(join(prompts.appDir, 'a', 'b.v1.prompt'), promptText('words 1')); // saved as it was
    await settle();
    expect(told).toBe(1);
  });

  it('is nothing to a registry that is closed, or that does not watch', async () => {
    const [closed, still] = [open(), open({ watch: false })];
    expect([words(closed), words(still)]).toEqual(['words 1', 'words 1']);
    await settle();
    await closed.close();
    prompts.prompt('a/b', '1', 'edited');
    await settle();
    expect([words(closed), words(still), told]).toEqual(['words 1', 'words 1', 0]);
  });
});

describe('an app that is only started', () => {
  it('reads no prompts until somebody asks or a moment has passed', async () => {
    rmSync(prompts.appDir, { recursive: true });
    const registry = open();
    for (const version of ['1', '2']) prompts.prompt('a/b', version, `late ${version}`);
    prompts.labels({});
    prompts.experiments();
    expect([words(registry), registry.problems()]).toEqual(['late 1', []]);
  });
});
