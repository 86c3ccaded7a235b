import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, temporaryFolder } from '../../testing/engine.ts';
import type { EngineClient } from '../contract/index.ts';
import { failureInterceptor } from '../failure-mapping.ts';
import { SettableClock, stickyShare } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createPromptDesk, RENDER_LIMIT } from './prompt-desk.ts';
import { lockOf } from './prompt-lock.ts';
import { createPromptRegistry } from './prompt-registry.ts';
import { PromptRepository } from './prompt-repository.ts';
import { createPromptsRouter } from './prompts-router.ts';
import type { PromptUse } from './prompt.ts';
import { countTokens } from './tokens.ts';

const ID = 'greetings/hello';
const DAY = 24 * 60 * 60 * 1000;
let folder: ReturnType<typeof temporaryFolder>;
let closers: (() => unknown)[];

beforeEach(() => {
  folder = temporaryFolder();
  closers = [];
  put('hello.v1', prompt('1: first version', 'Greet {{name}}.'));
  put('hello.v2', prompt('2: warmer words', 'Greet {{name}} as a friend would.'));
  put('hello.v2.terse', prompt('2: as few words as will do', 'Hi {{name}}.'));
  writeFileSync(appFile('hello.cases.yaml'), CASES);
  writeFileSync(join(folder.path, 'app', 'labels.json'), JSON.stringify({ version: 1, labels: { [ID]: { production: '1', candidate: '2' } } }));
  writeFileSync(join(folder.path, 'app', 'experiments.json'), '{ "version": 1, "experiments": [] }');
  writeFileSync(join(folder.path, 'app', 'prompts.lock.json'), JSON.stringify(lockOf(join(folder.path, 'app'))));
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  folder.dispose();
});

const prompt = (changelog: string, body: string, mood = '{{#if warm}} Be warm.{{/if}}{{#ifEquals tone "formal"}} Bow.{{/ifEquals}}'): string => [
  '---', 'description: A prompt for the tests of the desk.   # stays', 'lane: interactive-deep', 'config: { temperature: 0.5,   maxOutputTokens: 40 }', 'input:', '  schema:',
  '    name: string, who is greeted', '    warm?: boolean, whether it is a warm day', '    tone?(enum, how to speak): [plain, formal]', 'changelog:', `  - "${changelog}"`, '---', `${body}${mood}`, '',
].join('\n');
const CASES = ['prompt: greetings/hello', 'about: Greetings of all kinds of people.', 'defaults:', '  input: { warm: false }', 'cases:',
  '  - id: plain-name', '    about: somebody with a plain name', '    input: { name: Ada }', '  - id: long-name', '    about: somebody with a long name', `    input: { name: "${'Wolfeschlegel '.repeat(10).trim()}", warm: true }`, ''].join('\n');

const appFile = (name: string): string => join(folder.path, 'app', 'greetings', name);
const ownFile = (name: string): string => join(folder.path, 'own', 'greetings', name);
function put(name: string, text: string, file: (name: string) => string = appFile): void {
  mkdirSync(dirname(file(name)), { recursive: true });
  writeFileSync(file(`${name}.prompt`), text);
}

/** The desk over real files, a real registry and a real database, called through the contract. */
function start({ room = 4096, clock = new SettableClock(START) }: { room?: number; clock?: SettableClock } = {}) {
  const data = claimDataFolder(join(folder.path, 'data'));
  const { store } = openStore(data, () => START);
  const laneTokens = (): number => room;
  const registry = createPromptRegistry({ store, clock, appDir: join(folder.path, 'app'), ownDir: join(folder.path, 'own'), laneTokens, watch: false });
  const desk = createPromptDesk({ registry, repository: new PromptRepository(store), clock, laneTokens });
  const unexpected: unknown[] = [];
  const interceptor = failureInterceptor((_, error) => { unexpected.push(error); }, () => 'report-1');
  const client = createRouterClient({ prompts: createPromptsRouter(desk) }, { interceptors: [interceptor] as never[] }) as unknown as Pick<EngineClient, 'prompts'>;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await registry.close();
    store.close();
    data.release();
    expect(unexpected).toEqual([]);
  };
  closers.push(close);
  return { call: client.prompts, desk, registry, clock, close };
}
const versionOf = (view: Awaited<ReturnType<EngineClient['prompts']['list']>>, version: string) => view.prompts.find(({ id }) => id === ID)?.versions.find((one) => one.version === version);
const refused = (code: string, reason?: string) => expect.objectContaining({ code, ...(reason !== undefined && { data: expect.objectContaining({ happened: expect.stringContaining(reason) }) }) });

describe('the list', () => {
  it('shows every version with its words\' hash, labels, state and origin, and which one is used', async () => {
    put('hello.v3', prompt('3: my own', 'Salute {{name}}.'), ownFile);
    const { call } = start();
    const view = await call.list();
    expect(view).toMatchObject({ ownFolder: join(folder.path, 'own'), experiments: [], problems: [] });
    expect(view.prompts).toMatchObject([{ id: ID, about: 'A prompt for the tests of the desk.', lane: 'interactive-deep', inUse: '1', experimentId: null, cases: 2 }]);
    expect(view.prompts[0]?.versions.map(({ version, origin, state, labels, changelog }) => [version, origin, state, labels, changelog])).toEqual([
      ['1', 'app', 'released', ['production'], '1: first version'], ['2', 'app', 'released', ['candidate'], '2: warmer words'],
      ['2.terse', 'app', 'released', [], '2: as few words as will do'], ['3', 'own', 'draft', [], '3: my own'],
    ]);
    expect(new Set(view.prompts[0]?.versions.map(({ hash }) => hash)).size).toBe(4);
  });

  it('names a broken file and goes on showing what is in force', async () => {
    const { call, registry } = start();
    await call.list();
    put('hello.v2', 'no front matter');
    registry.reload();
    const view = await call.list();
    expect(view.problems).toMatchObject([{ line: 1, reason: expect.stringContaining('front matter'), lastGoodInUse: true }]);
    expect(versionOf(view, '2')).toMatchObject({ state: 'broken', changelog: '2: warmer words' });
  });
});

describe('one prompt', () => {
  it('comes with its inputs and a sample from each of its cases', async () => {
    const { inputs, samples, outputSchema } = await start().call.detail({ id: ID });
    expect(inputs.map(({ name, type, required, options }) => [name, type, required, options])).toEqual([['name', 'string', true, []], ['warm', 'boolean', false, []], ['tone', 'enum', false, ['plain', 'formal']]]);
    expect(samples).toEqual([{ name: 'plain-name', about: 'somebody with a plain name', input: { warm: false, name: 'Ada' } }, { name: 'long-name', about: 'somebody with a long name', input: { warm: true, name: expect.stringContaining('Wolfe') } }]);
    expect(outputSchema).toBeNull();
  });

  it('without cases comes with a sample made from its schema, which can be rendered', async () => {
    rmSync(appFile('hello.cases.yaml'));
    const { call } = start();
    const { samples, prompt: { cases } } = await call.detail({ id: ID });
    expect([cases, samples.map(({ input }) => input)]).toEqual([0, [{ name: '‹who is greeted›', warm: true, tone: 'plain' }]]);
    expect((await call.render({ id: ID, version: '1', input: samples[0]?.input ?? {} })).messages[0]?.text).toBe('Greet ‹who is greeted›. Be warm.');
  });

  it('that does not exist is told by name', async () => {
    const { call } = start();
    await expect(call.detail({ id: 'greetings/nobody' })).rejects.toEqual(refused('PROMPT_NOT_FOUND', '"greetings/nobody".'));
    await expect(call.words({ id: ID, version: '9' })).rejects.toEqual(refused('PROMPT_NOT_FOUND', '"greetings/hello" version 9'));
    await expect(call.render({ id: ID, version: '2.loud', input: {} })).rejects.toEqual(refused('PROMPT_NOT_FOUND', 'version 2.loud'));
    await expect(call.newVersion({ id: ID, version: '9' })).rejects.toEqual(refused('PROMPT_NOT_FOUND'));
    await expect(call.moveLabel({ id: ID, version: '9', label: 'candidate' })).rejects.toEqual(refused('PROMPT_NOT_FOUND'));
    await expect(call.removeLabel({ id: 'greetings/nobody', label: 'candidate' })).rejects.toEqual(refused('PROMPT_NOT_FOUND'));
    await expect(call.wordsOf({ hash: '0123456789ab' })).rejects.toEqual(refused('PROMPT_NOT_FOUND', '0123456789ab'));
  });
});

describe('the words', () => {
  it('of a version are its file as it was read, with the partials it takes in', async () => {
    writeFileSync(appFile('_manner.v1.prompt'), 'Be kind to {{name}}.');
    put('hello.v3', prompt('3: with manners', '{{> greetings/manner.v1}} Greet {{name}}.'));
    const { call } = start();
    const shown = await call.words({ id: ID, version: '3' });
    expect(shown).toMatchObject({ id: ID, version: '3', now: '3', source: readFileSync(appFile('hello.v3.prompt'), 'utf8'), partials: [{ name: 'greetings/manner.v1', text: 'Be kind to {{name}}.' }] });
    expect(await call.wordsOf({ hash: shown.hash })).toEqual(shown);
  });

  it('a session had are found by their hash for ever, and said to be nowhere else once their file changed', async () => {
    const first = start();
    const { hash, source } = await first.call.words({ id: ID, version: '1' });
    first.registry.pin('session-1', [ID]);
    put('hello.v1', prompt('1: first version', 'Shout at {{name}}.'));
    first.registry.reload();
    expect(await first.call.wordsOf({ hash })).toMatchObject({ source, now: null });
    await first.close();
    const second = start();
    expect(await second.call.wordsOf({ hash })).toMatchObject({ id: ID, version: '1', source, now: null });
    expect((await second.call.words({ id: ID, version: '1' })).hash).not.toBe(hash);
  });

  it('of a version whose file was removed while the app runs are shown, and said to be in no file', async () => {
    const { call, registry } = start();
    const before = await call.words({ id: ID, version: '2' });
    rmSync(appFile('hello.v2.prompt'));
    registry.reload();
    expect(await call.words({ id: ID, version: '2' })).toEqual({ ...before, now: null });
    expect(await call.wordsOf({ hash: before.hash })).toEqual({ ...before, now: null });
  });
});

describe('trying a prompt', () => {
  it('shows its messages with their exact tokens, and the room there is', async () => {
    const shown = await start({ room: 3000 }).call.render({ id: ID, version: '2', input: { name: 'Ada <|endoftext|>', tone: 'formal' } });
    const text = 'Greet Ada <|endoftext|> as a friend would. Bow.';
    expect(shown).toEqual({ messages: [{ role: 'user', text, tokens: await countTokens(text) }], tokens: await countTokens(text), tokenizer: 'o200k_base', laneTokens: 3000, maxOutputTokens: 40 });
    expect(shown.tokens).toBeGreaterThan(10);
  });

  it.each([['nothing', {}, '"name"'], ['a name that is not known', { name: 'Ada', nmae: 'x' }, '"nmae"'], ['another type', { name: 3 }, '"name"'], ['another choice', { name: 'Ada', tone: 'loud' }, 'formal'], ['far too much', { name: 'x'.repeat(RENDER_LIMIT + 1) }, `${RENDER_LIMIT}`]])('with %s says what is wrong', async (_, input, reason) => {
    await expect(start().call.render({ id: ID, version: '2', input: input as Record<string, string | number> })).rejects.toEqual(refused('PROMPT_INPUT_INVALID', reason));
  });
});

describe('a label', () => {
  it('goes from the version that had it to another, and outlives a restart', async () => {
    const first = start();
    const view = await first.call.moveLabel({ id: ID, version: '2.terse', label: 'candidate' });
    expect([versionOf(view, '2')?.labels, versionOf(view, '2.terse')?.labels]).toEqual([[], ['candidate']]);
    await first.call.moveLabel({ id: ID, version: '2', label: 'production' });
    expect(first.registry.current(ID)?.version).toBe('2');
    await first.call.moveLabel({ id: ID, version: '2', label: 'my-favourite' });
    await first.close();
    expect(versionOf(await start().call.list(), '2')?.labels).toEqual(['my-favourite', 'production']);
  });

  it('production stays where it is when a case cannot be rendered or leaves no room for the answer', async () => {
    writeFileSync(appFile('hello.cases.yaml'), CASES.replace('{ name: Ada }', '{ nmae: Ada }'));
    const first = start();
    await expect(first.call.moveLabel({ id: ID, version: '2', label: 'production' })).rejects.toEqual(refused('LABEL_REFUSED', 'the case "plain-name" cannot be rendered'));
    expect(await first.call.moveLabel({ id: ID, version: '2', label: 'shelf' })).toMatchObject({ prompts: [{ inUse: '1' }] });
    await first.close();
    writeFileSync(appFile('hello.cases.yaml'), CASES);
    const second = start({ room: 85 });
    await expect(second.call.moveLabel({ id: ID, version: '2', label: 'production' })).rejects.toEqual(refused('LABEL_REFUSED', 'the case "long-name"'));
    expect(await second.call.list()).toMatchObject({ prompts: [{ inUse: '1' }] });
    expect(existsSync(join(folder.path, 'own', 'labels.json')) ? readFileSync(join(folder.path, 'own', 'labels.json'), 'utf8') : '').not.toContain('production');
  });

  it('does not go to words that were put in place while the others were looked at', async () => {
    const { call, desk, registry } = start();
    const moving = desk.moveLabel(ID, '2', 'production');
    put('hello.v2', prompt('2: warmer words', 'Shout at {{name}}.'));
    registry.reload();
    await expect(moving).rejects.toMatchObject({ code: 'LABEL_REFUSED', details: { reason: 'its file changed just now.' } });
    expect((await call.list()).prompts[0]?.inUse).toBe('1');
  });

  it('does not go to a version whose file is broken or gone', async () => {
    put('hello.v3', prompt('3: my own', 'Salute {{name}}.'), ownFile);
    const { call, registry } = start();
    await call.list();
    put('hello.v2', 'no front matter');
    rmSync(ownFile('hello.v3.prompt'));
    registry.reload();
    await expect(call.moveLabel({ id: ID, version: '2', label: 'production' })).rejects.toEqual(refused('LABEL_REFUSED', 'cannot be used as it is now'));
    await expect(call.moveLabel({ id: ID, version: '3', label: 'candidate' })).rejects.toEqual(refused('LABEL_REFUSED', 'not there any more'));
    await expect(call.startExperiment({ promptId: ID, about: 'Broken', until: null, arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }] })).rejects.toEqual(refused('EXPERIMENT_REFUSED', 'version 2 cannot be an arm, since its file cannot be used'));
  });

  it('production taken away leaves the newest released version in use, never a draft', async () => {
    put('hello.v3', prompt('3: my own', 'Salute {{name}}.'), ownFile);
    const { call } = start();
    const view = await call.removeLabel({ id: ID, label: 'production' });
    expect(view.prompts[0]?.inUse).toBe('2');
    expect(view.prompts[0]?.versions.flatMap(({ labels }) => labels)).toEqual(['candidate']);
    expect((await call.removeLabel({ id: ID, label: 'never-was' })).prompts[0]?.inUse).toBe('2');
  });
});

describe('a new version', () => {
  it('is a draft of the person\'s own with the same words and one line more in its changelog', async () => {
    const { call } = start();
    const made = await call.newVersion({ id: ID, version: '2.terse' });
    expect(made).toEqual({ version: '3', file: ownFile('hello.v3.prompt') });
    expect(isAbsolute(made.file)).toBe(true);
    const before = readFileSync(appFile('hello.v2.terse.prompt'), 'utf8');
    expect(readFileSync(made.file, 'utf8')).toBe(before.replace('changelog:\n', 'changelog:\n  - "3: started from 2.terse"\n'));
    const view = await call.list();
    expect(versionOf(view, '3')).toMatchObject({ origin: 'own', state: 'draft', labels: [], changelog: '3: started from 2.terse' });
    expect([view.prompts[0]?.inUse, view.problems]).toEqual(['1', []]);
    expect(await call.newVersion({ id: ID, version: '3' })).toMatchObject({ version: '4' });
    expect((await call.words({ id: ID, version: '4' })).source).toContain('  - "4: started from 3"\n  - "3: started from 2.terse"\n  - "2: as few');
    expect(readdirSync(dirname(made.file)).toSorted()).toEqual(['hello.v3.prompt', 'hello.v4.prompt']);
  });

  it('is never written over a file that is there, usable or not', async () => {
    put('hello.v3', 'half a thought', ownFile);
    put('hello.v7.long', 'another', ownFile);
    expect(await start().call.newVersion({ id: ID, version: '1' })).toMatchObject({ version: '8' });
    expect(readFileSync(ownFile('hello.v3.prompt'), 'utf8')).toBe('half a thought');
  });

  it('that cannot be written or read back is told, and leaves nothing behind', async () => {
    mkdirSync(join(folder.path, 'own'), { recursive: true });
    writeFileSync(join(folder.path, 'own', 'greetings'), 'a file where a folder should be');
    const first = start();
    await expect(first.call.newVersion({ id: ID, version: '1' })).rejects.toEqual(refused('CONFIG_UNWRITABLE', 'hello.v3.prompt'));
    await first.close();
    rmSync(join(folder.path, 'own', 'greetings'));
    const room = 32_000 - Buffer.byteLength(prompt('1: first version', 'Greet {{name}}.'));
    put('hello.v1', prompt('1: first version', `Greet {{name}}.${' '.repeat(room)}`));
    const second = start({ room: 100_000 });
    expect(versionOf(await second.call.list(), '1')?.state).toBe('edited');
    await expect(second.call.newVersion({ id: ID, version: '1' })).rejects.toEqual(refused('CONFIG_UNWRITABLE', '32000 is the most'));
    expect(existsSync(ownFile('hello.v3.prompt'))).toBe(false);
    expect((await second.call.list()).problems).toEqual([]);
  });
});

describe('an experiment', () => {
  const HALVES = [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }];
  const WANTED = { promptId: ID, about: 'Whether warmer words are answered better', until: null, arms: HALVES };

  it('runs from now on under a name that can be read, and ends when it is stopped', async () => {
    const { call, clock } = start();
    const begun = await call.startExperiment(WANTED);
    expect(begun).toEqual({ experimentId: 'hello-2026-11-20-09-00', promptId: ID, about: WANTED.about, state: 'running', arms: HALVES, from: START, until: null });
    expect((await call.list()).prompts[0]?.experimentId).toBe('hello-2026-11-20-09-00');
    clock.advance(1000);
    const ended = await call.stopExperiment({ experimentId: begun.experimentId });
    expect(ended).toMatchObject({ state: 'ended', from: START, until: '2026-11-20T09:00:01.000Z' });
    clock.advance(1000);
    expect(await call.stopExperiment({ experimentId: begun.experimentId })).toEqual(ended);
    expect(await call.startExperiment(WANTED)).toMatchObject({ experimentId: 'hello-2026-11-20-09-00-2', state: 'running' });
    expect((await call.list()).experiments.map(({ experimentId, state }) => [experimentId, state])).toEqual([['hello-2026-11-20-09-00', 'ended'], ['hello-2026-11-20-09-00-2', 'running']]);
  });

  it('that is stopped before it began never runs', async () => {
    const from = '2026-12-01T00:00:00.000Z';
    writeFileSync(join(folder.path, 'app', 'experiments.json'), JSON.stringify({ version: 1, experiments: [{ id: 'later', prompt: ID, about: 'For December', arms: HALVES, from, until: null }] }));
    const { call, clock } = start();
    expect((await call.list()).experiments).toMatchObject([{ state: 'planned' }]);
    await expect(call.startExperiment(WANTED)).rejects.toEqual(refused('EXPERIMENT_REFUSED', '"later"'));
    expect(await call.startExperiment({ ...WANTED, until: from })).toMatchObject({ state: 'running' });
    expect(await call.stopExperiment({ experimentId: 'later' })).toMatchObject({ state: 'ended', from });
    clock.advance(30 * DAY);
    expect((await call.list()).experiments.map(({ state }) => state)).toEqual(['ended', 'ended']);
  });

  it.each([
    ['a prompt that is not there', { promptId: 'greetings/nobody' }, 'there is no prompt greetings/nobody'],
    ['a version that is not there', { arms: [{ version: '1', weight: 0.5 }, { version: '9', weight: 0.5 }] }, 'there is no version 9'],
    ['one arm twice', { arms: [{ version: '1', weight: 0.5 }, { version: '1', weight: 0.5 }] }, 'version 1 is an arm already'],
    ['weights that do not make a whole', { arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.4 }] }, 'the weights sum to 0.9'],
    ['an end in the past', { until: '2026-11-20T09:00:00.000Z' }, 'end before it begins'],
  ])('with %s is refused', async (_, change, reason) => {
    const { call } = start();
    await expect(call.startExperiment({ ...WANTED, ...change })).rejects.toEqual(refused('EXPERIMENT_REFUSED', reason));
    expect((await call.list()).experiments).toEqual([]);
  });

  it('is refused while another one runs on the same prompt', async () => {
    const { call } = start();
    await call.startExperiment(WANTED);
    await expect(call.startExperiment(WANTED)).rejects.toEqual(refused('EXPERIMENT_REFUSED', '"hello-2026-11-20-09-00" runs on greetings/hello at the same time'));
  });

  it('that nobody knows is told', async () => {
    const { call } = start();
    await expect(call.stopExperiment({ experimentId: 'nothing' })).rejects.toEqual(refused('EXPERIMENT_NOT_FOUND', '"nothing"'));
    await expect(call.results({ experimentId: 'nothing' })).rejects.toEqual(refused('EXPERIMENT_NOT_FOUND'));
  });

  it('keeps its own name when its file was lost and sessions were assigned to it', async () => {
    const { call, registry } = start();
    await call.startExperiment(WANTED);
    registry.pin('session-1', [ID]);
    rmSync(join(folder.path, 'own', 'experiments.json'));
    registry.reload();
    expect(await call.startExperiment(WANTED)).toMatchObject({ experimentId: 'hello-2026-11-20-09-00-2' });
  });

  it('comes to what its sessions did, arm by arm, also after a restart and only from its own sessions', async () => {
    const first = start();
    const { experimentId } = await first.call.startExperiment(WANTED);
    const sessions = Array.from({ length: 40 }, (_, index) => `session-${index}`);
    const armOf = (session: string): string => (stickyShare(`prompt ${experimentId}`, session) < 0.5 ? '1' : '2');
    for (const session of sessions) {
      first.registry.pin(session, [ID]);
      const used = first.registry.forSession(session, ID);
      expect(used?.version).toBe(armOf(session));
      for (const turn of [1, 2]) if (used) record(first.registry, session, `turn:${turn}`, used, armOf(session) === '2' ? 200 + turn : 400 + turn, turn === 2 && armOf(session) === '1' ? 'refused' : 'stood');
      first.registry.recordOutcome(session, 'turn:1', { rating: armOf(session) === '2' ? 'up' : 'down', score: 0.5 });
    }
    await first.call.stopExperiment({ experimentId });
    first.registry.pin('session-late', [ID]);
    const late = first.registry.forSession('session-late', ID);
    if (late) record(first.registry, 'session-late', 'turn:1', late, 9, 'refused');
    await first.close();

    const { experiment, arms, differences } = await start({ clock: first.clock }).call.results({ experimentId });
    const counts = ['1', '2'].map((version) => sessions.filter((session) => armOf(session) === version).length);
    expect(experiment).toMatchObject({ experimentId, state: 'ended' });
    expect(arms.map(({ version, assigned, uses, weight }) => [version, assigned, uses, weight])).toEqual([['1', counts[0], 2 * (counts[0] ?? 0), 0.5], ['2', counts[1], 2 * (counts[1] ?? 0), 0.5]]);
    const of = (arm: number, measure: string) => arms[arm]?.estimates.find((one) => one.measure === measure);
    expect([of(0, 'stood')?.value, of(1, 'stood')?.value, of(0, 'thumbs-up')?.value, of(1, 'thumbs-up')?.value, of(1, 'score')?.value]).toEqual([0.5, 1, 0, 1, 0.5]);
    expect([of(0, 'first-word-ms')?.value, of(1, 'first-word-ms')?.value, of(0, 'asked-again')?.value]).toEqual([401.5, 201.5, 0]);
    expect(differences.find(({ measure }) => measure === 'thumbs-up')).toMatchObject({ version: '2', against: '1', value: 1, high: 1 });
    expect(differences.find(({ measure }) => measure === 'stood')?.low).toBeGreaterThan(0);
  });
});

function record(registry: ReturnType<typeof start>['registry'], sessionId: string, subject: string, { id, version, hash }: { id: string; version: string; hash: string }, firstWordMs: number, outcome: PromptUse['outcome']): void {
  registry.recordUse({ sessionId, subject, prompts: [{ id, version, hash }], lane: 'interactive-deep', outcome, place: 'here', model: 'small', firstWordMs, durationMs: firstWordMs * 3, inputTokens: 30, outputTokens: 12 });
}
