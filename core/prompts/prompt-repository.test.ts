import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, temporaryFolder } from '../../testing/engine.ts';
import { claimDataFolder, type DataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { promptHash } from './prompt-file.ts';
import { PROMPT_SQL, PromptRepository } from './prompt-repository.ts';
import type { PromptUse } from './prompt.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: DataFolder;
let store: Store;
let repository: PromptRepository;

beforeEach(() => {
  temporary = temporaryFolder();
  folder = claimDataFolder(temporary.path);
  store = openStore(folder, () => START).store;
  repository = new PromptRepository(store);
});
afterEach(() => { store.close(); folder.release(); temporary.dispose(); });

const ref = (id: string, version = '1') => ({ id, version, hash: `${version}`.padStart(12, '0') });
const use = (sessionId: string, subject: string, more: Partial<PromptUse> = {}): PromptUse => ({
  sessionId, subject, prompts: [ref('a/head'), ref('a/turn')], lane: 'interactive-deep', outcome: 'stood', place: 'away', model: 'm', firstWordMs: 300.5, durationMs: 2000, inputTokens: 900, outputTokens: 60, ...more,
});
const IN_X = new Map([['a/turn', 'x']]);
const rows = (): unknown[] => store.sql.prepare('SELECT session_id || \' \' || subject || \' \' || prompt AS "row", version, experiment, outcome, rating, score, asked_again FROM prompt_use').all();

describe('words', () => {
  it('are kept once and for ever, partials included', () => {
    const partials = [{ name: 'a/p.v1', text: 'piece' }];
    const source = '\uFEFFthe words\u0000 of \u{1f600}\r\n';
    const words = { ...ref('a/b'), hash: promptHash(source, partials), source, partials };
    repository.keepWords(words, START);
    repository.keepWords({ ...words, source: 'others' }, START);
    expect(repository.wordsOf(words.hash)).toEqual(words);
    expect(repository.wordsOf('unknown')).toBeUndefined();
    for (const damage of ["source = 'the wards'", "partials = '[]'", "partials = '[{'"]) {
      store.sql.exec(`UPDATE prompt_words SET ${damage}`);
      expect(repository.wordsOf(words.hash)).toBeUndefined();
      store.sql.prepare('UPDATE prompt_words SET source = ?, partials = ?').run(source, JSON.stringify(partials));
      expect(repository.wordsOf(words.hash)).toEqual(words);
    }
  });
});

describe('pins', () => {
  it('stay as they were first written', () => {
    repository.pin('s', { ...ref('a/b'), experiment: 'x' }, START);
    repository.pin('s', { ...ref('a/b', '2'), experiment: null }, START);
    expect(repository.pinOf('s', 'a/b')).toEqual({ ...ref('a/b'), experiment: 'x' });
    expect([repository.pinOf('s', 'a/c'), repository.pinOf('t', 'a/b')]).toEqual([undefined, undefined]);
  });
  it('are counted by the words an experiment gave, of its own prompt only', () => {
    for (const [session, version] of [['1', '1'], ['2', '2'], ['3', '2']] as const) repository.pin(session, { ...ref('a/b', version), experiment: 'x' }, START);
    repository.pin('1', { ...ref('a/other'), experiment: 'x' }, START);
    repository.pin('4', { ...ref('a/b'), experiment: null }, START);
    expect(repository.assignedTo('x', 'a/b').toSorted((a, b) => a.sessions - b.sessions)).toEqual([{ version: '1', hash: ref('', '1').hash, sessions: 1 }, { version: '2', hash: ref('', '2').hash, sessions: 2 }]);
  });
});

describe('uses', () => {
  it('are one row for each prompt of the call, with the experiment of that prompt', () => {
    repository.recordUse(use('s', 'turn:1'), IN_X, START);
    expect(rows()).toEqual([
      { row: 's turn:1 a/head', version: '1', experiment: null, outcome: 'stood', rating: null, score: null, asked_again: 0 },
      { row: 's turn:1 a/turn', version: '1', experiment: 'x', outcome: 'stood', rating: null, score: null, asked_again: 0 },
    ]);
    expect(repository.usesOf('x', 'a/turn')).toEqual([
      { sessionId: 's', version: '1', hash: ref('').hash, outcome: 'stood', rating: null, score: null, askedAgain: 0, firstWordMs: 300.5, durationMs: 2000, inputTokens: 900, outputTokens: 60 }]);
    expect([repository.usesOf('x', 'a/head'), repository.usesOf('y', 'a/turn')]).toEqual([[], []]);
  });
  it('take what came of them as it becomes known, each part by itself', () => {
    repository.recordUse(use('s', 'turn:1'), IN_X, START);
    repository.recordUse(use('s', 'turn:2'), IN_X, START);
    repository.recordOutcome('s', 'turn:1', { rating: 'up' });
    repository.recordOutcome('s', 'turn:1', { score: 0.5 });
    repository.recordOutcome('s', 'turn:1', { askedAgain: true });
    repository.recordOutcome('s', 'turn:1', { askedAgain: true });
    expect(repository.usesOf('x', 'a/turn')).toMatchObject([{ rating: 'up', score: 0.5, askedAgain: 2 }, { rating: null, score: null, askedAgain: 0 }]);
    repository.recordOutcome('s', 'turn:1', { rating: null });
    expect(repository.usesOf('x', 'a/turn')[0]).toMatchObject({ rating: null, score: 0.5, askedAgain: 2 });
    repository.recordOutcome('s', 'turn:1', { score: 0 });
    expect(repository.usesOf('x', 'a/turn')[0]).toMatchObject({ score: 0 });
  });
  it('pass over an outcome of something that no prompt worded', () => {
    repository.recordOutcome('s', 'turn:9', { rating: 'up' });
    expect(rows()).toEqual([]);
  });
  it('of one subject are replaced by the next: other words, so no rating any more, but asked again as often as it was', () => {
    repository.recordUse(use('s', 'turn:1'), IN_X, START);
    repository.recordOutcome('s', 'turn:1', { rating: 'down', score: 0.1, askedAgain: true });
    repository.recordUse(use('s', 'turn:1', { prompts: [ref('a/turn', '2')], outcome: 'unanswered', place: null, model: null, firstWordMs: null }), new Map(), START);
    expect(rows()).toEqual([{ row: 's turn:1 a/turn', version: '2', experiment: null, outcome: 'unanswered', rating: null, score: null, asked_again: 1 }]);
  });
});

describe('query plans', () => {
  const reading = Object.entries(PROMPT_SQL).filter(([, sql]) => !sql.startsWith('INSERT'));
  it.each(reading)('%s uses an index', (name, sql) => {
    const parameters = (sql.match(/\?/g) ?? []).map(() => '[]');
    const named = Object.fromEntries((sql.match(/@\w+/g) ?? []).map((parameter) => [parameter.slice(1), null]));
    const plan = (store.sql.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters.length > 0 ? parameters : [named])) as { detail: string }[]).map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(/SEARCH prompt_\w+ USING (INDEX|PRIMARY KEY|COVERING INDEX)/);
    expect(plan).not.toMatch(/SCAN prompt_|FOR ORDER BY/);
    expect([name, plan.includes('TEMP B-TREE')]).toEqual([name, name === 'assigned']); // sorted within one experiment
  });
});
