import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../../testing/engine.ts';
import { SettableClock } from '../sources.ts';
import { APPLICATION_ID } from './migrate.ts';
import { MIGRATIONS, REPLAYED_SQL, SCHEMA_VERSION } from './migrations/index.ts';
import { isSound, listSnapshots } from './snapshot.ts';

const START = '2026-11-20T09:00:00.000Z';
const OLDER = MIGRATIONS.map(({ version, name }) => ({ version, name })).filter(({ version }) => version < SCHEMA_VERSION);

/** Indexes and triggers as the first version had them; each start lays them anew. */
const FIRST_TRIGGERS = `
  CREATE VIRTUAL TABLE IF NOT EXISTS interview_text USING fts5 (text, interview_id UNINDEXED, seq UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2');
  CREATE TRIGGER interview_turn_indexed AFTER INSERT ON interview_turn WHEN new.kind IN ('question', 'follow-up', 'answer', 'remark') BEGIN
    INSERT INTO interview_text (text, interview_id, seq) VALUES (new.text, new.interview_id, new.seq);
  END;
  CREATE TRIGGER interview_unindexed BEFORE DELETE ON interview BEGIN
    DELETE FROM interview_text WHERE interview_id = old.id;
  END;`;

/** What a person of an older version had: two interviews, one of them finished, settings, notices, what models did, work, things remembered. */
async function heldInterviews(): Promise<{ file: string; finished: string; unfinished: string; looks: Looks; dispose(): void }> {
  const folder = temporaryFolder();
  const running = await startTestEngine({ dataDir: folder.path, clock: new SettableClock(START) });
  const { client, clock, engine } = running;
  let view = await client.interview.start({ ...SETUP, questionCount: 2, followUps: false });
  const finished = view.sessionId;
  for (let number = 0; view.phase !== 'ended'; number++) {
    clock.advance(60_000);
    view = view.phase === 'feedback' ? await client.interview.next(at(view)) : await client.interview.answer({ ...at(view), submissionId: submission(), text: `Xylophone ${number}: I measured first, and cut p95 from 1800 to 240 ms with an index.` });
  }
  const open = await client.interview.start({ ...SETUP, questionCount: 2 });
  await client.interview.saveDraft({ ...at(open), draft: { shape: 'plain', text: 'A draft about celestas.' } });
  await client.settings.update({ displayName: 'Kim', theme: 'dark' });
  const run = (sql: string): unknown => engine.store.sql.prepare(sql).run();
  run(`INSERT INTO notice VALUES ('n', '${START}', 'note', 'A notice', 'of before')`);
  run(`INSERT INTO lane_use VALUES ('background', '2026-11', 'p', 3, 0, 100, 5)`);
  run(`INSERT INTO prompt_use (session_id, subject, prompt, version, hash, lane, outcome, at) VALUES ('${finished}', 'turn:0', 'interview/opening', '1', 'abc', 'interactive-deep', 'stood', '${START}')`);
  run(`INSERT INTO job (id, kind, title, lane, priority, state, input, created_at, ended_at) VALUES ('old-job', 'k', 'T', 'cpu', 0, 'done', '{}', '${START}', '${START}')`);
  run(`INSERT INTO memory_item (item_id, kind, title, text, hash, at, updated_at) VALUES ('old-item', 'note', 'T', 'I play the marimba', 'h', '${START}', '${START}')`);
  const looks = await look(client, finished, open.sessionId);
  await vi.waitFor(() => expect(engine.jobs.count('running') + engine.jobs.count('queued')).toBe(0));
  // The next engine counts its ids from the beginning again.
  for (const [table, id] of [['job', 'id'], ['memory_item', 'item_id']]) run(`UPDATE ${table} SET ${id} = 'before-' || ${id}`);
  await running.stop();
  return { file: join(folder.path, 'role-accel.db'), finished, unfinished: open.sessionId, looks, dispose: folder.dispose };
}
type Looks = Awaited<ReturnType<typeof look>>;
async function look(client: Awaited<ReturnType<typeof startTestEngine>>['client'], finished: string, unfinished: string) {
  const session = await client.interview.session({ sessionId: unfinished });
  return {
    report: await client.interview.report({ sessionId: finished }), transcript: await client.interview.transcript({ sessionId: finished, limit: 100 }), turns: session.turns, draft: session.draft,
    found: (await client.interview.history({ search: 'measuring xylophones' })).items, nothing: (await client.interview.history({ search: 'marimba' })).total, listed: (await client.interview.history({})).items, settings: await client.settings.get(),
  };
}

/** A database of an older version that holds as much of another as it knows tables and columns for. */
function databaseOf(version: number, file: string, from: string): Record<string, unknown[]> {
  const connection = new Database(file);
  connection.pragma('journal_mode = WAL');
  for (const migration of MIGRATIONS.filter((one) => one.version <= version)) connection.exec(migration.sql);
  connection.exec(version < 50 ? FIRST_TRIGGERS : REPLAYED_SQL);
  connection.pragma(`user_version = ${version}`);
  connection.pragma(`application_id = ${APPLICATION_ID}`);
  connection.prepare('ATTACH ? AS newer').run(from);
  const kept: Record<string, unknown[]> = {};
  // Parents first; in the order of the migrations.
  for (const table of connection.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_text%' ESCAPE '\\' ORDER BY rowid").pluck().all()) {
    // Its vectors stand in tables of their own, which were made where sqlite-vec was.
    if (table === 'memory_embedder') continue;
    const columns = (connection.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).join(', ');
    connection.exec(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
    kept[table] = connection.prepare(`SELECT * FROM ${table}`).all();
  }
  connection.close();
  return kept;
}

let before: Awaited<ReturnType<typeof heldInterviews>>;
beforeAll(async () => { before = await heldInterviews(); }, 60_000);
afterAll(() => before.dispose());

describe('a database with real content', () => {
  it('was built at every version there ever was', () => expect(OLDER.map(({ version }) => version)).toEqual([10, 20, 30, 40, 50]));

  it.each(OLDER)('of version $version ($name) opens in the newest app: everything is kept, searchable and shown as before, and a copy was taken first', async ({ version }) => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'role-accel.db');
    const kept = databaseOf(version, file, before.file);
    expect(kept['interview']).toHaveLength(2);
    expect(Object.values(kept).filter((rows) => rows.length > 0).length).toBeGreaterThan(4 + version / 20);
    const running = await startTestEngine({ dataDir: folder.path, clock: new SettableClock(Date.parse(START) + 3_600_000) });
    const { client, engine } = running;
    try {
      expect(engine.store.sql.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
      for (const [table, rows] of Object.entries(kept)) {
        const now = engine.store.sql.prepare(`SELECT * FROM ${table}`).all();
        for (const row of rows) expect(now, table).toContainEqual(expect.objectContaining(row));
      }
      expect(await look(client, before.finished, before.unfinished)).toEqual(before.looks);
      expect((await client.app.status()).notices).toMatchObject([{ title: 'A notice' }]);
      expect(engine.store.sql.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(engine.store.sql.pragma('foreign_key_check')).toEqual([]);

      const snapshots = { path: folder.path, snapshots: join(folder.path, 'snapshots'), databaseFile: file, damaged: '', release: () => {} };
      const [snapshot] = listSnapshots(snapshots);
      expect(snapshot?.reason).toBe('before-migration');
      expect(isSound(snapshot?.file ?? '')).toBe(true);
      const copy = new Database(snapshot?.file ?? '', { readonly: true });
      expect([copy.pragma('user_version', { simple: true }), copy.prepare('SELECT count(*) FROM interview').pluck().get()]).toEqual([version, 2]);
      copy.close();

      // The interview goes on where it was.
      const view = await client.interview.session({ sessionId: before.unfinished });
      const answered = await client.interview.answer({ ...at(view), submissionId: submission(), text: 'Marimbas at last, after the update.' });
      expect(answered.turns.at(-1)?.text ?? '').not.toBe('');
      expect((await client.interview.history({ search: 'marimbas' })).items.map(({ sessionId }) => sessionId)).toEqual([before.unfinished]);
    } finally {
      await running.stop();
      rmSync(folder.path, { recursive: true, force: true });
    }
  }, 60_000);
});
