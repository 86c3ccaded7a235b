import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promptFolders, promptText } from '../../testing/prompt-folders.ts';
import { FREE_SPACE_FLOOR_BYTES } from '../storage/store.ts';
import { armFor } from './assignment.ts';
import type { PromptExperiment } from './prompt-config.ts';
import type { PromptRegistry } from './prompt-registry.ts';
import { PromptRepository } from './prompt-repository.ts';
import type { Prompt, PromptUse } from './prompt.ts';

let prompts: ReturnType<typeof promptFolders>;
let free = Infinity;
beforeEach(() => {
  free = Infinity;
  prompts = promptFolders(() => free);
  for (const version of ['1', '2']) prompts.prompt('a/b', version, `words ${version}`);
  prompts.labels({ 'a/b': { production: '1' } });
});
afterEach(() => prompts.dispose());

const FULL = FREE_SPACE_FLOOR_BYTES - 1;
const EXPERIMENT: PromptExperiment = { id: 'x', prompt: 'a/b', about: 'why it is', arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }], from: '2026-11-20T00:00:00Z', until: null };
const begin = (registry: PromptRegistry, sessionId: string, ids = ['a/b']): void => { prompts.store.write(() => registry.pin(sessionId, ids)); };
const words = async (prompt: Prompt | undefined): Promise<string | undefined> => (await prompt?.render({}))?.[0]?.text;
const move = (registry: PromptRegistry, version: string): void => { prompts.labels({ 'a/b': { production: version } }); registry.reload(); };
const pins = (): unknown[] => prompts.store.sql.prepare('SELECT session_id, version, experiment FROM prompt_pin ORDER BY session_id').raw().all();
const use = (prompt: Prompt, more: Partial<PromptUse> = {}): PromptUse => ({ sessionId: 's', subject: 'turn:1', prompts: [prompt], lane: 'interactive-deep', outcome: 'stood', place: 'here', model: 'm', firstWordMs: 1, durationMs: 2, inputTokens: 3, outputTokens: 4, ...more });
const uses = (): unknown[] => prompts.store.sql.prepare('SELECT subject, version, experiment FROM prompt_use ORDER BY subject').raw().all();

describe('a session', () => {
  it('keeps the words it began with when the label moves, the file is edited or removed, and the app starts again', async () => {
    const registry = prompts.open();
    begin(registry, 's');
    begin(registry, 's'); // again is the same
    move(registry, '2');
    expect([await words(registry.forSession('s', 'a/b')), await words(registry.current('a/b'))]).toEqual(['words 1', 'words 2']);
    prompts.prompt('a/b', '1', 'edited');
    registry.reload();
    expect([await words(registry.shelf.version('a/b', '1')?.prompt), await words(registry.forSession('s', 'a/b'))]).toEqual(['edited', 'words 1']);
    expect(await words(prompts.open().forSession('s', 'a/b'))).toBe('words 1');
    prompts.remove('a/b', '1');
    const again = prompts.open();
    expect(again.shelf.version('a/b', '1')).toBeUndefined();
    const kept = again.forSession('s', 'a/b');
    expect([kept?.version, kept?.source, await words(kept)]).toEqual(['1', promptText('words 1'), 'words 1']);
    expect(again.words(kept?.hash ?? '')?.source).toBe(promptText('words 1'));
  });

  it('is given the words in use where its own were damaged on disk, and nothing fails', async () => {
    begin(prompts.open(), 's');
    prompts.remove('a/b', '1');
    prompts.labels({ 'a/b': { production: '2' } });
    for (const damage of ["partials = '[{'", "source = replace(source, 'words', 'wards')"]) {
      prompts.store.sql.exec(`UPDATE prompt_words SET ${damage}`);
      expect(await words(prompts.open().forSession('s', 'a/b'))).toBe('words 2');
    }
  });

  it('keeps the words of the partials too', async () => {
    prompts.app('a/_tone.v1.prompt', 'Be brief.');
    prompts.prompt('a/b', '1', 'words 1 {{> a/tone.v1}}');
    const registry = prompts.open();
    begin(registry, 's');
    prompts.app('a/_tone.v1.prompt', 'Be long.');
    expect(await words(prompts.open().forSession('s', 'a/b'))).toBe('words 1 Be brief.');
    registry.reload();
    expect([await words(registry.forSession('s', 'a/b')), await words(registry.current('a/b'))]).toEqual(['words 1 Be brief.', 'words 1 Be long.']);
  });

  it('that began before pins is given them when it first asks', () => {
    const registry = prompts.open();
    expect(registry.forSession('old', 'a/b')?.version).toBe('1');
    move(registry, '2');
    expect([registry.forSession('old', 'a/b')?.version, registry.forSession('new', 'a/b')?.version, prompts.open().forSession('old', 'a/b')?.version]).toEqual(['1', '2', '1']);
  });

  it('is given what it asks for by name: an id that nobody knows is passed over', () => {
    const registry = prompts.open();
    begin(registry, 's', ['a/ghost', 'a/b']);
    expect([pins(), registry.forSession('s', 'a/ghost')]).toEqual([[['s', '1', null]], undefined]);
  });

  it('keeps the name of its version where two versions have the same words', () => {
    prompts.prompt('a/b', '2', 'words 1');
    const registry = prompts.open();
    move(registry, '2');
    begin(registry, 's');
    expect([registry.forSession('s', 'a/b')?.version, prompts.open().forSession('s', 'a/b')?.version]).toEqual(['2', '2']);
    prompts.remove('a/b', '2');
    expect(prompts.open().forSession('s', 'a/b')?.version).toBe('2');
  });

  it('uses what is in use now when its words are lost or cannot be read any more', () => {
    const registry = prompts.open();
    begin(registry, 's');
    prompts.remove('a/b', '1');
    prompts.store.sql.prepare("UPDATE prompt_words SET source = 'nonsense'").run();
    expect(prompts.open().forSession('s', 'a/b')?.version).toBe('2');
    prompts.store.sql.prepare('DELETE FROM prompt_words').run();
    expect(prompts.open().forSession('s', 'a/b')?.version).toBe('2');
  });
});

describe('a pin whose transaction is rolled back', () => {
  it('was never made: the session takes what is in use when it really begins', () => {
    const registry = prompts.open();
    const beginBadly = () => prompts.store.write(() => {
      registry.pin('s', ['a/b']);
      expect(registry.forSession('s', 'a/b')?.version).toBe('1'); // within its transaction it holds
      throw new Error('no');
    });
    expect(beginBadly).toThrow('no');
    expect(pins()).toEqual([]);
    move(registry, '2');
    begin(registry, 's');
    expect([registry.forSession('s', 'a/b')?.version, pins()]).toEqual(['2', [['s', '2', null]]]);
    expect(prompts.open().forSession('s', 'a/b')?.version).toBe('2');
  });

  it('takes a pin made by asking back with it', () => {
    const registry = prompts.open();
    expect(() => prompts.store.write(() => { registry.forSession('s', 'a/b'); throw new Error('no'); })).toThrow('no');
    move(registry, '2');
    expect([registry.forSession('s', 'a/b')?.version, pins()]).toEqual(['2', [['s', '2', null]]]);
  });
});

describe('a full disk', () => {
  it('still gives a session its words, the same ones while the app runs, and keeps them as soon as it can', () => {
    const registry = prompts.open();
    free = FULL;
    expect(registry.forSession('s', 'a/b')?.version).toBe('1');
    move(registry, '2');
    expect([registry.forSession('s', 'a/b')?.version, pins()]).toEqual(['1', []]);
    free = Infinity;
    expect([registry.forSession('s', 'a/b')?.version, pins(), prompts.open().forSession('s', 'a/b')?.version]).toEqual(['1', [['s', '1', null]], '1']);
  });
  it('does not lose the experiment of a session: its pin is written with its first use', () => {
    prompts.experiments(EXPERIMENT);
    const registry = prompts.open();
    free = FULL;
    const prompt = registry.forSession('s', 'a/b') as Prompt;
    free = Infinity;
    expect(() => prompts.store.write(() => { registry.recordUse(use(prompt)); throw new Error('no'); })).toThrow('no');
    expect(pins()).toEqual([]);
    prompts.store.write(() => registry.recordUse(use(prompt)));
    expect([pins(), uses()]).toEqual([[['s', prompt.version, 'x']], [['turn:1', prompt.version, 'x']]]);
  });
  it('stops a session from beginning without its pins', () => {
    const registry = prompts.open();
    free = FULL;
    expect(() => begin(registry, 's')).toThrow(expect.objectContaining({ code: 'STORAGE_FULL' }));
  });
  it('that is met within a transaction is told to whoever began it', () => {
    const registry = prompts.open({ laneTokens: () => 100_000 });
    prompts.store.sql.pragma(`max_page_count = ${Number(prompts.store.sql.pragma('page_count', { simple: true }))}`);
    prompts.prompt('a/b', '1', `words 1 ${'and more '.repeat(3000)}`);
    expect(() => prompts.store.write(() => registry.forSession('s', 'a/b'))).toThrow(expect.objectContaining({ code: 'STORAGE_FULL' }));
    expect(pins()).toEqual([]);
    expect(registry.forSession('s', 'a/b')?.version).toBe('1');
  });
});

describe('an experiment', () => {
  it('gives each session that begins while it runs its arm, the same in every registry', () => {
    prompts.experiments({ ...EXPERIMENT, from: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z' });
    const registry = prompts.open();
    const sessions = Array.from({ length: 20 }, (_, index) => `interview-${index}`);
    begin(registry, 'early');
    prompts.clock.set('2026-11-20T10:00:00Z');
    for (const session of sessions) begin(registry, session);
    prompts.clock.set('2026-11-20T11:00:00Z');
    begin(registry, 'late');
    expect(pins()).toEqual([['early', '1', null], ...[...sessions, 'late'].toSorted().map((session) => [session, session === 'late' ? '1' : armFor(EXPERIMENT, session), session === 'late' ? null : 'x'])]);
    expect(new Set(sessions.map((session) => prompts.open().forSession(session, 'a/b')?.version))).toEqual(new Set(['1', '2']));
  });

  it('is written down with each use of its words, and not with other words or sessions', () => {
    prompts.experiments(EXPERIMENT);
    const registry = prompts.open();
    begin(registry, 's');
    const mine = registry.forSession('s', 'a/b') as Prompt;
    const other = registry.shelf.version('a/b', mine.version === '1' ? '2' : '1')?.prompt as Prompt;
    prompts.experiments({ ...EXPERIMENT, until: '2026-11-20T08:00:00Z' });
    registry.reload();
    begin(registry, 'outside');
    registry.recordUse(use(mine));
    registry.recordUse(use(other, { subject: 'turn:2' }));
    registry.recordUse(use(registry.current('a/b') as Prompt, { subject: 'turn:3', sessionId: 'outside' }));
    registry.recordUse(use(registry.current('a/b') as Prompt, { subject: 'turn:4', sessionId: 'never-pinned' }));
    expect(uses()).toEqual([['turn:1', mine.version, 'x'], ['turn:2', other.version, null], ['turn:3', '1', null], ['turn:4', '1', null]]);
    expect(new PromptRepository(prompts.store).usesOf('x', 'a/b')).toHaveLength(1);
    expect([registry.words(mine.hash)?.source, new PromptRepository(prompts.store).wordsOf(other.hash)?.source]).toEqual([mine.source, other.source]);
  });

  it('gives other arms to sessions that begin later without moving those before, when its words are edited', async () => {
    prompts.experiments(EXPERIMENT);
    const registry = prompts.open();
    const [one, two] = ['1', '2'].map((version) => Array.from({ length: 50 }, (_, index) => `s${index}`).filter((session) => armFor(EXPERIMENT, session) === version)) as [string[], string[]];
    begin(registry, two[0] as string);
    prompts.prompt('a/b', '2', 'other words');
    registry.reload();
    begin(registry, two[1] as string);
    begin(registry, one[0] as string);
    expect(await Promise.all([two[0], two[1], one[0]].map((session) => words(registry.forSession(session as string, 'a/b'))))).toEqual(['words 2', 'other words', 'words 1']);
    expect(new PromptRepository(prompts.store).assignedTo('x', 'a/b').map(({ version, sessions }) => [version, sessions]).toSorted()).toEqual([['1', 1], ['2', 1], ['2', 1]]);
  });
});

describe('after the data was replaced', () => {
  it('a session has the pins the data says', () => {
    const registry = prompts.open();
    begin(registry, 's');
    expect(registry.forSession('s', 'a/b')?.version).toBe('1');
    const hash = registry.shelf.version('a/b', '2')?.prompt.hash;
    prompts.store.sql.prepare("UPDATE prompt_pin SET version = '2', hash = ?").run(hash);
    registry.dataReplaced();
    expect(registry.forSession('s', 'a/b')?.version).toBe('2');
  });
  it('nothing is left of what no disk took', () => {
    const registry = prompts.open();
    free = FULL;
    expect(registry.forSession('s', 'a/b')?.version).toBe('1');
    move(registry, '2');
    registry.dataReplaced();
    free = Infinity;
    expect(registry.forSession('s', 'a/b')?.version).toBe('2');
  });
});
