import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT, temporaryFolder } from '../../testing/engine.ts';
import { textHash } from './prompt-file.ts';
import { lockOf } from './prompt-lock.ts';
import { createPromptShelf, type PromptShelf } from './prompt-shelf.ts';

const FRONT = ['---', 'description: A prompt for the tests of prompts.', 'lane: interactive-deep', 'input:', '  schema:', '    name: string, who is greeted', '    warm?: boolean', 'changelog: ["1: first version"]', '---'];
const BODY = ['Greet {{name}}.', '{{#if warm}}Be warm.{{/if}}'];
const file = (body: string[] = BODY, front: string[] = FRONT): string => [...front, ...body, ''].join('\n');
const BARE = FRONT.toSpliced(3, 4);

let folder: ReturnType<typeof temporaryFolder>;
let shelf: PromptShelf;
let laneTokens = 4096;
const app = (path: string): string => join(folder.path, 'prompts', path);
const own = (path: string): string => join(folder.path, 'own', path);
const put = (path: string, text: string): void => { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, text); };
const told = (): string[] => [...shelf.problems(), ...shelf.caseProblems()].map(({ file: name, line, reason, lastGoodInUse }) => `${name}:${line}: ${reason}${lastGoodInUse ? ' [last good]' : ''}`);
const states = (id = 'greetings/hello'): string[] => shelf.versions(id).map(({ prompt, state }) => `${prompt.version} ${state}`);
const words = async (version = '1', id = 'greetings/hello'): Promise<string | undefined> => (await shelf.version(id, version)?.prompt.render(id === 'greetings/hello' ? { name: 'Ada', warm: true } : {}))?.map(({ text }) => text).join(' | ');
const V1 = 'greetings/hello.v1.prompt';

beforeEach(() => {
  folder = temporaryFolder();
  laneTokens = 4096;
  put(app(V1), file());
  shelf = createPromptShelf({ appDir: app(''), ownDir: own(''), laneTokens: () => laneTokens });
});
afterEach(() => folder.dispose());

describe('the prompts that come with the app', () => {
  const shipped = createPromptShelf({ appDir: join(PROJECT, 'prompts'), ownDir: join(PROJECT, 'nowhere'), laneTokens: () => 4096 });
  shipped.load();

  it('are all whole, and so are their cases', () => {
    expect([...shipped.problems(), ...shipped.caseProblems()]).toEqual([]);
    const files = readdirSync(join(PROJECT, 'prompts'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.prompt') && !name.includes('_'));
    expect(files.length).toBeGreaterThan(5);
    expect(shipped.ids().flatMap((id) => shipped.versions(id)).map(({ file: name }) => name).toSorted()).toEqual(files.map((name) => `prompts/${name.replaceAll('\\', '/')}`).toSorted());
  });

  it('give the interviewer a manner by pressure and nothing of a posting that is not there', async () => {
    const render = (pressure: string, posting?: string) => shipped.version('interview/interviewer', '1')?.prompt.render({ title: 'Backend engineer', level: 'mid', pressure, posting });
    const [friendly, tough] = [await render('friendly'), await render('tough', 'We run Kafka.')];
    expect(friendly?.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(friendly?.[0]?.text).toContain('warm');
    expect(friendly?.[0]?.text).not.toContain('posting');
    expect(tough?.[0]?.text).toContain('brisk');
    expect(tough?.[0]?.text).toContain('<posting>\nWe run Kafka.\n</posting>');
  });

  it('let another model go on with words that broke off', async () => {
    const messages = await shipped.version('router/continue-cut', '1')?.prompt.render({ said: 'You said that' });
    expect(messages?.map(({ role }) => role)).toEqual(['assistant', 'user']);
    expect(messages?.[0]?.text).toBe('You said that');
  });
});

describe('the shelf', () => {
  it('holds nothing before it is loaded, and then every version, oldest first, each before its variants', () => {
    for (const version of ['10', '9', '2.terse', '2', '2.bold']) put(app(`greetings/hello.v${version}.prompt`), file());
    put(own('greetings/hello.v3.prompt'), file(['Own {{name}}.', ...BODY]));
    put(own('mine/aaa.v1.prompt'), file(['Mine.'], BARE));
    expect([shelf.ids(), shelf.problems()]).toEqual([[], []]);
    expect(shelf.load()).toBe(true);
    expect(told()).toEqual([]);
    expect(shelf.ids()).toEqual(['greetings/hello', 'mine/aaa']);
    expect(shelf.versions('greetings/hello').map(({ prompt }) => prompt.version)).toEqual(['1', '2', '2.bold', '2.terse', '3', '9', '10']);
    expect(shelf.version('greetings/hello', '3')).toMatchObject({ origin: 'own', state: 'draft', file: 'own prompts/greetings/hello.v3.prompt' });
    expect(shelf.version('greetings/hello', '2.bold')).toMatchObject({ origin: 'app', file: 'prompts/greetings/hello.v2.bold.prompt', prompt: { hash: textHash(file()).slice(0, 12), source: file() } });
    expect([shelf.version('greetings/hello', '4'), shelf.versions('nobody/knows')]).toEqual([undefined, []]);
  });

  it('says whether anything changed and keeps what did not', () => {
    put(app('greetings/hello.v2.prompt'), file());
    shelf.load();
    const before = shelf.versions('greetings/hello').map(({ prompt }) => prompt);
    expect(shelf.load()).toBe(false);
    writeFileSync(app(V1), file(['Hello {{name}}.', ...BODY]));
    expect([shelf.load(), shelf.load()]).toEqual([true, false]);
    const after = shelf.versions('greetings/hello').map(({ prompt }) => prompt);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true]);
    writeFileSync(app(V1), file());
    shelf.load();
    expect(shelf.version('greetings/hello', '1')?.prompt).toBe(before[0]);
  });

  it('sees an edit of the same length made at once', async () => {
    shelf.load();
    writeFileSync(app(V1), file(['Treet {{name}}.', BODY[1] ?? '']));
    shelf.load();
    expect(await words()).toBe('Treet Ada.\nBe warm.');
  });

  it('keeps every text it had since the start by its hash', async () => {
    shelf.load();
    const first = shelf.version('greetings/hello', '1')?.prompt;
    put(app(V1), file(['Hello {{name}}.', ...BODY]));
    shelf.load();
    rmSync(app(V1));
    shelf.load();
    expect(shelf.byHash(first?.hash ?? '')).toBe(first);
    expect(shelf.byHash('0'.repeat(12))).toBeUndefined();
  });

  it('is not there when there are no folders, and says so', () => {
    const empty = createPromptShelf({ appDir: app('nowhere'), ownDir: own(''), laneTokens: () => 4096 });
    empty.load();
    expect([empty.ids(), empty.problems()]).toEqual([[], [{ file: 'prompts', line: 1, reason: 'there are no prompts in this folder', lastGoodInUse: false }]]);
  });
});

describe('a file that is broken while the app runs', () => {
  it.each([
    ['front matter', file(BODY, FRONT.with(1, 'description: [unclosed')), 3],
    ['a tag', file(['Greet {{name}}.', '{{#if warm}}Be warm.']), 11],
    ['an unknown variable', file(['Greet {{nmae}}.', ...BODY]), 10],
    ['a missing partial', file([...BODY, '', '{{> greetings/tone.v1}}']), 13],
  ])('in its %s leaves its last words in force, names file and line, and is mended by the next save', async (_, text, line) => {
    shelf.load();
    put(app(V1), text);
    expect(shelf.load()).toBe(true);
    expect(shelf.problems()).toEqual([{ file: 'prompts/greetings/hello.v1.prompt', line, reason: expect.any(String), lastGoodInUse: true }]);
    expect([states(), await words()]).toEqual([['1 broken'], 'Greet Ada.\nBe warm.']);
    put(app(V1), file(['Hello {{name}}.', ...BODY]));
    shelf.load();
    expect([states(), told(), await words()]).toEqual([['1 draft'], [], 'Hello Ada.\nGreet Ada.\nBe warm.']);
  });

  it('at the start is left out', () => {
    put(app(V1), 'Greet {{name}}.');
    shelf.load();
    expect([shelf.ids(), told()]).toEqual([[], ['prompts/greetings/hello.v1.prompt:1: there is no front matter between two lines of ---']]);
  });

  it('by a megabyte of text is not read, and its last words stay', async () => {
    shelf.load();
    truncateSync(app(V1), 1_000_000);
    shelf.load();
    expect([told(), states(), await words()]).toEqual([['prompts/greetings/hello.v1.prompt:1: the file has 1000000 bytes; 32000 is the most [last good]'], ['1 broken'], 'Greet Ada.\nBe warm.']);
  });

  it.skipIf(process.platform === 'win32')('by more than could be read is not even opened', () => {
    put(app('greetings/hello.v2.prompt'), '');
    truncateSync(app('greetings/hello.v2.prompt'), 5_000_000_000);
    shelf.load();
    expect(told()).toEqual(['prompts/greetings/hello.v2.prompt:1: the file has 5000000000 bytes; 32000 is the most']);
  });

  it('or gone keeps its words until the next start', async () => {
    put(own('mine/note.v1.prompt'), file(['Mine.'], BARE));
    shelf.load();
    rmSync(app('greetings'), { recursive: true });
    rmSync(own(''), { recursive: true });
    shelf.load();
    expect(told()).toEqual([
      'own prompts/mine/note.v1.prompt:1: the file was removed; its words stay in use until the app ends [last good]',
      'prompts:1: there are no prompts in this folder', 'prompts/greetings/hello.v1.prompt:1: the file was removed; its words stay in use until the app ends [last good]',
    ]);
    expect([states(), states('mine/note'), await words()]).toEqual([['1 gone'], ['1 gone'], 'Greet Ada.\nBe warm.']);
    const restarted = createPromptShelf({ appDir: app(''), ownDir: own(''), laneTokens: () => 4096 });
    restarted.load();
    expect(restarted.ids()).toEqual([]);
    put(app(V1), file());
    shelf.load();
    expect(states()).toEqual(['1 draft']);
  });

  it('that was never whole and goes leaves nothing behind', () => {
    put(app('greetings/hello.v2.prompt'), 'broken');
    shelf.load();
    rmSync(app('greetings/hello.v2.prompt'));
    shelf.load();
    expect([told(), states()]).toEqual([[], ['1 draft']]);
  });

  it('or cannot be read is named, and so is a folder', async () => {
    put(app('greetings/hello.v2.prompt'), file());
    shelf.load();
    rmSync(app('greetings/hello.v2.prompt'));
    mkdirSync(app('greetings/hello.v2.prompt'));
    symlinkSync('hello.v3.prompt', app('greetings/hello.v3.prompt'));
    writeFileSync(app('greetings/hello.v4.prompt'), Buffer.from(file(['Grüß {{name}}.', ...BODY]), 'latin1'));
    symlinkSync('nowhere', app('greetings/.#hello.v1.prompt'));
    shelf.load();
    expect(told()).toEqual([
      'prompts/greetings/hello.v2.prompt:1: this is not a file [last good]', 'prompts/greetings/hello.v3.prompt:1: the file cannot be read (ELOOP)', 'prompts/greetings/hello.v4.prompt:1: the file is not UTF-8',
    ]);
    renameSync(app(''), join(folder.path, 'elsewhere'));
    writeFileSync(join(folder.path, 'prompts'), 'not a folder');
    shelf.load();
    expect(told().slice(0, 2)).toEqual(['prompts:1: the folder cannot be read (ENOTDIR) [last good]', 'prompts/greetings/hello.v1.prompt:1: the file cannot be read (ENOTDIR) [last good]']);
    expect([await words(), states()]).toEqual(['Greet Ada.\nBe warm.', ['1 broken', '2 broken']]);
  });
});

describe('partials', () => {
  const TONE = 'greetings/_tone.v1.prompt';
  const LINE = '{{> greetings/tone.v1}}';
  beforeEach(() => {
    put(app(V1), file(['Greet {{name}}.', LINE]));
    put(app(TONE), '{{#if warm}}Be warm.{{/if}}\n');
  });

  it('are taken in, and what they use is used; another text of theirs makes another prompt', async () => {
    shelf.load();
    expect(told()).toEqual([]);
    const first = shelf.version('greetings/hello', '1')?.prompt;
    expect(first).toMatchObject({ hash: textHash(`${file(['Greet {{name}}.', LINE])}greetings/tone.v1{{#if warm}}Be warm.{{/if}}\n`).slice(0, 12), partials: [{ name: 'greetings/tone.v1', text: '{{#if warm}}Be warm.{{/if}}\n' }] });
    put(app(TONE), '{{#if warm}}Be kind.{{/if}}\n');
    shelf.load();
    expect(shelf.version('greetings/hello', '1')?.prompt.hash).not.toBe(first?.hash);
    expect([await words(), (await first?.render({ name: 'Ada', warm: true }))?.[0]?.text]).toEqual(['Greet Ada.\nBe kind.', 'Greet Ada.\nBe warm.']);
  });

  it('that break or go are named, and the prompts that take them in keep their last words', async () => {
    shelf.load();
    put(app(TONE), 'Fine.\n{{#if warm}}Be kind.');
    shelf.load();
    expect(told()).toEqual([
      'prompts/greetings/_tone.v1.prompt:2: {{#if}} is never closed [last good]', 'prompts/greetings/hello.v1.prompt:11: the partial greetings/tone.v1 cannot be used as it is: see prompts/greetings/_tone.v1.prompt [last good]',
    ]);
    expect([states(), await words()]).toEqual([['1 broken'], 'Greet Ada.\nBe warm.']);
    rmSync(app(TONE));
    shelf.load();
    expect(told()).toEqual([
      'prompts/greetings/_tone.v1.prompt:1: the file was removed; prompts that take it in keep its words until the app ends [last good]', 'prompts/greetings/hello.v1.prompt:11: the partial greetings/tone.v1 was removed [last good]',
    ]);
    expect(await words()).toBe('Greet Ada.\nBe warm.');
    put(app(TONE), '{{#if warm}}Be kind.{{/if}}');
    shelf.load();
    expect([told(), states(), await words()]).toEqual([[], ['1 draft'], 'Greet Ada.\nBe kind.']);
  });

  it('that are not there are named with the line of the tag', () => {
    rmSync(app(TONE));
    shelf.load();
    expect([told(), shelf.ids()]).toEqual([['prompts/greetings/hello.v1.prompt:11: there is no partial greetings/tone.v1'], []]);
  });

  it('that take one another in are named with the way round', () => {
    put(app('greetings/_a.v1.prompt'), 'A\n{{> greetings/b.v1}}');
    put(app('greetings/_b.v1.prompt'), '{{> greetings/c.v2}}');
    put(app('greetings/_c.v2.prompt'), 'C\n\n{{> greetings/a.v1}}');
    put(app('greetings/_self.v1.prompt'), '{{> greetings/self.v1}}');
    put(app(V1), file([...BODY, '{{> greetings/a.v1}}']));
    shelf.load();
    expect(told()).toEqual([
      'prompts/greetings/_a.v1.prompt:2: it takes itself in: greetings/a.v1 → greetings/b.v1 → greetings/c.v2 → greetings/a.v1',
      'prompts/greetings/_b.v1.prompt:1: it takes itself in: greetings/b.v1 → greetings/c.v2 → greetings/a.v1 → greetings/b.v1',
      'prompts/greetings/_c.v2.prompt:3: it takes itself in: greetings/c.v2 → greetings/a.v1 → greetings/b.v1 → greetings/c.v2',
      'prompts/greetings/_self.v1.prompt:1: it takes itself in: greetings/self.v1 → greetings/self.v1',
      'prompts/greetings/hello.v1.prompt:12: the partial greetings/a.v1 cannot be used as it is: see prompts/greetings/_a.v1.prompt',
    ]);
  });

  it('may not use what the prompt does not take, however deep they lie', () => {
    put(app(TONE), '{{#if warm}}{{/if}}\n{{> greetings/deep.v1}}');
    put(app('greetings/_deep.v1.prompt'), 'Deep.\n{{nmae}}');
    put(app('greetings/bye.v1.prompt'), file(['Bye {{name}}.', '{{> greetings/plain.v1}}']));
    put(app('greetings/_plain.v1.prompt'), 'Plain.');
    shelf.load();
    expect(told()).toEqual([
      'prompts/greetings/bye.v1.prompt:7: input.schema: "warm" is not used', 'prompts/greetings/hello.v1.prompt:11: {{nmae}} in the partial greetings/deep.v1 is not in the input schema',
    ]);
  });

  it('of the person serve their own prompts only', async () => {
    put(app(V1), file([...BODY, '{{> mine/tone.v1}}']));
    put(own('mine/_tone.v1.prompt'), 'My tone.');
    put(own('greetings/hello.v2.prompt'), file([...BODY, '{{> mine/tone.v1}}', LINE]));
    shelf.load();
    expect(told()).toEqual(['prompts/greetings/hello.v1.prompt:12: the partial mine/tone.v1 does not come with the app']);
    expect(await words('2')).toBe('Greet Ada.\nBe warm.\nMy tone.\nBe warm.');
  });
});

describe('files that do not fit together', () => {
  it('as versions with another input or output are refused against the lowest whole one', () => {
    put(app('greetings/hello.v1.prompt'), 'broken');
    put(app('greetings/hello.v2.prompt'), file());
    const other = (version: number, front: string[], body = BODY): void => put(app(`greetings/hello.v${version}.prompt`), file(body, front));
    other(3, FRONT.with(6, '    warm: boolean'));
    other(4, FRONT.toSpliced(7, 0, '    more: string'), [...BODY, '{{more}}']);
    other(5, FRONT.toSpliced(6, 1), ['{{name}}']);
    other(6, FRONT.toSpliced(7, 0, 'output: { format: json, schema: { a: string } }'));
    other(7, FRONT.with(5, '    name: string, described otherwise'));
    shelf.load();
    expect(told().slice(1)).toEqual([
      'prompts/greetings/hello.v3.prompt:7: input.schema: "warm" is boolean; in version 2 it is boolean, optional',
      'prompts/greetings/hello.v4.prompt:8: input.schema: version 2 has no "more"',
      'prompts/greetings/hello.v5.prompt:5: input.schema: "warm" is missing, which version 2 has',
      'prompts/greetings/hello.v6.prompt:8: output: version 2 has none',
    ]);
    expect(states()).toEqual(['2 draft', '7 draft']);
    put(app('judge/it.v1.prompt'), file(['Judge.'], BARE.toSpliced(3, 0, 'output: { format: json, schema: { "items(array)": { a: string } } }')));
    put(app('judge/it.v2.prompt'), file(['Judge.'], BARE.toSpliced(3, 0, 'output:', '  format: json', '  schema:', '    items(array):', '      a: integer')));
    shelf.load();
    expect(told().at(-1)).toBe('prompts/judge/it.v2.prompt:7: output.schema: "items[].a" is integer; in version 1 it is string');
  });

  it('are held to a version of the app’s also when a lower one is the person’s', () => {
    put(app('greetings/hello.v2.prompt'), file());
    rmSync(app(V1));
    put(own(V1), file(['{{other}}'], FRONT.toSpliced(5, 2, '    other: string')));
    shelf.load();
    expect(states()).toEqual(['2 draft']);
    expect(told()).toEqual(['own prompts/greetings/hello.v1.prompt:6: input.schema: version 2 has no "other"']);
  });

  it('as an own version that comes with the app are not used', async () => {
    put(own(V1), file(['Hey {{name}}.', ...BODY]));
    put(app('greetings/_tone.v1.prompt'), 'App.');
    put(own('greetings/_tone.v1.prompt'), 'Own.');
    shelf.load();
    const reason = 'this version comes with the app; save your words as a new version';
    expect(told()).toEqual([`own prompts/greetings/_tone.v1.prompt:1: ${reason}`, `own prompts/greetings/hello.v1.prompt:1: ${reason}`]);
    expect([await words(), states()]).toEqual(['Greet Ada.\nBe warm.', ['1 draft']]);
  });

  it('as misnamed are named', () => {
    for (const path of ['greetings/hello.prompt', 'greetings/hello.v0.prompt', 'greetings/Hello.v1.prompt', 'greetings/_tone.v1.warm.prompt', 'greetings/Hello.cases.yaml', 'Big/hello.v1.prompt', 'hello.v1.prompt', `greetings/${'x'.repeat(130)}.v1.prompt`]) put(app(path), file());
    for (const path of ['greetings/hello.v1.prompt~', 'greetings/.hello.v1.prompt', 'greetings/notes.txt', '.git/hello.prompt', 'README.md']) put(app(path), file());
    shelf.load();
    expect(told()).toHaveLength(8);
    expect(told().filter((line) => line.includes('the name is not like follow-up.v1.prompt'))).toHaveLength(6);
    expect(told()).toContain('prompts/hello.v1.prompt:1: it does not lie in a folder, as interview/follow-up.v1.prompt does');
    expect(shelf.ids()).toEqual(['greetings/hello']);
  });

  it('as too long for their lane are refused with the numbers, partials counted as often as they are taken in', () => {
    put(app(V1), file([...BODY, '{{> greetings/twice.v1}}']));
    put(app('greetings/_twice.v1.prompt'), '{{> greetings/long.v1}}\n{{> greetings/long.v1}}');
    put(app('greetings/_long.v1.prompt'), 'Words. '.repeat(400));
    laneTokens = 2_000;
    shelf.load();
    expect(told()).toEqual([expect.stringMatching(/^prompts\/greetings\/hello\.v1\.prompt:10: the template has about 1\d{3} tokens; half of the 2000 that prompt and answer have together on interactive-deep is the most$/)]);
    laneTokens = 8_000;
    expect([shelf.load(), told(), states()]).toEqual([true, [], ['1 draft']]);
    laneTokens = 100;
    expect([shelf.load(), states()]).toEqual([true, ['1 broken']]);
  });
});

describe('the lock', () => {
  const locked = (lock: object = lockOf(app(''))): void => put(app('prompts.lock.json'), JSON.stringify(lock));

  it('makes files released, edited or drafts, their partials counted', () => {
    put(app('greetings/bye.v1.prompt'), file(['Bye.', '{{> greetings/tone.v1}}'], BARE));
    put(app('greetings/_tone.v1.prompt'), 'Warmly.');
    locked();
    put(app('greetings/hello.v2.prompt'), file());
    put(own('greetings/hello.v3.prompt'), file());
    shelf.load();
    expect([states(), states('greetings/bye'), told()]).toEqual([['1 released', '2 draft', '3 draft'], ['1 released'], []]);
    put(app(V1), file([...BODY, 'More.']));
    put(app('greetings/_tone.v1.prompt'), 'Coldly.');
    shelf.load();
    expect([states(), states('greetings/bye')]).toEqual([['1 edited', '2 draft', '3 draft'], ['1 edited']]);
    locked();
    expect([shelf.load(), states(), states('greetings/bye')]).toEqual([true, ['1 released', '2 released', '3 draft'], ['1 released']]);
  });

  it('that is broken is named, and its last good text stays', () => {
    locked();
    shelf.load();
    put(app('prompts.lock.json'), '{ "version": 1,\n "released": [] }');
    shelf.load();
    expect(told()).toEqual([expect.stringMatching(/^prompts\/prompts\.lock\.json:2: released: .*\[last good\]$/)]);
    expect(states()).toEqual(['1 released']);
  });
});

describe('cases', () => {
  const CASES = 'greetings/hello.cases.yaml';
  const good = 'prompt: greetings/hello\nabout: How somebody is greeted.\ncases:\n  - { id: plain, about: Nothing special. }\n';

  it('are found by their prompt, and the last good ones stay when they break', () => {
    put(app(CASES), good);
    shelf.load();
    expect([shelf.cases('greetings/hello')?.cases.map(({ id }) => id), told(), shelf.cases('greetings/bye')]).toEqual([['plain'], [], undefined]);
    put(app(CASES), good.replace('id: plain', 'idd: plain'));
    shelf.load();
    expect(told()).toEqual(['prompts/greetings/hello.cases.yaml:4: cases.0.id: this field is missing [last good]']);
    expect(shelf.cases('greetings/hello')?.cases).toHaveLength(1);
    rmSync(app(CASES));
    shelf.load();
    expect([shelf.cases('greetings/hello'), told()]).toEqual([undefined, []]);
  });

  it('of another prompt, of none, or twice are named', () => {
    put(app(CASES), `# A remark.\n${good.replace('greetings/hello', 'greetings/bye')}`);
    put(app('greetings/hallo.cases.yaml'), good.replace('hello', 'hallo'));
    put(own('greetings/hallo.cases.yaml'), good.replace('hello', 'hallo'));
    shelf.load();
    expect(told()).toEqual([
      'own prompts/greetings/hallo.cases.yaml:1: cases of this name come with the app, and those are used',
      'prompts/greetings/hallo.cases.yaml:1: there is no prompt greetings/hallo',
      'prompts/greetings/hello.cases.yaml:2: prompt: it says greetings/bye, and the file\'s name greetings/hello',
    ]);
    expect(shelf.cases('greetings/hello')).toBeUndefined();
  });
});
