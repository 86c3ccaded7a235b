import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { mergeBackup, readBackup, stageBackup } from './backup.ts';
import { claimDataFolder, type DataFolder } from './data-folder.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openStore } from './open-store.ts';
import { salvage } from './salvage.ts';
import { Store } from './store.ts';

const AT = '2026-11-20T09:00:00.000Z';
const closers: (() => void)[] = [];
let [here, there, folder] = [] as unknown as [Store, Store, DataFolder];
function open(): { store: Store; folder: DataFolder } {
  const temporary = temporaryFolder();
  const claimed = claimDataFolder(temporary.path);
  const { store } = openStore(claimed, () => AT);
  closers.push(() => { store.close(); claimed.release(); temporary.dispose(); });
  return { store, folder: claimed };
}
beforeEach(() => { ({ store: here, folder } = open()); ({ store: there } = open()); });
afterEach(() => { for (const close of closers.splice(0)) close(); });

/** An interview with so many events. */
function addInterview(store: Store, id: string, events: string[]): void {
  store.sql.prepare("INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at) VALUES (?, 'T', 'p', 'P', '{}', 1, 1, 'question', 1, '{}', ?, ?)").run(id, AT, AT);
  for (const [seq, type] of events.entries()) store.sql.prepare("INSERT INTO interview_event VALUES (?, ?, ?, '{}', ?)").run(id, seq + 1, type, AT);
  store.sql.prepare("INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at) VALUES (?, 0, 'interviewer', 'opening', 0, 'Hello.', ?)").run(id, AT);
}
/** Words, that the interview keeps them, and what came of them. */
function addPrompts(store: Store, id: string, hash: string, source: string): void {
  store.sql.prepare("INSERT INTO prompt_words VALUES (?, 'interview/opening', '1', ?, '[]', ?)").run(hash, source, AT);
  store.sql.prepare("INSERT INTO prompt_pin VALUES (?, 'interview/opening', '1', ?, 'trial', ?)").run(id, hash, AT);
  store.sql.prepare("INSERT INTO prompt_use (session_id, subject, prompt, version, hash, experiment, lane, outcome, rating, at) VALUES (?, 'turn:0', 'interview/opening', '1', ?, 'trial', 'interactive-deep', 'stood', 'up', ?)").run(id, hash, AT);
}
const kept = (store: Store): unknown => ['prompt_pin', 'prompt_use'].map((table) => store.sql.prepare(`SELECT session_id || ' ' || hash FROM ${table} ORDER BY 1`).pluck().all());
const sources = (store: Store): unknown => store.sql.prepare('SELECT source FROM prompt_words ORDER BY source').pluck().all();

async function merge(): Promise<string[]> {
  const staged = stageBackup(folder, { bytes: await readBackup(there, folder) });
  try { return mergeBackup(here, staged).map(({ effect }) => effect); } finally { staged.dispose(); }
}

describe('an interview that comes from another database', () => {
  it('brings the prompts it keeps, what came of them, and their words', async () => {
    addInterview(there, 'a', ['start']);
    addPrompts(there, 'a', 'aaa', 'words of a');
    there.sql.prepare("INSERT INTO prompt_words VALUES ('zzz', 'interview/opening', '2', 'words nobody used', '[]', ?)").run(AT);
    expect(await merge()).toEqual(['added']);
    expect(kept(here)).toEqual([['a aaa'], ['a aaa']]);
    expect(here.sql.prepare('SELECT experiment, outcome, rating FROM prompt_use').get()).toEqual({ experiment: 'trial', outcome: 'stood', rating: 'up' });
    expect(sources(here)).toEqual(['words of a']);
  });

  it('has them under its new name when it went on differently in both', async () => {
    for (const [store, more] of [[here, 'skip'], [there, 'hint']] as const) addInterview(store, 'a', ['start', more]);
    addPrompts(here, 'a', 'aaa', 'words of a');
    addPrompts(there, 'a', 'bbb', 'words of b');
    expect(await merge()).toEqual(['copied']);
    expect(kept(here)).toEqual([['a aaa', 'a-restored bbb'], ['a aaa', 'a-restored bbb']]);
    expect(sources(here)).toEqual(['words of a', 'words of b']);
    // What began alike in both counts once.
    expect(here.sql.prepare('SELECT experiment FROM prompt_use ORDER BY hash').pluck().all()).toEqual(['trial', null]);
    expect(here.sql.prepare('SELECT experiment FROM prompt_pin ORDER BY hash').pluck().all()).toEqual(['trial', null]);
  });

  it('replaces them when it goes on from ours, and leaves words alone that are here', async () => {
    addInterview(here, 'a', ['start']);
    addPrompts(here, 'a', 'aaa', 'words as they were here');
    addInterview(there, 'a', ['start', 'skip']);
    addPrompts(there, 'a', 'aaa', 'words as they were there');
    there.sql.prepare("UPDATE prompt_use SET rating = 'down'").run();
    expect(await merge()).toEqual(['continued']);
    expect(kept(here)).toEqual([['a aaa'], ['a aaa']]);
    expect(here.sql.prepare('SELECT rating FROM prompt_use').pluck().get()).toBe('down');
    expect(sources(here)).toEqual(['words as they were here']);
  });

  it('leaves ours as they are when it has nothing new', async () => {
    addInterview(here, 'a', ['start', 'skip']);
    addPrompts(here, 'a', 'aaa', 'words of a');
    addInterview(there, 'a', ['start']);
    addPrompts(there, 'a', 'bbb', 'words of b');
    expect(await merge()).toEqual(['kept']);
    expect([kept(here), sources(here)]).toEqual([[['a aaa'], ['a aaa']], ['words of a']]);
  });

  it.each(MIGRATIONS.slice(0, -1).map(({ version }) => version))('comes whole out of a damaged database of version %i, which knew of no prompts', (version) => {
    const file = join(folder.path, 'old.db');
    const connection = new Database(file);
    for (const migration of MIGRATIONS.filter((one) => one.version <= version)) connection.exec(migration.sql);
    connection.pragma(`user_version = ${version}`);
    addInterview(new Store(connection), 'a', ['start']);
    connection.close();
    expect(salvage(here, file)).toBe(1);
    expect(here.sql.prepare('SELECT id FROM interview').pluck().all()).toEqual(['a']);
    expect(kept(here)).toEqual([[], []]);
  });
});
