import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, SETUP, startTestEngine, submission } from '../../testing/engine.ts';
import { ArchiveRepository } from '../interview/archive-repository.ts';
import { packRows } from './packed-rows.ts';

type Running = Awaited<ReturnType<typeof startTestEngine>>;
let running: Running;
beforeEach(async () => { running = await startTestEngine(); });
afterEach(async () => { await running.stop(); });

/** Files that hold some bytes. The index keeps stems, and each one only as far as it differs from the one before: the middle of a word stays whole. */
const filesWith = (trace: string): string[] =>
  readdirSync(running.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(trace)).map(({ name }) => name);
async function hold(words: string): Promise<string> {
  const { client } = running;
  let view = await client.interview.start({ ...SETUP, questionCount: 1, followUps: false });
  view = await client.interview.answer({ ...at(view), submissionId: submission(), text: `${words}: I measured first, and cut p95 from 1800 to 240 ms with an index.` });
  return view.sessionId;
}

it.each([['as rows', false], ['archived', true]])('an interview that is deleted leaves none of its words in the database nor in its log, while the app is open, whether it stands there %s', async (_, archived) => {
  const { engine: { store }, client } = running;
  const kept = await hold('Marimbaphones');
  const gone = await hold('Qvzxylophonists');
  if (archived) {
    const archive = new ArchiveRepository(store);
    const turns = archive.turnsToPack(gone);
    const packed = await packRows(turns);
    store.write(() => archive.replaceRows(turns, packed, '2026-11-20T09:00:00.000Z'));
  }
  store.sql.prepare("INSERT OR REPLACE INTO conversation_summary VALUES (?, 1, 'qvzxylophonists', '[]', '{}', 1, '2026')").run(gone);
  store.sql.prepare("INSERT OR REPLACE INTO interview_model_grade VALUES (?, 0, 'qvzxylophonists', '2026')").run(gone);
  expect(filesWith('vzxylophon')).toContain('role-accel.db-wal');
  await client.interview.delete({ sessionId: gone });
  expect([filesWith('vzxylophon'), filesWith('Qvzxylophonists')]).toEqual([[], []]);
  expect((await client.interview.history({ search: 'marimbaphones' })).items.map(({ sessionId }) => sessionId)).toEqual([kept]);
  expect(store.sql.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('an interview that is deleted takes along how it was read, its summary and what only it said', async () => {
  const { engine: { store }, client } = running;
  const [gone, kept] = [await hold('a'), await hold('b')];
  const run = (sql: string, ...values: unknown[]): unknown => store.sql.prepare(sql).run(...values);
  const items = [['only', 'fact', [gone], 0], ['both', 'fact', [gone, kept], 0], ['pinned', 'fact', [gone], 1], ['resume', 'resume', [gone], 0]] as const;
  for (const [text, kind, sessions, pinned] of items) {
    const { lastInsertRowid: item } = store.sql.prepare("INSERT INTO memory_item (item_id, kind, title, text, hash, pinned, at, updated_at) VALUES (?, ?, 'T', ?, ?, ?, '2026', '2026')").run(`${text}-id`, kind, text, text, pinned);
    run("INSERT INTO memory_chunk (item, position, heading, text, start) VALUES (?, 0, '', ?, 0)", item, text);
    for (const session of sessions) run("INSERT INTO memory_source VALUES (?, ?, 1, '2026')", item, session);
  }
  for (const session of [gone, kept]) {
    run("INSERT OR REPLACE INTO conversation_summary VALUES (?, 1, 's', '[]', '{}', 1, '2026')", session);
    run("INSERT OR REPLACE INTO memory_read VALUES (?, 1, '2026')", session);
    run("INSERT OR REPLACE INTO interview_model_grade VALUES (?, 0, '{}', '2026')", session);
    run("INSERT OR REPLACE INTO interview_archive VALUES (?, x'', 0, 0, '2026')", session);
  }
  await client.interview.delete({ sessionId: gone });
  const all = (sql: string): unknown => store.sql.prepare(sql).pluck().all();
  const mine = "FROM memory_item WHERE item_id IN ('only-id', 'both-id', 'pinned-id', 'resume-id')";
  expect(all(`SELECT text ${mine} ORDER BY 1`)).toEqual(['both', 'pinned', 'resume']);
  expect(all(`SELECT text FROM memory_chunk WHERE item IN (SELECT id ${mine}) ORDER BY 1`)).toEqual(['both', 'pinned', 'resume']);
  for (const table of ['conversation_summary', 'memory_read']) expect(all(`SELECT session_id FROM ${table} WHERE session_id IN ('${gone}', '${kept}')`)).toEqual([kept]);
  for (const table of ['interview_model_grade', 'interview_archive']) expect(all(`SELECT DISTINCT interview_id FROM ${table}`)).toEqual([kept]);
  expect(all(`SELECT count(*) FROM memory_source WHERE session_id = '${gone}'`)).toEqual([0]);
});
