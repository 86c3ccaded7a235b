import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { claimCues, language } from '../../testing/long-conversation.ts';
import { checkIndexes, openMemoryStore, openTestMemory, seenMeanwhile, type TestMemory } from '../../testing/memory.ts';
import { countingIds } from '../sources.ts';
import { MIGRATIONS } from '../storage/migrations/index.ts';
import type { Store } from '../storage/store.ts';
import { packRows } from '../storage/packed-rows.ts';
import { ArchiveRepository } from './archive-repository.ts';
import { InterviewMemory } from './interview-memory.ts';
import { INTERVIEW_MEMORY_SQL, InterviewMemoryRepository } from './interview-memory-repository.ts';
import { InterviewRepository } from './interview-repository.ts';

const AT = '2026-10-02T10:00:00.000Z';
const ANSWERS = ['I worked at Siemens. In the end I reduced the nightly run from 40 minutes to 4 minutes.', 'I am experienced in Kubernetes. We drained the Zwickel node first.', 'Nothing to say about it.'];

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let memory: TestMemory;
let interviews: InterviewRepository;
let reader: InterviewMemory;

beforeEach(() => { folder = temporaryFolder(); open(); });
afterEach(async () => {
  await memory.queue.close();
  checkIndexes(store);
  store.close();
  folder.dispose();
});

/** `round` keeps ids apart from those of an earlier opening. */
function open(round = 0, file = 'memory.db'): void {
  store = openMemoryStore(join(folder.path, file));
  interviews = new InterviewRepository(store);
  const repository = new InterviewMemoryRepository(store);
  memory = openTestMemory(store, { titleOf: (id) => repository.title(id), interviewsToRead: () => reader.toRead, ids: countingIds(round * 10_000) });
  reader = new InterviewMemory({ interviews, repository, memory: memory.memory, queue: memory.queue, cues: claimCues, language, onFault: (error) => memory.faults.push(error) });
}
const start = (): void => memory.start(reader.jobs);

/** An interview as it is written, turn by turn: a question and an answer each, one of them skipped. */
function hold(sql: Database.Database, id: string, answers: readonly string[], { ended = true, posting }: { ended?: boolean; posting?: string } = {}): void {
  const setup = JSON.stringify(posting ? { posting: { name: 'posting.txt', text: posting } } : {});
  sql.prepare(`INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at, ended_at) VALUES (?, ?, 'p', 'Backend engineer', ?, ?, 1, 'ended', 1, '{}', ?, ?, ?)`).run(id, `Backend engineer, ${id}`, setup, answers.length, AT, AT, ended ? AT : null);
  answers.forEach((text, position) => {
    sql.prepare("INSERT INTO interview_question (interview_id, position, question_id, pack_id, title, kind, minutes, why, body, total) VALUES (?, ?, 'q', 'p', ?, 'technical', 3, '', '{}', 3)").run(id, position, `Question ${position}`);
    const turn = sql.prepare('INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)');
    turn.run(id, position * 3, 'interviewer', 'question', position, 'Which interviewerword do you prefer?', AT);
    turn.run(id, position * 3 + 1, 'candidate', 'answer', position, text, AT);
    turn.run(id, position * 3 + 2, 'candidate', 'skip', position, '', AT);
  });
}
const found = async (text: string): Promise<string[]> => (await memory.client.search({ text, limit: 50 })).hits.filter(({ why }) => why.keyword).map(({ kind, passage }) => `${kind}: ${passage}`);
const list = async (): Promise<string[]> => (await memory.client.list({ limit: 200 })).items.map(({ kind, title, text }) => `${kind}: ${title}: ${text}`).toSorted();
const EVERYTHING = [
  'fact: I reduced', 'fact: Kubernetes: I am experienced in Kubernetes.', 'fact: Siemens: I worked at Siemens.', ...ANSWERS.map((text, position) => `turn: Question ${position}: ${text}`),
];

describe('an answer', () => {
  beforeEach(() => { hold(store.sql, 'i', ANSWERS, { ended: false }); });

  it('is remembered in the transaction that takes it, under its question, with its interview', async () => {
    expect(() => interviews.write(() => { reader.answered('i', 1); throw new Error('taken back'); })).toThrow('taken back');
    expect([await list(), memory.memory.turnsRead('i')]).toEqual([[], 0]);
    reader.answered('i', 1);
    expect(await list()).toEqual([`turn: Question 0: ${ANSWERS[0]}`]);
    expect((await memory.client.list({})).items[0]?.sources).toEqual([{ sessionId: 'i', title: 'Backend engineer, i', seq: 1, at: AT }]);
    expect([memory.memory.turnsRead('i'), reader.toRead]).toEqual([2, 1]);
    reader.answered('i', 4);
    reader.answered('i', 7);
    expect([memory.memory.turnsRead('i'), reader.toRead]).toEqual([8, 0]);
    expect(await found('interviewerword')).toEqual([]);
  });

  it('does not hide earlier ones that nobody read: they are read in the background', async () => {
    start();
    reader.answered('i', 7);
    expect(reader.toRead).toBe(1);
    memory.clock.advance(60_000);
    memory.queue.resume();
    await vi.waitFor(() => expect(reader.toRead).toBe(0));
    expect(await list()).toEqual(EVERYTHING.slice(3));
  });

  it('is saved when the memory has a fault, and read into it later', async () => {
    store.sql.exec("CREATE TRIGGER broken BEFORE INSERT ON memory_chunk BEGIN SELECT raise(FAIL, 'broken'); END");
    interviews.write(() => { interviews.clearDraft('i'); reader.answered('i', 1); interviews.addEvent('i', 1, 'answer', {}, AT); });
    expect(memory.faults).toHaveLength(1);
    expect(store.sql.prepare('SELECT count(*) FROM interview_event').pluck().get()).toBe(1);
    expect([await list(), reader.toRead]).toEqual([[], 1]);
    store.sql.exec('DROP TRIGGER broken');
    start();
    reader.readLater();
    memory.clock.advance(60_000);
    await vi.waitFor(() => expect(reader.toRead).toBe(0));
    expect(await list()).toEqual(EVERYTHING.slice(3));
  });
});

describe('interviews that were held before there was a memory', () => {
  it('are read after the update and can be searched', async () => {
    await memory.queue.close();
    store.close();
    const old = new Database(join(folder.path, 'old.db'));
    for (const { version, sql } of MIGRATIONS.filter((migration) => migration.version <= 30)) { old.exec(sql); old.pragma(`user_version = ${version}`); }
    old.transaction(() => { for (let number = 0; number < 4; number++) hold(old, `old-${number}`, ANSWERS, { posting: `We look for a Zwickel engineer, number ${Math.floor(number / 2)}.` }); })();
    old.close();
    open(1, 'old.db');
    start();
    expect(reader.readLater()).toBe(4);
    expect((await memory.client.status()).interviewsToRead).toBe(4);
    await memory.idle();
    expect((await memory.client.status()).interviewsToRead).toBe(0);
    expect((await memory.client.status()).kinds).toEqual([{ kind: 'fact', items: 3 }, { kind: 'job', items: 2 }, { kind: 'turn', items: 12 }]);
    expect(await found('nightly run')).toHaveLength(5);
    const { items } = await memory.client.list({ kind: 'fact' });
    expect(items.map(({ fact, title, sources }) => `${fact}: ${title.slice(0, 10)} ${sources.length}`).toSorted()).toEqual(['employer: Siemens 4', 'result: In the end 4', 'skill: Kubernetes 4']);
    expect(reader.readLater()).toBe(0);
    checkIndexes(store);
  });

  it('are read when they come archived in a backup', async () => {
    hold(store.sql, 'i', ANSWERS);
    const archive = new ArchiveRepository(store);
    const turns = archive.turnsToPack('i');
    archive.replaceRows(turns, await packRows(turns), AT);
    expect([reader.toRead, store.sql.prepare('SELECT count(*) FROM interview_turn').pluck().get()]).toEqual([1, 0]);
    start();
    reader.readLater();
    await memory.idle();
    expect([reader.toRead, await found('nightly run')]).toEqual([0, [expect.stringMatching(/^(fact|turn): /), expect.stringMatching(/^(fact|turn): /)]]);
  });

  it('are read once, however often and wherever reading is interrupted', async () => {
    const many = Array.from({ length: 40 }, (_, number) => `Answer ${number}: I worked at Company${'ABCDEF'[number % 6]}${'KLMNOPQ'[Math.floor(number / 6)]}. ${'We measured the slow query and added an index. '.repeat(20)}`);
    hold(store.sql, 'i', many);
    for (let round = 0; reader.toRead > 0; round++) {
      start();
      reader.readLater();
      await new Promise((resume) => setTimeout(resume, 4 + round));
      await memory.queue.close();
      store.close();
      open(round + 1);
    }
    start();
    reader.findFacts('i');
    await memory.idle();
    expect((await memory.client.status()).kinds).toEqual([{ kind: 'fact', items: 40 }, { kind: 'turn', items: 40 }]);
  });

  it('leave the loop free while they are read', async () => {
    hold(store.sql, 'i', Array.from({ length: 120 }, (_, number) => `${number} ${'I worked at Siemens and we measured the slow query, then we added an index on a copy first. '.repeat(20)}`));
    start();
    reader.readLater();
    const seen = await seenMeanwhile(() => memory.memory.turnsRead('i'), () => memory.idle());
    // Answers of 1,900 characters: three of them go into one transaction.
    expect(Math.max(...seen.slice(1).map((read, index) => read - (seen[index] ?? 0)))).toBeLessThanOrEqual(12);
    expect(seen.at(-1)).toBe(360);
  });
});

describe('facts', () => {
  it('are the person’s own sentences with what they are about, found in the background and each once', async () => {
    hold(store.sql, 'i', ANSWERS);
    start();
    interviews.write(() => reader.findFacts('i'));
    await memory.idle();
    reader.findFacts('i');
    await memory.idle();
    const { items } = await memory.client.list({ kind: 'fact' });
    expect(items.map(({ fact, title, text }) => `${fact} | ${title} | ${text}`).toSorted()).toEqual([
      'employer | Siemens | I worked at Siemens.',
      'result | In the end I reduced the nightly run from 40 minutes to 4 minutes. | In the end I reduced the nightly run from 40 minutes to 4 minutes.',
      'skill | Kubernetes | I am experienced in Kubernetes.',
    ]);
    expect(items.map(({ sources }) => sources.length)).toEqual([1, 1, 1]);
  });

  it('that were forgotten or changed do not come back as they were', async () => {
    hold(store.sql, 'i', ANSWERS);
    start();
    reader.readLater();
    await memory.idle();
    const facts = (await memory.client.list({ kind: 'fact' })).items;
    const [siemens, kubernetes] = ['Siemens', 'Kubernetes'].map((title) => facts.find((item) => item.title === title)?.itemId ?? '');
    await memory.client.forget({ itemId: siemens ?? '' });
    await memory.client.edit({ itemId: kubernetes ?? '', title: 'Kubernetes', text: 'I know Kubernetes a little.' });
    store.sql.exec('DELETE FROM memory_read');
    reader.readLater();
    await memory.idle();
    expect((await memory.client.list({ kind: 'fact' })).items.map(({ title, text }) => `${title}: ${text}`).toSorted()).toEqual([expect.stringContaining('In the end'), 'Kubernetes: I know Kubernetes a little.']);
  });
});

describe('an interview that is deleted', () => {
  it('takes with it what was remembered of it, vectors included; what is pinned, changed or said elsewhere stays', async () => {
    hold(store.sql, 'i', ANSWERS, { posting: 'We look for an engineer.' });
    hold(store.sql, 'other', ['I worked at Siemens.']);
    start();
    reader.readLater();
    await memory.idle();
    const items = (await memory.client.list({ limit: 200 })).items;
    const of = (text: string): string => items.find((item) => item.text === text && item.sources[0]?.sessionId === 'i')?.itemId ?? '';
    await memory.client.pin({ itemId: of('I am experienced in Kubernetes.'), pinned: true });
    await memory.client.edit({ itemId: of(ANSWERS[2] ?? ''), title: 'Mine', text: 'My own words.' });
    interviews.write(() => { interviews.delete('i'); reader.deleted(); });
    expect(await list()).toEqual(['fact: Kubernetes: I am experienced in Kubernetes.', 'fact: Siemens: I worked at Siemens.', 'job: Job description: Backend engineer: We look for an engineer.', 'turn: Mine: My own words.', 'turn: Question 0: I worked at Siemens.']);
    expect(await found('Zwickel nightly')).toEqual([]);
    expect((await memory.client.search({ text: 'We drained the Zwickel node first', limit: 50 })).hits.map(({ passage }) => passage).join(' ')).not.toContain('Zwickel');
    checkIndexes(store);
  });

  it.each(['read', 'facts'] as const)('while it is read (%s) leaves nothing behind', async (job) => {
    hold(store.sql, 'i', Array.from({ length: 60 }, (_, number) => `Answer ${number}: I worked at Company${'ABCDEF'[number % 6]}${'KLMNOPQRST'[Math.floor(number / 6)]}. ${'We measured it. '.repeat(20)}`));
    start();
    if (job === 'read') reader.readLater(); else reader.findFacts('i');
    await vi.waitFor(() => expect(job === 'read' ? memory.memory.turnsRead('i') : memory.queue.count('running')).toBeGreaterThan(0), { interval: 1 });
    expect(memory.queue.count('running')).toBe(1);
    interviews.write(() => { interviews.delete('i'); reader.deleted(); });
    await memory.idle();
    expect([await list(), ...['memory_read', 'memory_source', 'memory_item'].map((table) => store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get())]).toEqual([[], 0, 0, 0]);
  });

  it('whose archive is damaged is tried once, said so, and not tried again at each start', async () => {
    hold(store.sql, 'i', ANSWERS);
    const archive = new ArchiveRepository(store);
    const turns = archive.turnsToPack('i');
    const packed = await packRows(turns);
    packed[packed.length - 3]! ^= 0xff;
    store.write(() => archive.replaceRows(turns, packed, AT));
    start();
    expect(reader.readLater()).toBe(1);
    await memory.idle();
    expect(store.sql.prepare('SELECT state, attempts, error_code FROM job').raw().all()).toEqual([['failed', 1, 'INTERVIEW_DAMAGED']]);
    expect([reader.toRead, reader.readLater(), await list()]).toEqual([0, 0, []]);
  });

  it('is read again when it comes back in a backup', async () => {
    hold(store.sql, 'i', ANSWERS);
    start();
    reader.readLater();
    await memory.idle();
    const before = await list();
    interviews.write(() => { interviews.delete('i'); reader.deleted(); });
    expect(await list()).toEqual([]);
    hold(store.sql, 'i', ANSWERS);
    memory.dataReplaced();
    expect(reader.readLater()).toBe(1);
    await memory.idle();
    expect(await list()).toEqual(before);
  });
});

it('remembers a job description once, and not again when it was forgotten', async () => {
  const row = { setup: JSON.stringify({ posting: { name: 'p', text: 'We look for a Zwickel engineer.' } }), pack_title: 'Backend engineer', started_at: AT };
  reader.started(row);
  reader.started(row);
  reader.started({ ...row, setup: '{}' });
  expect(await list()).toEqual(['job: Job description: Backend engineer: We look for a Zwickel engineer.']);
  const [item] = (await memory.client.list({})).items;
  expect(item?.sources).toEqual([]);
  await memory.client.forget({ itemId: item?.itemId ?? '' });
  reader.started(row);
  expect(await list()).toEqual([]);
});

it('finds what is to be read without reading every turn', () => {
  const plan = store.sql.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${INTERVIEW_MEMORY_SQL.toRead}`).all().map(({ detail }) => detail);
  expect(plan.filter((detail) => detail.includes('SCAN'))).toEqual([expect.stringContaining('SCAN i')]);
});
