import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../../testing/engine.ts';
import { ArchiveRepository } from '../interview/archive-repository.ts';
import { countingIds } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { packRows } from '../storage/packed-rows.ts';
import { loadVectors } from '../storage/vec-extension.ts';
import { DataService } from './data-service.ts';
import { startFaultServer } from '../../testing/fault-server/fault-server.ts';

type Running = Awaited<ReturnType<typeof startTestEngine>>;
let here: Running;
let there: Running;
beforeEach(async () => { here = await startTestEngine(); there = await startTestEngine(); });
afterEach(async () => { await here.stop(); await there.stop(); });

const failure = (code: string) => expect.objectContaining({ code });
const begin = (running: Running) => running.client.interview.start({ ...SETUP, questionCount: 3, followUps: false });
const say = async (running: Running, text: string) => {
  const { items } = await running.client.interview.history({});
  const view = await running.client.interview.session({ sessionId: items.at(-1)?.sessionId ?? '' });
  running.clock.advance(1000);
  const answered = await running.client.interview.answer({ ...at(view), submissionId: submission(), text });
  return answered.phase === 'feedback' ? running.client.interview.next(at(answered)) : answered;
};

describe('restore', () => {
  it('previews, merges and never overwrites: added, continued, kept and copied', async () => {
    const view = await begin(here);
    await say(here, 'The first answer, which both have, about a service that I took over.');
    const early = await here.client.settings.backup();
    await say(here, 'The second answer, only in the later backup, about measuring before changing.');
    const late = await here.client.settings.backup();

    const added = await there.client.settings.previewRestore({ file: early });
    expect(added).toMatchObject({ added: 1, continued: 0, kept: 0, copied: 0, onlyHere: 0 });
    await there.client.settings.restore({ token: added.token });

    const continued = await there.client.settings.previewRestore({ file: late });
    expect(continued).toMatchObject({ added: 0, continued: 1 });
    await there.client.settings.restore({ token: continued.token });
    expect((await there.client.interview.session({ sessionId: view.sessionId })).turns.filter((turn) => turn.kind === 'answer')).toHaveLength(2);

    const kept = await there.client.settings.previewRestore({ file: early });
    expect(kept).toMatchObject({ kept: 1, added: 0 });

    await say(there, 'The third answer as given on the other machine, with other words.');
    await here.client.interview.skip(at(await here.client.interview.session({ sessionId: view.sessionId })));
    const copied = await there.client.settings.previewRestore({ file: await here.client.settings.backup() });
    expect(copied).toMatchObject({ copied: 1, continued: 0 });
    await there.client.settings.restore({ token: copied.token });
    const history = await there.client.interview.history({});
    expect(history.items.map((item) => item.sessionId).toSorted()).toEqual([view.sessionId, `${view.sessionId}-restored`]);
    expect((await there.client.interview.history({ search: 'other machine' })).total).toBe(1);
    expect((await there.client.interview.history({ search: 'taken over' })).total).toBe(0);
    expect((await there.client.interview.history({ search: 'took over' })).total).toBe(2);
  });

  it('takes a snapshot first, which can itself be merged back', async () => {
    await begin(here);
    const preview = await there.client.settings.previewRestore({ file: await here.client.settings.backup() });
    const { snapshotBefore } = await there.client.settings.restore({ token: preview.token });
    expect((await there.client.settings.dataSummary()).snapshots.map((snapshot) => snapshot.name)).toContain(snapshotBefore);
    expect(await there.client.settings.previewRestore({ snapshot: snapshotBefore })).toMatchObject({ interviewsInBackup: 0, onlyHere: 1 });
  });

  it.each([
    ['something else', 'just some text that is long enough not to be empty', 'BACKUP_UNREADABLE'],
    ['an empty file', '', 'BACKUP_UNREADABLE'],
  ])('refuses %s and changes nothing', async (_, content, code) => {
    await begin(here);
    await expect(here.client.settings.previewRestore({ file: new File([content], 'x.backup') })).rejects.toEqual(failure(code));
    expect((await here.client.interview.history({})).total).toBe(1);
  });

  it('refuses a torn backup, one from the future, a path instead of a snapshot name, and a preview that is gone', async () => {
    await begin(here);
    const bytes = new Uint8Array(await (await here.client.settings.backup()).arrayBuffer());
    await expect(here.client.settings.previewRestore({ file: new File([bytes.slice(0, bytes.length / 2)], 'torn') })).rejects.toEqual(failure('BACKUP_UNREADABLE'));
    const future = bytes.slice();
    new DataView(future.buffer).setInt32(60, 9990);
    await expect(here.client.settings.previewRestore({ file: new File([future], 'future') })).rejects.toEqual(failure('BACKUP_FROM_FUTURE'));
    await expect(here.client.settings.previewRestore({ snapshot: '../../etc/passwd' })).rejects.toEqual(failure('BACKUP_UNREADABLE'));
    await expect(here.client.settings.restore({ token: 'none' })).rejects.toEqual(failure('RESTORE_EXPIRED'));
    expect(readdirSync(here.dataDir).filter((name) => name.startsWith('restore-'))).toEqual([]);
  });
});

describe('export and deletion', () => {
  it('exports every answer in words', async () => {
    await begin(here);
    await say(here, 'An answer that has to be in the export.');
    const exported = JSON.parse(await (await here.client.settings.exportAll()).text()) as { interview_turn: { text: string }[] };
    expect(exported.interview_turn.map((turn) => turn.text)).toContain('An answer that has to be in the export.');
  });

  it('asks for the words, deletes everything and leaves no trace of it in any file', async () => {
    await begin(here);
    await say(here, 'The xylophone incident cost us two days.');
    const preview = await here.client.settings.previewRestore({ file: await here.client.settings.backup() });
    await here.client.settings.restore({ token: preview.token });
    await expect(here.client.settings.deleteAll({ confirm: 'yes' })).rejects.toEqual(failure('DELETE_NOT_CONFIRMED'));
    const result = await here.client.settings.deleteAll({ confirm: 'delete everything' });
    expect(result).toMatchObject({ verified: true });
    const files = readdirSync(here.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.includes('cache'));
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes('xylophone'), file.name).toBe(false);
    expect((await here.client.interview.history({})).total).toBe(0);
  });

  it('exports the prompts, labels and experiments of the person’s own, used or not', async () => {
    const { file } = await here.client.prompts.newVersion({ id: 'interview/closing', version: '1' });
    await here.client.prompts.moveLabel({ id: 'interview/closing', version: '2', label: 'candidate' });
    writeFileSync(join(here.dataDir, 'prompts', 'interview', 'opening.v9.prompt'), 'not finished yet');
    const exported = JSON.parse(await (await here.client.settings.exportAll()).text()) as { prompt_files: Record<string, string> };
    expect(exported.prompt_files).toEqual({
      'interview/closing.v2.prompt': readFileSync(file, 'utf8'), 'interview/opening.v9.prompt': 'not finished yet', 'labels.json': expect.stringContaining('candidate'),
    });
  });

  it('takes the prompts along that were used, in the export and in the deletion', async () => {
    const { sessionId } = await begin(here);
    const rows = (): unknown => ['prompt_pin', 'prompt_use', 'prompt_words'].map((table) => here.engine.store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    here.engine.prompts.recordUse({
      sessionId, subject: 'turn:0', prompts: [{ id: 'interview/opening', version: '1', hash: 'abcabcabcabc' }], lane: 'interactive-deep', outcome: 'stood',
      place: 'here', model: 'm', firstWordMs: 1, durationMs: 2, inputTokens: 3, outputTokens: 4,
    });
    type Exported = { prompt_pin: { session_id: string; hash: string }[]; prompt_use: { subject: string }[]; prompt_words: { hash: string; partials: unknown[] }[] };
    const exported = JSON.parse(await (await here.client.settings.exportAll()).text()) as Exported;
    expect(exported.prompt_pin.map((pin) => pin.session_id)).toEqual(exported.prompt_pin.map(() => sessionId));
    expect(exported.prompt_words.map(({ hash }) => hash)).toEqual(expect.arrayContaining(exported.prompt_pin.map(({ hash }) => hash)));
    expect(exported.prompt_words.every(({ partials }) => Array.isArray(partials))).toBe(true);
    expect(exported.prompt_use).toMatchObject([{ subject: 'turn:0' }]);
    expect(await here.client.settings.deleteAll({ confirm: 'delete everything' })).toMatchObject({ verified: true });
    expect(rows()).toEqual([0, 0, 0]);
  });

  it('lets no model speak in an interview that is begun or goes on in another window while everything is deleted', async () => {
    const server = await startFaultServer({ say: 'Good morning. We begin with something that you know well.', paceMs: 100 });
    const providersFile = join(there.dataDir, 'stand-in.json');
    writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [{ id: 'stand-in', kind: 'openai-compatible', name: 'Stand-in', baseUrl: server.openaiUrl, model: 'small', needsKey: false }] }));
    const spoken = await startTestEngine({ providersFile });
    const rows = (): unknown => ['interview', 'span', 'network_call', 'prompt_use', 'prompt_pin'].map((table) => spoken.engine.store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    try {
      const first = await begin(spoken);
      await vi.waitFor(() => { expect(server.requests).toHaveLength(1); });
      const deleted = spoken.client.settings.deleteAll({ confirm: 'delete everything' });
      await spoken.client.interview.answer({ ...at(first), submissionId: submission(), text: 'I would look at the queue first.' });
      await begin(spoken);
      expect(await deleted).toMatchObject({ verified: true });
      await new Promise((resume) => { setTimeout(resume, 1500); });
      expect([server.requests.length, rows()]).toEqual([1, [0, 0, 0, 0, 0]]);
      await begin(spoken);
      await vi.waitFor(() => { expect(server.requests).toHaveLength(2); });
    } finally {
      await spoken.stop();
      await server.close();
    }
  });

  /** Packs an interview's turns. */
  async function archive({ engine }: Running, id: string): Promise<void> {
    const repository = new ArchiveRepository(engine.store);
    const turns = repository.turnsToPack(id);
    const packed = await packRows(turns);
    expect(engine.store.write(() => repository.replaceRows(turns, packed, '2026-11-20T09:00:00.000Z'))).toBe(true);
  }
  /** Something of everything that is kept of a person beside interviews: each holds the word. */
  function remember({ engine: { store } }: Running, sessionId: string, word: string): void {
    const at = '2026-11-20T09:00:00.000Z';
    const run = (sql: string, ...values: unknown[]): unknown => store.sql.prepare(sql).run(...values);
    store.write(() => {
      const { lastInsertRowid: item } = store.sql.prepare("INSERT INTO memory_item (item_id, kind, title, text, hash, made_by, at, updated_at) VALUES ('m1', 'note', 'T', ?, 'h', '{\"who\":\"coach\"}', ?, ?)").run(`I play the ${word}`, at, at);
      run('INSERT INTO memory_source VALUES (?, ?, 1, ?)', item, sessionId, at);
      run("INSERT INTO memory_chunk (item, position, heading, text, start) VALUES (?, 0, '', ?, 0)", item, `I play the ${word}`);
      run('INSERT OR IGNORE INTO memory_dead_chunk VALUES (77)');
      run("INSERT INTO memory_forgotten VALUES ('note', ?, ?)", word, at);
      run('INSERT OR REPLACE INTO memory_read VALUES (?, 3, ?)', sessionId, at);
      run("INSERT OR REPLACE INTO conversation_summary VALUES (?, 3, ?, '[]', '{\"who\":\"coach\"}', 1, ?)", sessionId, JSON.stringify({ entries: [word] }), at);
      run('INSERT OR REPLACE INTO interview_model_grade VALUES (?, 0, ?, ?)', sessionId, JSON.stringify({ says: word }), at);
      run("INSERT INTO job (id, kind, title, lane, priority, state, input, created_at, ended_at) VALUES ('j-1', 'k', 'T', 'cpu', 0, 'done', ?, ?, ?)", JSON.stringify(word), at, at);
    });
  }
  const VECTOR = Float32Array.from({ length: 8 }, (_, index) => 123.456 + index);
  function addVectors({ engine: { store } }: Running): void {
    expect(loadVectors(store.sql)).toBeNull();
    store.sql.exec('CREATE VIRTUAL TABLE memory_vector_91 USING vec0 (chunk INTEGER PRIMARY KEY, vector float[8])');
    store.sql.prepare("INSERT INTO memory_embedder VALUES (91, 'e', 'E', 8, 'ready')").run();
    const insert = store.sql.prepare('INSERT INTO memory_vector_91 VALUES (?, ?)');
    for (let chunk = 1n; chunk < 50n; chunk++) insert.run(chunk, Buffer.from(VECTOR.buffer));
  }
  const leavesNo = (folder: string, trace: string | Buffer): void => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.includes('cache'));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes(trace), file.name).toBe(false);
  };

  it('exports archived turns among the others, and what is remembered with where it comes from', async () => {
    const { sessionId } = await begin(here);
    await say(here, 'An answer that has to be in the export.');
    remember(here, sessionId, 'xylophone');
    type Exported = Record<'interview_turn' | 'memory_item' | 'conversation_summary' | 'interview_model_grade', Record<string, unknown>[]>;
    const read = async (): Promise<Exported> => JSON.parse(await (await here.client.settings.exportAll()).text()) as Exported;
    const before = await read();
    const summary = await here.client.settings.dataSummary();
    await archive(here, sessionId);
    const after = await read();
    expect(after.interview_turn).toEqual(before.interview_turn);
    expect(after.memory_item.filter((item) => item['item_id'] === 'm1')).toMatchObject([{ item_id: 'm1', text: 'I play the xylophone', made_by: { who: 'coach' }, sources: [{ session_id: sessionId, seq: 1 }] }]);
    expect([after.conversation_summary[0]?.['summary'], after.interview_model_grade[0]?.['grade']]).toEqual([{ entries: ['xylophone'] }, { says: 'xylophone' }]);
    expect(Object.keys(after).filter((table) => /chunk|vector|embedder|job|archive/.test(table))).toEqual([]);
    expect(await here.client.settings.dataSummary()).toMatchObject({ answers: summary.answers, interviews: summary.interviews });
  });

  it('exports an archive that cannot be unpacked as it is, rather than nothing', async () => {
    const { sessionId } = await begin(here);
    await archive(here, sessionId);
    here.engine.store.sql.prepare("UPDATE interview_archive SET turns = x'0102030405'").run();
    const { interview_archive: left } = JSON.parse(await (await here.client.settings.exportAll()).text()) as { interview_archive: unknown };
    expect(left).toMatchObject([{ interview_id: sessionId, turns: 'AQIDBAU=' }]);
  });

  it.each([['with sqlite-vec', true], ['where sqlite-vec cannot be loaded', false]])('deletes what is remembered, its vectors, summaries, the archive and work in the background, %s', async (_, withVec) => {
    const { sessionId } = await begin(here);
    await say(here, 'The xylophone incident cost us two days.');
    remember(here, sessionId, 'xylophone');
    addVectors(here);
    await archive(here, sessionId);
    // The same data in a folder that no engine has open, as on a machine where the extension may not be.
    const temporary = temporaryFolder();
    await here.engine.store.sql.backup(join(temporary.path, 'role-accel.db'));
    const folder = claimDataFolder(temporary.path);
    const { store } = openStore(folder, () => '2026-11-20T09:00:00.000Z');
    try {
      if (!withVec) loadVectors(store.sql, () => { throw new Error('not for this machine'); });
      const vectorTables = (): unknown => store.sql.prepare("SELECT count(*) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%memory_vector%'").pluck().get();
      expect(readFileSync(folder.databaseFile).includes(Buffer.from(VECTOR.buffer))).toBe(true);
      const checks = new DataService({ store, folder, clock: here.clock, ids: countingIds() }).deleteAll();
      expect(checks.filter(({ left }) => left > 0)).toEqual([]);
      expect(vectorTables() === 0).toBe(withVec);
      leavesNo(temporary.path, 'xylophon');
      leavesNo(temporary.path, Buffer.from(VECTOR.buffer).subarray(0, 12));
      expect(store.sql.pragma('integrity_check', { simple: true })).toBe('ok');
      // The next person's memory works: index and triggers are as they were.
      store.sql.exec("INSERT INTO memory_item (item_id, kind, title, text, hash, at, updated_at) VALUES ('m', 'note', 'T', 'marimba', 'h', '', ''); INSERT INTO memory_chunk (item, position, heading, text, start) SELECT id, 0, '', text, 0 FROM memory_item");
      const found = (): unknown => store.sql.prepare("SELECT count(*) FROM memory_text WHERE memory_text MATCH 'marimba'").pluck().get();
      expect(found()).toBe(1);
      store.sql.exec('DELETE FROM memory_item');
      expect(found()).toBe(0);
    } finally {
      store.close();
      folder.release();
      temporary.dispose();
    }
  });

  it('deletes what is remembered while the engine runs, and remembers anew after it', async () => {
    const { sessionId } = await begin(here);
    await say(here, 'The xylophone incident cost us two days.');
    remember(here, sessionId, 'xylophone');
    const { verified, checks } = await here.client.settings.deleteAll({ confirm: 'delete everything' });
    expect(checks.filter(({ left }) => left > 0)).toEqual([]);
    expect(verified).toBe(true);
    leavesNo(here.dataDir, 'xylophon');
    await here.client.memory.add({ kind: 'note', title: 'T', text: 'I play the marimba' });
    expect((await here.client.memory.search({ text: 'marimba' })).hits).toMatchObject([{ passage: 'I play the marimba' }]);
  });

  it('says what is left when something of it stays', async () => {
    const { store } = here.engine;
    // Each table in turn refuses to be emptied.
    for (const table of ['memory_item', 'memory_forgotten', 'conversation_summary', 'job']) {
      remember(here, (await begin(here)).sessionId, 'xylophone');
      addVectors(here);
      store.sql.exec(`CREATE TRIGGER stays BEFORE DELETE ON ${table} BEGIN SELECT raise(IGNORE); END`);
      const { verified, checks } = await here.client.settings.deleteAll({ confirm: 'delete everything' });
      expect([table, verified, checks.filter(({ left }) => left > 0)]).toEqual([table, false, [expect.anything()]]);
      store.sql.exec('DROP TRIGGER stays');
      expect(await here.client.settings.deleteAll({ confirm: 'delete everything' })).toMatchObject({ verified: true });
    }
  });

  it('keeps settings, and forgets a stored value that is not valid any more', async () => {
    await here.client.settings.update({ theme: 'dark', displayName: 'Kim' });
    here.engine.store.sql.prepare("UPDATE setting SET value = '\"sepia\"' WHERE key = 'theme'").run();
    expect(await here.client.settings.get()).toEqual({ theme: 'system', motion: 'system', displayName: 'Kim' });
  });
});
