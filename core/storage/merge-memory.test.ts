import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { mergeBackup, readBackup, stageBackup } from './backup.ts';
import { claimDataFolder, type DataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';
import { packRows } from './packed-rows.ts';
import { salvage } from './salvage.ts';
import { isSound, takeSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { loadVectors } from './vec-extension.ts';

const AT = '2026-11-20T09:00:00.000Z';
const closers: (() => void)[] = [];
let [here, there, folder, thereFolder] = [] as unknown as [Store, Store, DataFolder, DataFolder];
function open(): { store: Store; folder: DataFolder } {
  const temporary = temporaryFolder();
  const claimed = claimDataFolder(temporary.path);
  const { store } = openStore(claimed, () => AT);
  closers.push(() => { store.close(); claimed.release(); temporary.dispose(); });
  return { store, folder: claimed };
}
beforeEach(() => { ({ store: here, folder } = open()); ({ store: there, folder: thereFolder } = open()); });
afterEach(() => { for (const close of closers.splice(0)) close(); });

function addInterview(store: Store, id: string, events: string[], turns: string[] = [`words of ${id}`]): void {
  store.sql.prepare("INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at) VALUES (?, 'T', 'p', 'P', '{}', 1, 1, 'question', ?, '{}', ?, ?)").run(id, events.length, AT, AT);
  for (const [seq, type] of events.entries()) store.sql.prepare("INSERT INTO interview_event VALUES (?, ?, ?, '{}', ?)").run(id, seq + 1, type, AT);
  for (const [seq, text] of turns.entries()) store.sql.prepare("INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at) VALUES (?, ?, 'candidate', 'answer', 0, ?, ?)").run(id, seq, text, AT);
}
/** Packs an interview's turns, as the archive does. */
async function archive(store: Store, id: string, at = AT): Promise<void> {
  const rows = store.sql.prepare<[string], [number, string, string, number, string, string, string]>('SELECT seq, by, kind, position, text, at, state FROM interview_turn WHERE interview_id = ? ORDER BY seq').raw().all(id);
  const turns = await packRows({ columns: ['seq', 'by', 'kind', 'position', 'text', 'at', 'state'], rows });
  store.sql.prepare('INSERT INTO interview_archive VALUES (?, ?, ?, ?, ?)').run(id, turns, rows.length, rows.length, at);
  store.sql.prepare('DELETE FROM interview_turn WHERE interview_id = ?').run(id);
}
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
function remember(store: Store, itemId: string, text: string, { kind = 'fact', sources = [], pinned = 0, edited = 0 }: { kind?: string; sources?: [string, number][]; pinned?: number; edited?: number } = {}): void {
  const { lastInsertRowid } = store.sql.prepare('INSERT INTO memory_item (item_id, kind, title, text, hash, pinned, edited, at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(itemId, kind, 'T', text, hash(text), pinned, edited, AT, AT);
  for (const [session, seq] of sources) store.sql.prepare('INSERT INTO memory_source VALUES (?, ?, ?, ?)').run(lastInsertRowid, session, seq, AT);
  store.sql.prepare("INSERT INTO memory_chunk (item, position, heading, text, start) VALUES (?, 0, '', ?, 0)").run(lastInsertRowid, text);
}
const forget = (store: Store, text: string, kind = 'fact'): unknown => store.sql.prepare('INSERT INTO memory_forgotten VALUES (?, ?, ?)').run(kind, hash(text), AT);
/** Each item with where it comes from. */
const remembered = (store: Store): unknown => store.sql.prepare("SELECT item_id || ': ' || text || coalesce((SELECT group_concat(' ' || session_id || '#' || seq, '') FROM (SELECT * FROM memory_source WHERE item = i.id ORDER BY session_id, seq)), '') FROM memory_item i ORDER BY text, item_id").pluck().all();
const found = (store: Store, word: string): unknown => store.sql.prepare('SELECT DISTINCT interview_id FROM interview_text WHERE interview_text MATCH ? ORDER BY 1').pluck().all(word);
const all = (store: Store, query: string): unknown => store.sql.prepare(query).raw().all();

async function merge(): Promise<string[]> {
  const staged = stageBackup(folder, { bytes: await readBackup(there, folder) });
  try { return mergeBackup(here, staged).map(({ effect }) => effect); } finally { staged.dispose(); }
}

describe('what is remembered in another database', () => {
  it('is added with where it comes from, when that is here, or when the person put it in, pinned or changed it', async () => {
    addInterview(there, 'a', ['start']);
    remember(there, 'm1', 'said in a', { sources: [['a', 0], ['gone', 3]] });
    remember(there, 'm2', 'said in what is gone', { sources: [['gone', 3]] });
    remember(there, 'm3', 'pinned', { sources: [['gone', 3]], pinned: 1 });
    remember(there, 'm4', 'changed', { edited: 1 });
    remember(there, 'm5', 'a resume', { kind: 'resume' });
    await merge();
    expect(remembered(here)).toEqual(['m5: a resume', 'm4: changed', 'm3: pinned', 'm1: said in a a#0']);
    expect(all(here, 'SELECT pinned, edited FROM memory_item ORDER BY text')).toEqual([[0, 0], [0, 1], [1, 0], [0, 0]]);
    // Passages and vectors are made anew.
    expect(all(here, 'SELECT count(*) FROM memory_chunk')).toEqual([[0]]);
    await merge();
    expect(remembered(here)).toHaveLength(4);
  });

  it('leaves ours as it is, but for another place it comes from', async () => {
    for (const store of [here, there]) addInterview(store, 'a', ['start']);
    addInterview(there, 'b', ['start']);
    remember(here, 'ours', 'I lead a team', { sources: [['a', 0]] });
    remember(there, 'theirs', 'I lead a team', { sources: [['a', 0], ['b', 0]], pinned: 1 });
    await merge();
    expect([remembered(here), all(here, 'SELECT pinned FROM memory_item')]).toEqual([['ours: I lead a team a#0 b#0'], [[0]]]);
  });

  it('gets a new id where ours is taken by something else', async () => {
    remember(here, 'm1', 'ours', { pinned: 1 });
    remember(here, 'm1-restored', 'ours too', { pinned: 1 });
    remember(there, 'm1', 'theirs', { pinned: 1 });
    await merge();
    expect(remembered(here)).toEqual(['m1: ours', 'm1-restored: ours too', 'm1-restored-2: theirs']);
  });

  it('stays forgotten when either forgot it, unless it is remembered here', async () => {
    addInterview(there, 'a', ['start']);
    forget(here, 'forgotten here');
    remember(there, 'm1', 'forgotten here', { sources: [['a', 0]], pinned: 1 });
    forget(there, 'forgotten there');
    forget(there, 'still here');
    remember(here, 'm2', 'still here', { pinned: 1 });
    await merge();
    expect(remembered(here)).toEqual(['m2: still here']);
    expect(all(here, 'SELECT hash FROM memory_forgotten ORDER BY 1')).toEqual([hash('forgotten here'), hash('forgotten there')].toSorted().map((one) => [one]));
  });

  it('is not taken for said in our interview when that went on differently; the copy is read anew', async () => {
    for (const [store, more] of [[here, 'skip'], [there, 'hint']] as const) addInterview(store, 'a', ['start', more]);
    for (const store of [here, there]) {
      store.sql.prepare("INSERT INTO memory_read VALUES ('a', 1, ?)").run(AT);
      store.sql.prepare("INSERT INTO conversation_summary VALUES ('a', 1, ?, '[]', '{}', 1, ?)").run(store === here ? 'ours' : 'theirs', AT);
    }
    remember(there, 'm1', 'said in their a', { sources: [['a', 1]] });
    expect(await merge()).toEqual(['copied']);
    expect([remembered(here), all(here, 'SELECT session_id FROM memory_read'), all(here, 'SELECT session_id, summary FROM conversation_summary ORDER BY 1')]).toEqual([[], [['a']], [['a', 'ours'], ['a-restored', 'theirs']]]);
  });

  it('keeps what is remembered of an interview that goes on from ours, and takes what was made of it', async () => {
    addInterview(here, 'a', ['start'], ['first']);
    addInterview(there, 'a', ['start', 'skip'], ['first', 'second']);
    remember(here, 'm1', 'said first', { sources: [['a', 0]] });
    remember(here, 'm2', 'my own', { sources: [['a', 0]], pinned: 1 });
    here.sql.prepare("INSERT INTO memory_read VALUES ('a', 1, ?)").run(AT);
    here.sql.prepare("INSERT INTO conversation_summary VALUES ('a', 1, 'ours', '[]', '{}', 1, ?)").run(AT);
    here.sql.prepare("INSERT INTO interview_model_grade VALUES ('a', 0, 'ours', ?)").run(AT);
    there.sql.prepare("INSERT INTO memory_read VALUES ('a', 2, ?)").run(AT);
    there.sql.prepare("INSERT INTO interview_model_grade VALUES ('a', 0, 'theirs', ?)").run(AT);
    expect(await merge()).toEqual(['continued']);
    expect(remembered(here)).toEqual(['m2: my own a#0', 'm1: said first a#0']);
    expect([all(here, 'SELECT turns FROM memory_read'), all(here, 'SELECT summary FROM conversation_summary'), all(here, 'SELECT grade FROM interview_model_grade'), all(here, 'SELECT revision FROM interview'), all(here, 'SELECT text FROM interview_text ORDER BY seq')])
      .toEqual([[[2]], [['ours']], [['theirs']], [[2]], [['first'], ['second']]]);
  });

  it('of background work takes nothing', async () => {
    there.sql.prepare("INSERT INTO job (id, kind, title, lane, priority, input, created_at) VALUES ('j', 'k', 'T', 'cpu', 0, '{}', ?)").run(AT);
    await merge();
    expect(all(here, 'SELECT count(*) FROM job')).toEqual([[0]]);
  });
});

describe('an archived interview', () => {
  it('comes packed from another database and is searched here, also as a copy', async () => {
    addInterview(there, 'a', ['start'], ['xylophones', 'marimbas']);
    await archive(there, 'a');
    expect(await merge()).toEqual(['added']);
    expect([found(here, 'marimbas'), all(here, 'SELECT count(*) FROM interview_turn'), all(here, 'SELECT turn_count FROM interview_archive')]).toEqual([['a'], [[0]], [[2]]]);
    addInterview(there, 'b', ['start', 'skip'], ['xylophones']);
    await archive(there, 'b');
    addInterview(here, 'b', ['start', 'hint'], ['celestas']);
    expect((await merge()).toSorted()).toEqual(['copied', 'kept']);
    expect([found(here, 'xylophones'), found(here, 'celestas')]).toEqual([['a', 'b-restored'], ['b']]);
  });

  it.each([['here', true], ['there', false]])('and the same one that is not: the log decides, whichever form it has, and nothing is there twice (archived %s)', async (_, archivedHere) => {
    for (const [id, mine, theirs] of [['kept', 2, 1], ['continued', 1, 2]] as const) {
      addInterview(here, id, ['start', 'end'].slice(0, mine), ['xylophones']);
      addInterview(there, id, ['start', 'end'].slice(0, theirs), ['xylophones', 'marimbas']);
      await archive(archivedHere ? here : there, id);
    }
    expect((await merge()).toSorted()).toEqual(['continued', 'kept']);
    const forms = all(here, 'SELECT i.id, (SELECT count(*) FROM interview_turn WHERE interview_id = i.id), (SELECT turn_count FROM interview_archive WHERE interview_id = i.id), (SELECT count(*) FROM interview_text WHERE interview_id = i.id) FROM interview i ORDER BY i.id');
    expect(forms).toEqual(archivedHere ? [['continued', 2, null, 2], ['kept', 0, 1, 1]] : [['continued', 0, 2, 2], ['kept', 1, null, 1]]);
    expect([found(here, 'marimbas'), found(here, 'xylophones')]).toEqual([['continued'], ['continued', 'kept']]);
  });

  it('that cannot be unpacked comes as it is, and the others whole', async () => {
    for (const id of ['a', 'b']) { addInterview(there, id, ['start'], ['xylophones']); await archive(there, id); }
    there.sql.prepare("UPDATE interview_archive SET turns = x'010203040506' WHERE interview_id = 'a'").run();
    expect(await merge()).toEqual(['added', 'added']);
    expect([found(here, 'xylophones'), all(here, 'SELECT interview_id FROM interview_archive ORDER BY 1')]).toEqual([['b'], [['a'], ['b']]]);
  });
});

describe('a damaged database', () => {
  /** Spoils every page of some tables and indexes. */
  function damaged(names: string[]): string {
    const pages = names.map((name) => there.sql.prepare<[string], number>('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(name) ?? 0);
    expect(pages.every(Boolean)).toBe(true);
    const file = join(folder.path, 'damaged-copy.db');
    const size = Number(there.sql.pragma('page_size', { simple: true }));
    there.sql.pragma('wal_checkpoint(TRUNCATE)');
    const bytes = readFileSync(there.sql.name);
    for (const page of pages) bytes.fill(0x5a, (page - 1) * size, page * size);
    writeFileSync(file, bytes);
    return file;
  }
  beforeEach(async () => {
    for (const id of ['a', 'b']) addInterview(there, id, ['start'], ['xylophones']);
    await archive(there, 'b');
    remember(there, 'm1', 'said in a', { sources: [['a', 0]] });
    remember(there, 'm2', 'a resume', { kind: 'resume' });
    forget(there, 'forgotten');
    there.sql.prepare("INSERT INTO memory_read VALUES ('a', 1, ?)").run(AT);
    there.sql.prepare("INSERT INTO conversation_summary VALUES ('a', 1, 'theirs', '[]', '{}', 1, ?)").run(AT);
    there.sql.prepare("INSERT INTO interview_model_grade VALUES ('a', 0, 'theirs', ?)").run(AT);
  });

  it('gives interviews, archived or not, what was made of them, and what was remembered', () => {
    expect(salvage(here, damaged(['interview_by_start', 'memory_item_same']))).toBe(2);
    expect([remembered(here), found(here, 'xylophones'), all(here, 'SELECT count(*) FROM memory_forgotten'), all(here, 'SELECT turns FROM memory_read'), all(here, 'SELECT grade FROM interview_model_grade')])
      .toEqual([['m2: a resume', 'm1: said in a a#0'], ['a', 'b'], [[1]], [[1]], [['theirs']]]);
  });

  it.each([
    [['memory_item'], []], [['memory_source'], ['m2: a resume']], [['memory_forgotten', 'memory_chunk', 'memory_text_data'], ['m2: a resume', 'm1: said in a a#0']],
    [['memory_item', 'memory_source', 'memory_forgotten', 'memory_read', 'memory_chunk', 'memory_embedder', 'memory_dead_chunk', 'conversation_summary', 'interview_model_grade', 'job'], []],
  ])('gives its interviews whole although %s cannot be read', (names, left) => {
    expect(salvage(here, damaged(names))).toBe(2);
    expect([found(here, 'xylophones'), remembered(here)]).toEqual([['a', 'b'], left]);
  });

  it('gives the others when the archive cannot be read', () => {
    expect(salvage(here, damaged(['interview_archive']))).toBe(1);
    expect([found(here, 'xylophones'), remembered(here)]).toEqual([['a'], ['m2: a resume', 'm1: said in a a#0']]);
    expect(here.sql.pragma('quick_check', { simple: true })).toBe('ok');
  });
});

describe('vectors of sqlite-vec', () => {
  const SECRET = Float32Array.from({ length: 8 }, (_, index) => 123.456 + index);
  function addVectors(store: Store): void {
    expect(loadVectors(store.sql)).toBeNull();
    store.sql.exec('CREATE VIRTUAL TABLE memory_vector_1 USING vec0 (chunk INTEGER PRIMARY KEY, vector float[8])');
    store.sql.prepare("INSERT INTO memory_embedder VALUES (1, 'e', 'E', 8, 'ready')").run();
    store.sql.prepare('INSERT INTO memory_vector_1 VALUES (?, ?)').run(1n, Buffer.from(SECRET.buffer));
  }

  it('are no hindrance where they cannot be loaded: such a backup is sound, is merged and can be copied', async () => {
    addInterview(there, 'a', ['start']);
    addVectors(there);
    const bytes = await readBackup(there, thereFolder);
    loadVectors(here.sql, () => { throw new Error('not for this machine'); });
    const staged = stageBackup(folder, { bytes });
    expect(mergeBackup(here, staged).map(({ effect }) => effect)).toEqual(['added']);
    staged.dispose();
    // The whole folder moves to a machine without it.
    there.close();
    const { store } = openStore(thereFolder, () => AT);
    closers.push(() => store.close());
    loadVectors(store.sql, () => { throw new Error('not for this machine'); });
    expect(isSound(takeSnapshot(store.sql, thereFolder, AT, 'daily').file)).toBe(true);
    expect(isSound((() => { const file = join(folder.path, 'again.db'); store.sql.exec(`VACUUM INTO '${file}'`); return file; })())).toBe(true);
  });

  it('are not missed where they can: a backup without any is merged into a database with them', async () => {
    addVectors(here);
    addInterview(there, 'a', ['start']);
    remember(there, 'm1', 'said in a', { sources: [['a', 0]] });
    expect(await merge()).toEqual(['added']);
    expect([remembered(here), all(here, 'SELECT count(*) FROM memory_vector_1')]).toEqual([['m1: said in a a#0'], [[1]]]);
    expect(here.sql.pragma('quick_check', { simple: true })).toBe('ok');
  });

  it('are read again in a snapshot', () => {
    addVectors(here);
    const copy = new Database(takeSnapshot(here.sql, folder, AT, 'daily').file);
    closers.push(() => copy.close());
    expect(loadVectors(copy)).toBeNull();
    expect(copy.prepare('SELECT chunk FROM memory_vector_1 WHERE vector MATCH ? AND k = 1').pluck().get(Buffer.from(SECRET.buffer))).toBe(1);
  });
});
