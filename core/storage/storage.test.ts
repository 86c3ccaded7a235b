import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { claimDataFolder, type DataFolder } from './data-folder.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts';
import { openStore } from './open-store.ts';
import { recover } from './recover.ts';
import { isSound, listSnapshots, takeSnapshot } from './snapshot.ts';
import { FREE_SPACE_FLOOR_BYTES, Store } from './store.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: DataFolder;
const opened: Store[] = [];
let second = 0;
const now = (): string => new Date(Date.UTC(2026, 10, 20, 9, 0, second++)).toISOString();
const open = (freeBytes?: () => number) => { const result = openStore(folder, now, freeBytes); opened.push(result.store); return result; };
const failure = (code: string) => expect.objectContaining({ code });

beforeEach(() => { temporary = temporaryFolder(); folder = claimDataFolder(temporary.path); second = 0; });
afterEach(() => { for (const store of opened.splice(0)) store.close(); folder.release(); temporary.dispose(); });

function addInterview(store: Store, id: string): void {
  store.write(() => {
    store.sql.prepare("INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at) VALUES (?, ?, 'p', 'P', '{}', 1, 1, 'question', 1, '{}', ?, ?)").run(id, `Title ${id}`, now(), now());
    store.sql.prepare("INSERT INTO interview_event VALUES (?, 1, 'start', '{}', ?)").run(id, now());
    store.sql.prepare("INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at) VALUES (?, 0, 'candidate', 'answer', 0, ?, ?)").run(id, `words of ${id}`, now());
  });
}
const interviews = (store: Store): string[] => store.sql.prepare('SELECT id FROM interview ORDER BY id').pluck().all() as string[];

describe('the data folder', () => {
  it('is refused to a second engine and free again after release', () => {
    expect(() => claimDataFolder(temporary.path)).toThrow(failure('STORAGE_IN_USE'));
    folder.release();
    folder = claimDataFolder(temporary.path);
  });

  it('says so when it cannot be written', () => {
    writeFileSync(join(temporary.path, 'file'), '');
    expect(() => claimDataFolder(join(temporary.path, 'file'))).toThrow(failure('STORAGE_UNUSABLE'));
  });
});

describe('opening', () => {
  it('makes a new database at the newest version, in WAL, with full sync and foreign keys', () => {
    const { store, recovery } = open();
    expect(recovery).toBeNull();
    const pragma = (name: string): unknown => store.sql.pragma(name, { simple: true });
    expect([pragma('user_version'), pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual([SCHEMA_VERSION, 'wal', 2, 1]);
    const tables = store.sql.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'").pluck().all();
    expect(tables).toEqual([]);
  });

  it('refuses a database from the future without touching a byte of it', () => {
    open().store.close();
    const connection = new Database(folder.databaseFile);
    connection.pragma(`user_version = ${SCHEMA_VERSION + 10}`);
    connection.pragma('journal_mode = DELETE');
    connection.close();
    const before = readFileSync(folder.databaseFile);
    const files = readdirSync(temporary.path).toSorted();
    expect(() => open()).toThrow(failure('STORAGE_FROM_FUTURE'));
    expect(readFileSync(folder.databaseFile).equals(before)).toBe(true);
    expect(readdirSync(temporary.path).toSorted()).toEqual(files);
  });

  it('takes a snapshot before a migration, and a migration that fails changes nothing', () => {
    const { store } = open();
    addInterview(store, 'a');
    const next = { version: SCHEMA_VERSION + 10, name: 'next', sql: 'ALTER TABLE interview ADD COLUMN extra TEXT' };
    let snapshots = 0;
    const run = (sql: string): void => migrate(store.sql, { migrations: [...MIGRATIONS, { ...next, sql }], beforeFirst: () => { snapshots++; takeSnapshot(store.sql, folder, now(), 'before-migration'); } });
    expect(() => run(`${next.sql}; SELECT nonsense`)).toThrow();
    expect(store.sql.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    run(next.sql);
    expect(snapshots).toBe(2);
    expect(store.sql.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION + 10);
    expect(interviews(store)).toEqual(['a']);
    expect(isSound(listSnapshots(folder)[0]?.file ?? '')).toBe(true);
  });

  it.each(MIGRATIONS.slice(0, -1).map(({ version, name }) => [version, name] as const))('brings a database of version %i (%s) up to date and keeps everything in it', (version) => {
    const connection = new Database(folder.databaseFile);
    connection.pragma('journal_mode = WAL');
    for (const migration of MIGRATIONS.filter((one) => one.version <= version)) connection.exec(migration.sql);
    connection.pragma(`user_version = ${version}`);
    const old = new Store(connection);
    for (const id of ['a', 'b']) addInterview(old, id);
    connection.prepare("UPDATE interview_turn SET made_by = '{}' WHERE interview_id = 'b'").run();
    connection.prepare("INSERT INTO setting VALUES ('theme', '\"dark\"', ?)").run(now());
    const before = ['interview', 'interview_turn', 'interview_event', 'setting'].map((table) => connection.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]);
    old.close();

    const { store, recovery } = open();
    expect(recovery).toBeNull();
    expect(store.sql.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    const after = ['interview', 'interview_turn', 'interview_event', 'setting'].map((table) => store.sql.prepare(`SELECT * FROM ${table}`).all());
    expect(after).toMatchObject(before);
    expect(store.sql.prepare("SELECT state, cut, rating FROM interview_turn WHERE interview_id = 'a'").get()).toEqual({ state: 'said', cut: null, rating: null });
    expect(isSound(listSnapshots(folder)[0]?.file ?? '')).toBe(true);
    store.sql.prepare("INSERT INTO prompt_pin VALUES ('a', 'interview/opening', '1', 'abc', NULL, ?)").run(now());
    store.sql.prepare("DELETE FROM interview WHERE id = 'a'").run();
    expect([interviews(store), store.sql.prepare('SELECT count(*) FROM prompt_pin').pluck().get()]).toEqual([['b'], 0]);
  });

  it('numbers its migrations upwards in tens', () => {
    const versions = MIGRATIONS.map((migration) => migration.version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(versions.every((version) => version % 10 === 0)).toBe(true);
  });
});

describe('a damaged database', () => {
  function damage(): void {
    const size = statSync(folder.databaseFile).size;
    const bytes = readFileSync(folder.databaseFile);
    bytes.fill(0x5a, 4096, Math.min(size, 4096 * 12));
    writeFileSync(folder.databaseFile, bytes);
  }

  it('is set aside, and the newest sound snapshot comes back', () => {
    const { store } = open();
    addInterview(store, 'a');
    takeSnapshot(store.sql, folder, now(), 'daily');
    addInterview(store, 'b');
    const broken = takeSnapshot(store.sql, folder, now(), 'daily');
    store.close();
    truncateSync(broken.file, 5000);
    damage();
    const again = open();
    expect(again.recovery?.snapshot?.name).toBe(listSnapshots(folder)[1]?.name);
    expect(interviews(again.store)).toEqual(['a']);
    expect(existsSync(again.recovery?.damagedFile ?? '')).toBe(true);
  });

  /** Spoils one page: the root of an index, so that quick_check fails while the rows can still be read. */
  function damageIndex(name: string): void {
    const connection = new Database(folder.databaseFile);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    const page = connection.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(name) as number;
    const size = Number(connection.pragma('page_size', { simple: true }));
    connection.close();
    const bytes = readFileSync(folder.databaseFile);
    bytes.fill(0x5a, (page - 1) * size, page * size);
    writeFileSync(folder.databaseFile, bytes);
  }

  it('gives back what can still be read out of it on top of the snapshot', () => {
    const { store } = open();
    addInterview(store, 'a');
    takeSnapshot(store.sql, folder, now(), 'daily');
    addInterview(store, 'b');
    addInterview(store, 'c');
    store.close();
    damageIndex('interview_by_start');
    const again = open();
    expect(again.recovery).toMatchObject({ salvaged: 2, snapshot: { name: listSnapshots(folder)[0]?.name } });
    expect(interviews(again.store)).toEqual(['a', 'b', 'c']);
    expect(again.store.sql.prepare("SELECT interview_id FROM interview_text WHERE interview_text MATCH 'words' ORDER BY interview_id").pluck().all()).toEqual(['a', 'b', 'c']);
    expect(again.store.sql.pragma('quick_check', { simple: true })).toBe('ok');
  });

  it('gives back interviews whose prompts cannot be read any more', () => {
    const { store } = open();
    addInterview(store, 'a');
    store.sql.prepare("INSERT INTO prompt_pin VALUES ('a', 'interview/opening', '1', 'abc', NULL, ?)").run(now());
    store.close();
    damageIndex('prompt_pin');
    const again = open();
    expect(again.recovery).toMatchObject({ salvaged: 1, snapshot: null });
    expect(interviews(again.store)).toEqual(['a']);
    expect(again.store.sql.prepare('SELECT count(*) FROM interview_turn').pluck().get()).toBe(1);
  });

  it('gives back what can be read even without any snapshot', () => {
    const { store } = open();
    addInterview(store, 'a');
    store.close();
    damageIndex('interview_by_start');
    const again = open();
    expect(again.recovery).toMatchObject({ salvaged: 1, snapshot: null });
    expect(interviews(again.store)).toEqual(['a']);
  });

  it('starts empty and keeps the file when there is no snapshot', () => {
    open().store.close();
    writeFileSync(folder.databaseFile, 'this is not a database, but somebody may want it back');
    const { store, recovery } = open();
    expect(recovery?.snapshot).toBeNull();
    expect(interviews(store)).toEqual([]);
    expect(readFileSync(recovery?.damagedFile ?? '', 'utf8')).toContain('somebody may want it back');
  });

  it.each([
    ['gone', (file: string) => rmSync(file)],
    ['empty', (file: string) => truncateSync(file, 0)],
  ])('is brought back when the file is %s but snapshots are there', (_, spoil) => {
    const { store } = open();
    addInterview(store, 'a');
    takeSnapshot(store.sql, folder, now(), 'daily');
    store.close();
    for (const name of readdirSync(temporary.path)) if (name.startsWith('role-accel.db')) spoil(join(temporary.path, name));
    expect(interviews(open().store)).toEqual(['a']);
  });

  it('finishes a recovery that was killed at any step', () => {
    const { store } = open();
    addInterview(store, 'a');
    const snapshot = takeSnapshot(store.sql, folder, now(), 'daily');
    store.close();
    damage();
    const aside = join(folder.damaged, 'killed');
    const plan = JSON.stringify({ at: now(), aside, snapshot: { name: snapshot.name, at: snapshot.at, file: snapshot.file } });
    const restoring = `${folder.databaseFile}.restoring`;
    const steps: (() => void)[] = [
      () => {},
      () => copyFileSync(snapshot.file, restoring),
      () => { mkdirSync(aside, { recursive: true }); writeFileSync(join(aside, 'role-accel.db'), 'moved'); copyFileSync(snapshot.file, restoring); },
    ];
    for (const step of steps) {
      writeFileSync(join(folder.path, 'recovery.json'), plan);
      step();
      const again = open();
      expect(again.recovery?.snapshot?.name).toBe(snapshot.name);
      expect(interviews(again.store)).toEqual(['a']);
      expect(existsSync(join(folder.path, 'recovery.json'))).toBe(false);
      again.store.close();
    }
  });

  it('salvages again when it was killed while salvaging', () => {
    const { store } = open();
    addInterview(store, 'a');
    takeSnapshot(store.sql, folder, now(), 'daily');
    addInterview(store, 'b');
    store.close();
    damageIndex('interview_by_start');
    recover(folder, now()); // the snapshot is in place, nothing salvaged, not finished
    const again = open();
    expect(again.recovery?.salvaged).toBe(1);
    expect(interviews(again.store)).toEqual(['a', 'b']);
    expect(existsSync(join(folder.path, 'recovery.json'))).toBe(false);
  });
});

describe('writing', () => {
  it('stops at the floor of free space with how much is needed, and reads go on', () => {
    let free = FREE_SPACE_FLOOR_BYTES * 2;
    const { store } = open(() => free);
    addInterview(store, 'a');
    free = FREE_SPACE_FLOOR_BYTES - 5 * 1024 * 1024;
    expect(() => addInterview(store, 'b')).toThrow(expect.objectContaining({ code: 'STORAGE_FULL', details: { neededMb: 5 } }));
    expect(interviews(store)).toEqual(['a']);
  });

  it('turns a full disk into a clear failure that leaves the database sound', () => {
    const { store } = open();
    addInterview(store, 'a');
    store.sql.pragma(`max_page_count = ${Number(store.sql.pragma('page_count', { simple: true }))}`);
    expect(() => { for (let count = 0; count < 500; count++) addInterview(store, `full-${count}`); }).toThrow(failure('STORAGE_FULL'));
    const kept = interviews(store);
    expect(store.sql.pragma('quick_check', { simple: true })).toBe('ok');
    store.sql.pragma('max_page_count = 1000000');
    addInterview(store, 'z');
    expect(interviews(store)).toEqual([...kept, 'z'].toSorted());
  });
});

describe('query plans', () => {
  it.each([
    ['turns of an interview', "SELECT * FROM interview_turn WHERE interview_id = 'a' AND seq < 9 ORDER BY seq DESC LIMIT 40"],
    ['turns of a question', "SELECT * FROM interview_turn WHERE interview_id = 'a' AND position = 3 ORDER BY seq"],
    ['questions around the present one', "SELECT * FROM interview_question WHERE interview_id = 'a' AND position BETWEEN 1 AND 30 ORDER BY position"],
    ['attempts at a question', "SELECT * FROM interview_question WHERE question_id = 'q' AND asked_at IS NOT NULL AND grade IS NOT NULL ORDER BY asked_at DESC LIMIT 20"],
    ['history', 'SELECT * FROM interview ORDER BY started_at DESC, id DESC LIMIT 50'],
  ])('%s uses an index and no sort', (_, query) => {
    const { store } = open();
    const plan = (store.sql.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[]).map((row) => row.detail).join('\n');
    expect(plan).toMatch(/USING (INDEX|COVERING INDEX|PRIMARY KEY)/);
    expect(plan).not.toMatch(/TEMP B-TREE/);
  });
});
