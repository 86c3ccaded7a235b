import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT, temporaryFolder } from '../../testing/engine.ts';
import { createModelsConfig, type ModelsConfigOptions } from './config-store.ts';
import type { Connection, ModelsConfig } from './models-config.ts';

let folder: ReturnType<typeof temporaryFolder>;
let open: ModelsConfig[] = [];
const APP = join(PROJECT, 'models');
const catalogueIsThere = existsSync(join(APP, 'catalogue.json'));
const own = (): string => join(folder.path, 'models-config');
const file = (name: string): string => join(own(), name);
const write = (name: string, content: unknown): void => { mkdirSync(own(), { recursive: true }); writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content, null, 2)); };
const read = (name: string): { providers: Partial<Connection>[]; lanes: Record<string, { order: string[] }> } => JSON.parse(readFileSync(file(name), 'utf8')) as never;
const start = (options: Partial<ModelsConfigOptions> = {}): ModelsConfig => {
  const config = createModelsConfig({ appDir: APP, dataDir: own(), watch: false, ...options });
  open.push(config);
  return config;
};
const ids = (config: ModelsConfig): string[] => config.providers().providers.map(({ id }) => id);
const problems = (config: ModelsConfig): unknown[] => config.problems().filter((problem) => catalogueIsThere || !problem.file.includes('catalogue'));
const connection = (id: string, more: Partial<Connection> = {}): Connection => ({ id, kind: 'openai-compatible', name: id, baseUrl: 'http://127.0.0.1:9/v1', model: 'm', embeddingModel: null, enabled: true, needsKey: false, keyEnv: null, contextTokens: null, requestsPerMinute: null, concurrency: 8, ...more });
const mine = (...providers: unknown[]): object => ({ version: 1, providers });

beforeEach(() => { folder = temporaryFolder(); });
afterEach(async () => {
  for (const config of open) await config.close();
  open = [];
  folder.dispose();
});

describe('the files that come with the app', () => {
  it('are whole: providers, lanes, an empty list of prices, presets with addresses', () => {
    const config = start();
    expect(problems(config)).toEqual([]);
    expect(ids(config)).toEqual(['openai', 'anthropic', 'local']);
    expect(config.providers().providers.map(({ keyEnv }) => keyEnv)).toEqual(['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', null]);
    for (const preset of config.providers().presets) expect([preset.id, preset.suggestedModels.length === 0 || (preset.source !== undefined && preset.checked !== undefined)]).toEqual([preset.id, true]);
    expect(config.lanes().lanes['interactive-deep'].order).toEqual(['openai', 'anthropic', 'local']);
    expect(config.lanes().lanes.embedding.order).toEqual(['local']);
    expect(config.prices().prices).toEqual([]);
  });

  it('names models that the installed SDKs know and do not call deprecated', () => {
    const openai = readFileSync(join(PROJECT, 'node_modules/openai/resources/shared.d.ts'), 'utf8');
    const anthropic = readFileSync(join(PROJECT, 'node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts'), 'utf8');
    const deprecated = openai.slice(openai.indexOf('Deprecated values:'), openai.indexOf('export type ChatModel'));
    const { presets, providers } = start().providers();
    for (const [id, types] of [['openai', openai.slice(openai.indexOf('export type ChatModel'))], ['anthropic', anthropic.slice(anthropic.indexOf('export type Model ='))]] as const) {
      const suggested = presets.find((preset) => preset.id === id)?.suggestedModels ?? [];
      expect(suggested).toContain(providers.find((provider) => provider.id === id)?.model);
      for (const name of suggested) {
        expect(types.slice(0, types.indexOf(';'))).toContain(`'${name}'`);
        expect(deprecated).not.toContain(`"${name}"`);
      }
    }
  });
});

describe('a file of the person', () => {
  it('wins: connections as a whole, lanes one by one, presets together by id', () => {
    write('providers.json', { ...mine(connection('mine')), presets: [{ id: 'ollama', kind: 'openai-compatible', name: 'My Ollama', about: 'x', needsKey: false }] });
    write('lanes.json', { version: 1, lanes: { background: { ...start().lanes().lanes.background, order: ['mine'], contextTokens: 1024 } } });
    const config = start();
    expect(ids(config)).toEqual(['mine']);
    expect(config.lanes().lanes.background).toMatchObject({ order: ['mine'], contextTokens: 1024 });
    expect(config.lanes().lanes['interactive-deep']).toMatchObject({ order: [], contextTokens: 8192 });
    expect(config.providers().presets.filter(({ id }) => id === 'ollama')).toMatchObject([{ name: 'My Ollama' }]);
    expect(config.providers().presets.length).toBeGreaterThan(5);
    expect(problems(config)).toEqual([]);
  });

  it.each([
    ['a comma too many', '{\n  "version": 1,\n  "providers": [],\n}', 4, /comma too many/],
    ['a wrong kind', JSON.stringify(mine({ id: 'a', kind: 'oracle', name: 'A' }), null, 2), 6, /providers\.0\.kind/],
    ['a field that does not exist', JSON.stringify(mine({ id: 'a', kind: 'openai', name: 'A', apiKey: 'sk-oops' }), null, 2), 8, /providers\.0\.apiKey: there is no such field/],
    ['a missing field', JSON.stringify(mine({ id: 'a', kind: 'openai' }), null, 2), 4, /providers\.0\.name/],
    ['an id that stands twice', JSON.stringify(mine(connection('a'), connection('a')), null, 2), 19, /"a" is taken already/],
    ['a password in an address', JSON.stringify(mine({ id: 'a', kind: 'openai', name: 'A', baseUrl: 'https://user:secret@host/v1' }), null, 2), 8, /user name or password/],
    ['a kind without its address', JSON.stringify(mine({ id: 'a', kind: 'openai-compatible', name: 'A' }), null, 2), 4, /needs an address/],
  ])('with %s leaves the last good version in force and names file, line and reason', async (_, broken, line, reason) => {
    write('providers.json', mine(connection('good')));
    const config = start({ watch: true });
    await settle();
    write('providers.json', broken);
    await vi.waitUntil(() => problems(config).length > 0, { timeout: 8000 });
    expect(problems(config)[0]).toEqual({ file: 'models-config/providers.json', line, reason: expect.stringMatching(reason), lastGoodInUse: true });
    expect(JSON.stringify(config.problems())).not.toMatch(/sk-oops|secret/);
    expect(ids(config)).toEqual(['good']);
    write('providers.json', mine(connection('mended')));
    await vi.waitUntil(() => ids(config)[0] === 'mended', { timeout: 8000 });
    expect(problems(config)).toEqual([]);
  });

  it('that broke while the app was closed leaves its last good version in force too', () => {
    write('providers.json', mine(connection('good')));
    start();
    write('providers.json', '{');
    const config = start();
    expect(ids(config)).toEqual(['good']);
    expect(problems(config)).toMatchObject([{ line: 1, lastGoodInUse: true }]);
  });

  it('that never made sense is not replaced by the list of the app, which might send words elsewhere', () => {
    write('providers.json', '{');
    const config = start();
    expect(ids(config)).toEqual([]);
    expect(problems(config)).toMatchObject([{ lastGoodInUse: false }]);
  });

  it('takes effect while running when it is written or deleted, and tells listeners once each', async () => {
    const config = start({ watch: true });
    let told = 0;
    config.onChange(() => { told++; });
    await settle();
    write('providers.json', mine(connection('new')));
    await vi.waitUntil(() => ids(config)[0] === 'new', { timeout: 8000 });
    rmSync(file('providers.json'));
    await vi.waitUntil(() => ids(config)[0] === 'openai', { timeout: 8000 });
    expect(told).toBe(2);
  });

  it('with a lane that names nobody is used without that name, and says so with the line', () => {
    const lane = { ...start().lanes().lanes.background, order: ['ghost', 'local', 'local'], models: { phantom: 'm' }, experiment: { name: 'x', arms: [{ provider: 'openai', weight: 1 }, { provider: 'spook', weight: 1 }] } };
    write('lanes.json', { version: 1, lanes: { background: lane } });
    const config = start();
    expect(config.lanes().lanes.background).toMatchObject({ order: ['local'], models: {}, experiment: null });
    expect(problems(config)).toEqual([
      { file: 'models-config/lanes.json', line: 7, reason: expect.stringContaining('"ghost"'), lastGoodInUse: true },
      { file: 'models-config/lanes.json', line: expect.any(Number), reason: expect.stringContaining('"phantom"'), lastGoodInUse: true },
      { file: 'models-config/lanes.json', line: expect.any(Number), reason: expect.stringContaining('"spook"'), lastGoodInUse: true },
      { file: 'models-config/lanes.json', line: 9, reason: expect.stringContaining('twice'), lastGoodInUse: true },
    ]);
  });

  it('needs no lane that the app has: the app\'s names of removed providers are no problem of the person', () => {
    write('providers.json', mine(connection('mine')));
    const config = start();
    expect(config.lanes().lanes['interactive-deep'].order).toEqual([]);
    expect(problems(config)).toEqual([]);
  });
});

describe('files given on the command line', () => {
  it('win over both, and are never written', () => {
    const providersFile = join(folder.path, 'demo-providers.json');
    const lanesFile = join(folder.path, 'demo-lanes.json');
    write('providers.json', mine(connection('mine')));
    writeFileSync(providersFile, JSON.stringify(mine(connection('given'))));
    writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: { 'interactive-deep': { ...start().lanes().lanes['interactive-deep'], order: ['given'] } } }));
    const before = readFileSync(providersFile, 'utf8');
    const config = start({ providersFile, lanesFile });
    expect(ids(config)).toEqual(['given']);
    expect(config.lanes().lanes['interactive-deep'].order).toEqual(['given']);
    expect(() => config.saveConnections([])).toThrow(expect.objectContaining({ code: 'CONFIG_UNWRITABLE' }));
    expect(() => config.saveLanes(config.lanes().lanes)).toThrow(expect.objectContaining({ code: 'CONFIG_UNWRITABLE' }));
    expect(readFileSync(providersFile, 'utf8')).toBe(before);
    expect(read('providers.json').providers).toMatchObject([{ id: 'mine' }]);
  });

  it('that break or go while the app runs leave their last good version in force', async () => {
    const providersFile = join(folder.path, 'demo-providers.json');
    writeFileSync(providersFile, JSON.stringify(mine(connection('given'))));
    const config = start({ providersFile, watch: true });
    await settle();
    writeFileSync(providersFile, '{\n  "version": 2\n}');
    await vi.waitUntil(() => problems(config).length > 0, { timeout: 8000 });
    expect([ids(config), problems(config)[0]]).toEqual([['given'], { file: providersFile, line: 2, reason: expect.stringMatching(/^version/), lastGoodInUse: true }]);
    rmSync(providersFile);
    await vi.waitUntil(() => config.problems().some(({ reason }) => reason === 'the file is not there'), { timeout: 8000 });
    expect(ids(config)).toEqual(['given']);
  });

  it('that are not there leave nobody to answer, rather than somebody else', () => {
    const config = start({ providersFile: join(folder.path, 'typo.json') });
    expect(ids(config)).toEqual([]);
    expect(problems(config)).toMatchObject([{ file: expect.stringContaining('typo.json'), reason: 'the file is not there', lastGoodInUse: false }]);
  });
});

describe('saving', () => {
  it('is in force at once, for the next start too, readable by the owner only, and leaves nothing half-written', async () => {
    const config = start({ watch: true });
    let told = 0;
    config.onChange(() => { told++; });
    await settle();
    config.saveConnections([...config.providers().providers, connection('new')]);
    expect(ids(config)).toEqual(['openai', 'anthropic', 'local', 'new']);
    await settle();
    expect(problems(config)).toEqual([]);
    expect(told).toBe(1);
    expect(ids(start())).toEqual(['openai', 'anthropic', 'local', 'new']);
    expect(readdirSync(own()).toSorted()).toEqual(['last-good', 'providers.json']);
    if (process.platform !== 'win32') expect(statSync(file('providers.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps a hand edit made since: what the app did not change stays as the file has it now', () => {
    write('providers.json', { ...mine(connection('a'), connection('b'), connection('c')), about: 'my servers' });
    const config = start();
    const [a, b, c] = config.providers().providers as [Connection, Connection, Connection];
    write('providers.json', { ...mine({ ...a, model: 'by-hand' }, { ...b, model: 'by-hand' }, connection('added-by-hand')), about: 'my servers' });
    config.saveConnections([a, { ...b, name: 'B in the app' }, c, connection('new')]);
    expect(read('providers.json')).toMatchObject({ about: 'my servers', providers: [{ id: 'a', model: 'by-hand' }, { id: 'b', name: 'B in the app', model: 'm' }, { id: 'new' }, { id: 'added-by-hand' }] });
  });

  it('writes only the lanes that were changed, so that the others follow the app', () => {
    const config = start();
    const { lanes } = config.lanes();
    config.saveLanes({ ...lanes, background: { ...lanes.background, tokenLimit: 5 } });
    expect(Object.keys(read('lanes.json').lanes)).toEqual(['background']);
    write('lanes.json', { version: 1, lanes: { ...read('lanes.json').lanes, embedding: { ...lanes.embedding, concurrency: 3 } } });
    const after = config.lanes().lanes;
    config.saveLanes({ ...after, background: { ...after.background, order: ['local'] } });
    expect(read('lanes.json').lanes).toMatchObject({ background: { order: ['local'], tokenLimit: 5 }, embedding: { concurrency: 3 } });
  });

  it('puts a file with a mistake in it aside instead of throwing it away', () => {
    write('providers.json', mine(connection('good')));
    const told: unknown[] = [];
    const config = start({ onSetAside: (one) => told.push(one) });
    write('providers.json', '{ "half": ');
    config.saveConnections([connection('good', { name: 'Renamed' })]);
    expect(read('providers.json').providers).toMatchObject([{ id: 'good', name: 'Renamed' }]);
    expect(readFileSync(file('providers.json.broken'), 'utf8')).toBe('{ "half": ');
    expect(told).toEqual([{ file: 'models-config/providers.json', aside: file('providers.json.broken') }]);
    expect(problems(config)).toEqual([]);
  });

  it('that fails leaves the file and what is in force as they were', () => {
    write('providers.json', mine(connection('good')));
    const config = start();
    rmSync(own(), { recursive: true });
    writeFileSync(own(), 'not a folder');
    expect(() => config.saveConnections([connection('other')])).toThrow(expect.objectContaining({ code: 'CONFIG_UNWRITABLE', details: expect.objectContaining({ file: 'models-config/providers.json' }) }));
    expect(ids(config)).toEqual(['good']);
  });
});

/** Until the watcher has seen the folders, or would have noticed a save. */
const settle = (): Promise<void> => new Promise((resume) => { setTimeout(resume, 500); });
