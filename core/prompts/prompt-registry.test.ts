import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promptFolders, promptText } from '../../testing/prompt-folders.ts';
import type { PromptExperiment } from './prompt-config.ts';
import type { PromptRegistry } from './prompt-registry.ts';

let prompts: ReturnType<typeof promptFolders>;
beforeEach(() => {
  prompts = promptFolders();
  for (const version of ['1', '2', '3']) prompts.prompt('a/b', version, `words ${version}`);
});
afterEach(() => prompts.dispose());

const experiment = (id: string, more: Partial<PromptExperiment> = {}): PromptExperiment => ({ id, prompt: 'a/b', about: 'why it is', arms: [{ version: '2', weight: 0.5 }, { version: '3', weight: 0.5 }], from: '2026-11-20T00:00:00Z', until: null, ...more });
const inUse = (registry: PromptRegistry, id = 'a/b'): string | undefined => registry.current(id)?.version;
const own = (name: string): unknown => JSON.parse(readFileSync(join(prompts.ownDir, name), 'utf8'));
const labelled = (labels: object): object => ({ version: 1, labels });

describe('the version in use', () => {
  it('is the one labelled production, the person’s label before the app’s', () => {
    prompts.labels({ 'a/b': { production: '2' } });
    expect(inUse(prompts.open())).toBe('2');
    prompts.own('labels.json', labelled({ 'a/b': { production: '3' } }));
    expect(inUse(prompts.open())).toBe('3');
  });
  it('without a label is the newest that was released, whatever was added since', () => {
    prompts.lock({ 'a/b.v1.prompt': 'words 1', 'a/b.v2.prompt': 'words 2' });
    expect(inUse(prompts.open())).toBe('2');
    prompts.own('labels.json', labelled({ 'a/b': { production: null } }));
    prompts.labels({ 'a/b': { production: '3' } });
    expect(inUse(prompts.open())).toBe('2');
  });
  it('without a label is a plain version rather than a variant of it', () => {
    prompts.prompt('a/b', '2.short', 'few');
    prompts.lock({ 'a/b.v1.prompt': 'words 1', 'a/b.v2.prompt': 'words 2', 'a/b.v2.short.prompt': 'few' });
    expect(inUse(prompts.open())).toBe('2');
  });
  it('without label and release is the oldest of the app', () => {
    expect(inUse(prompts.open())).toBe('1');
    prompts.prompt('a/c', '5', 'five');
    prompts.own('a/c.v1.prompt', promptText('mine'));
    expect(inUse(prompts.open(), 'a/c')).toBe('5');
    expect(inUse(prompts.open(), 'a/nobody')).toBeUndefined();
  });
  it('stays what it was when its file breaks or goes while the app runs', () => {
    prompts.lock({ 'a/b.v1.prompt': 'words 1', 'a/b.v2.prompt': 'words 2' });
    const registry = prompts.open();
    expect(inUse(registry)).toBe('2');
    prompts.app('a/b.v2.prompt', 'nonsense');
    registry.reload();
    expect([inUse(registry), registry.current('a/b')?.source]).toEqual(['2', promptText('words 2')]);
    prompts.remove('a/b', '2');
    registry.reload();
    expect([inUse(registry), registry.current('a/b')?.source]).toEqual(['2', promptText('words 2')]);
  });
});

describe('files that contradict each other', () => {
  it('are told with file and line, and only the entry is left out', () => {
    prompts.labels({ 'a/b': { production: '2', candidate: '9' }, 'a/ghost': { production: '1' } });
    prompts.own('experiments.json', { version: 1, experiments: [experiment('fine'), experiment('no-version', { arms: [{ version: '1', weight: 0.5 }, { version: '8', weight: 0.5 }], from: '2020-01-01T00:00:00Z', until: '2030-02-01T00:00:00Z' }), experiment('no-prompt', { prompt: 'a/ghost' }), experiment('beside')] });
    const registry = prompts.open();
    expect([...registry.labels('a/b')]).toEqual([['production', '2']]);
    expect(registry.experiments().map(({ experiment: { id } }) => id)).toEqual(['fine']);
    expect(registry.problems()).toEqual([
      { file: 'prompts/labels.json', line: 6, reason: expect.stringContaining('labels.a/b.candidate: there is no version 9'), lastGoodInUse: false },
      { file: 'prompts/labels.json', line: 8, reason: 'there is no prompt a/ghost', lastGoodInUse: false },
      { file: 'own prompts/experiments.json', line: 31, reason: expect.stringContaining('"no-version" is left out: there is no version 8 of a/b'), lastGoodInUse: false },
      { file: 'own prompts/experiments.json', line: 40, reason: expect.stringContaining('"no-prompt" is left out: there is no prompt a/ghost'), lastGoodInUse: false },
      { file: 'own prompts/experiments.json', line: 69, reason: expect.stringContaining('"beside" is left out: "fine" runs on a/b at the same time'), lastGoodInUse: false },
    ]);
  });
  it('leave a label that comes to point nowhere where it was', () => {
    prompts.labels({ 'a/b': { production: '2' } });
    const registry = prompts.open();
    expect(inUse(registry)).toBe('2');
    prompts.labels({ 'a/b': { production: '9' } });
    registry.reload();
    expect(inUse(registry)).toBe('2');
    expect(registry.problems()).toMatchObject([{ file: 'prompts/labels.json', line: 5, lastGoodInUse: true }]);
    expect(inUse(prompts.open())).toBe('1');
  });
  it.each([
    ['labels.json', '{\n  "version": 1,\n  "labels": { "a/b": { "production": "two" } }\n}', 3, /labels\.a\/b\.production/],
    ['labels.json', '{\n  "version": 1,\n  "labels": {},\n}', 4, /comma too many/],
    ['labels.json', '{\n  "version": 1,\n  "labels": {\n    "a/b": { "Production": "2" }\n  }\n}', 4, /labels\.a\/b/],
    ['experiments.json', JSON.stringify({ version: 1, experiments: [experiment('x', { arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.4 }] })] }, null, 2), 8, /experiments\.0\.arms: the weights sum to 0\.9/],
    ['experiments.json', JSON.stringify({ version: 1, experiments: [experiment('x', { arms: [{ version: '2', weight: 0.5 }, { version: '2', weight: 0.5 }] })] }, null, 2), 14, /version 2 is an arm already/],
    ['experiments.json', JSON.stringify({ version: 1, experiments: [experiment('x', { from: 'soon' })] }, null, 2), 18, /experiments\.0\.from/],
  ])('with a mistake in %s (%#) keep its last good version in force, also over a restart', (name, broken, line, reason) => {
    prompts.own('labels.json', labelled({ 'a/b': { production: '3' } }));
    prompts.own('experiments.json', { version: 1, experiments: [experiment('good')] });
    const registry = prompts.open();
    expect([inUse(registry), registry.experiments().length]).toEqual(['3', 1]);
    prompts.own(name, broken);
    registry.reload();
    for (const one of [registry, prompts.open()]) {
      expect([inUse(one), one.experiments().length]).toEqual(['3', 1]);
      expect(one.problems()).toEqual([{ file: `own prompts/${name}`, line, reason: expect.stringMatching(reason), lastGoodInUse: true }]);
    }
  });
  it('that the app should have and has not are problems, and its prompts are there all the same', () => {
    rmSync(join(prompts.appDir, 'labels.json'));
    const registry = prompts.open();
    expect([inUse(registry), registry.problems()]).toEqual(['1', [{ file: 'prompts/labels.json', line: 1, reason: 'the file is not there', lastGoodInUse: false }]]);
  });
});

describe('saving a label', () => {
  it('is in force at once and for the next start, in the person’s file only, and tells listeners once', () => {
    prompts.labels({ 'a/b': { production: '1' } });
    const before = readFileSync(join(prompts.appDir, 'labels.json'), 'utf8');
    const registry = prompts.open();
    let told = 0;
    registry.onChange(() => { told++; });
    registry.saveLabel('a/b', 'production', '2');
    expect([inUse(registry), inUse(prompts.open()), told]).toEqual(['2', '2', 1]);
    expect(own('labels.json')).toEqual(labelled({ 'a/b': { production: '2' } }));
    expect(readFileSync(join(prompts.appDir, 'labels.json'), 'utf8')).toBe(before);
    if (process.platform !== 'win32') expect(statSync(join(prompts.ownDir, 'labels.json')).mode & 0o777).toBe(0o600);
    registry.saveLabel('a/b', 'production', '1');
    expect([inUse(registry), own('labels.json'), told]).toEqual(['1', labelled({}), 2]);
  });
  it('that changes nothing writes nothing and tells nobody', () => {
    prompts.labels({ 'a/b': { production: '1' } });
    const registry = prompts.open();
    registry.onChange(() => { throw new Error('told'); });
    registry.saveLabel('a/b', 'production', '1');
    expect(existsSync(prompts.ownDir)).toBe(false);
  });
  it('keeps an edit made by hand since the file was read', () => {
    prompts.own('labels.json', labelled({ 'a/b': { production: '2' } }));
    const registry = prompts.open();
    expect(inUse(registry)).toBe('2');
    prompts.own('labels.json', { ...labelled({ 'a/b': { production: '3', mine: '1' } }), about: 'mine' });
    registry.saveLabel('a/b', 'candidate', '2');
    expect(own('labels.json')).toEqual({ about: 'mine', ...labelled({ 'a/b': { production: '3', mine: '1', candidate: '2' } }) });
    expect(inUse(registry)).toBe('3');
  });
  it('puts a file with a mistake in it aside instead of throwing it away', () => {
    prompts.own('labels.json', labelled({ 'a/b': { production: '2' } }));
    const told: unknown[] = [];
    const registry = prompts.open({ onSetAside: (one) => told.push(one) });
    expect(inUse(registry)).toBe('2');
    prompts.own('labels.json', '{ "half": ');
    registry.saveLabel('a/b', 'candidate', '3');
    expect(own('labels.json')).toEqual(labelled({ 'a/b': { production: '2', candidate: '3' } }));
    expect(readFileSync(join(prompts.ownDir, 'labels.json.broken'), 'utf8')).toBe('{ "half": ');
    expect(told).toEqual([{ file: 'own prompts/labels.json', aside: join(prompts.ownDir, 'labels.json.broken') }]);
    expect(registry.problems()).toEqual([]);
  });
  it('that fails leaves the file and what is in force as they were', () => {
    writeFileSync(prompts.ownDir, 'not a folder');
    const registry = prompts.open();
    expect(() => registry.saveLabel('a/b', 'production', '2')).toThrow(expect.objectContaining({ code: 'CONFIG_UNWRITABLE', details: expect.objectContaining({ file: 'own prompts/labels.json' }) }));
    expect(inUse(registry)).toBe('1');
  });
});

describe('saving an experiment', () => {
  it('adds it, replaces it by id, and ends one of the app’s in the person’s file', () => {
    prompts.experiments(experiment('of-the-app'));
    const registry = prompts.open();
    const states = (): unknown[] => registry.experiments().map(({ experiment: { id }, state }) => [id, state]);
    registry.saveExperiment(experiment('mine', { prompt: 'a/b', from: '2027-01-01T00:00:00Z', until: '2027-02-01T00:00:00Z' }));
    expect(registry.problems()).toMatchObject([{ file: 'prompts/experiments.json', reason: expect.stringContaining('"mine" runs on a/b at the same time') }]);
    registry.saveExperiment(experiment('of-the-app', { until: '2026-11-20T08:00:00Z' }));
    expect([states(), registry.problems()]).toEqual([[['of-the-app', 'ended'], ['mine', 'planned']], []]);
    prompts.clock.set('2027-01-15T00:00:00Z');
    expect(states()).toEqual([['of-the-app', 'ended'], ['mine', 'running']]);
    expect(own('experiments.json')).toMatchObject({ version: 1, experiments: [{ id: 'mine' }, { id: 'of-the-app', until: '2026-11-20T08:00:00Z' }] });
  });
  it('that could not be read again is refused before anything is written', () => {
    const registry = prompts.open();
    expect(() => registry.saveExperiment(experiment('x', { arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.1 }] }))).toThrow(/weights sum to 0\.6/);
    expect(existsSync(prompts.ownDir)).toBe(false);
  });
});

describe('forgetting the person', () => {
  it('is done also where their folder is a file', () => {
    rmSync(prompts.ownDir, { recursive: true, force: true });
    writeFileSync(prompts.ownDir, 'not a folder');
    const registry = prompts.open();
    expect(registry.current('a/b')?.version).toBe('1');
    expect(registry.forgetPerson()).toEqual([{ what: 'own prompts, labels and experiments', left: 0 }]);
    expect(existsSync(prompts.ownDir)).toBe(false);
  });

  it('removes all files of their own, also from what is in force, and says that none is left', () => {
    prompts.own('a/own.v1.prompt', promptText('private words'));
    prompts.own('labels.json', labelled({ 'a/b': { production: '3' } }));
    const registry = prompts.open();
    const hash = registry.current('a/own')?.hash ?? '';
    expect([hash.length, inUse(registry)]).toEqual([12, '3']);
    const { shelf } = registry;
    expect(registry.forgetPerson()).toEqual([{ what: 'own prompts, labels and experiments', left: 0 }]);
    expect([registry.current('a/own'), registry.words(hash), shelf.version('a/own', '1'), inUse(registry), registry.problems()]).toEqual([undefined, undefined, undefined, '1', []]);
    expect(readdirSync(prompts.ownDir)).toEqual([]);
  });
});
