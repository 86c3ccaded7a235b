import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../../testing/engine.ts';
import type { SessionView } from '../contract/interview.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { countingIds, isoFrom, seededRng, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { PackedRowsError, packRows, unpackRows, type PackedValue } from '../storage/packed-rows.ts';
import type { Store } from '../storage/store.ts';
import { ArchiveRepository } from './archive-repository.ts';
import { ARCHIVE_RULES } from './archive-rules.ts';
import { createInterviewArchive } from './interview-archive.ts';
import { InterviewRepository } from './interview-repository.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-20T09:00:00.000Z');
const OLD = isoFrom(START - 200 * DAY_MS);
const stops: (() => Promise<void> | void)[] = [];
let [store, clock] = [] as unknown as [Store, SettableClock];
beforeEach(() => {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  clock = new SettableClock(START);
  ({ store } = openStore(folder, () => isoFrom(clock.now())));
  stops.push(() => { store.close(); folder.release(); temporary.dispose(); });
});
afterEach(async () => { for (const stop of stops.splice(0).reverse()) await stop(); });

type Row = Record<string, string | number | null>;
const COLUMNS = ['seq', 'by', 'kind', 'position', 'text', 'at', 'elapsed_ms', 'words', 'made_by', 'follow_up_of', 'submission_id', 'state', 'cut', 'rating'];

function addInterview(id: string, endedAt: string | null, turns: Row[], into = store): void {
  into.sql.prepare("INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at, ended_at) VALUES (?, 'T', 'p', 'P', '{}', 1, 1, 'ended', 1, '{}', ?, ?, ?)").run(id, endedAt ?? OLD, endedAt ?? OLD, endedAt);
  const insert = into.sql.prepare(`INSERT INTO interview_turn (interview_id, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map((name) => `@${name}`).join(', ')})`);
  into.write(() => { for (const turn of turns) insert.run(id, turn); });
}
const turn = (seq: number, text: string, change: Row = {}): Row =>
  ({ seq, by: 'candidate', kind: 'answer', position: 0, text, at: OLD, elapsed_ms: 1000, words: 3, made_by: null, follow_up_of: null, submission_id: null, state: 'said', cut: null, rating: null, ...change });
/** Every byte and type of every row of a table. */
const bytesOf = (table: string, columns: string[], by: string, from = store): unknown => from.sql.prepare(`SELECT ${columns.map((name) => `typeof(${name}) || ' ' || hex(${name})`).join(', ')} FROM ${table} ORDER BY ${by}`).raw().all();
const rowsOf = (from = store): unknown => bytesOf('interview_turn', ['interview_id', ...COLUMNS], 'interview_id, seq', from);
const textsOf = (from = store): unknown => bytesOf('interview_text', ['rowid', 'text', 'interview_id', 'seq'], 'rowid', from);
const count = (what: string, from = store): unknown => from.sql.prepare(`SELECT count(*) FROM ${what}`).pluck().get();

async function archive(into = store, by: { now(): number } = clock): Promise<void> {
  let more = true;
  while (more) {
    more = false;
    const { job } = createInterviewArchive({ store: into, clock: by, again: () => { more = true; } });
    const commit = await job.run({}, { jobId: 'j', sessionId: null, attempt: 1, signal: new AbortController().signal, progress: () => {} });
    into.write(commit);
  }
}
const repository = (): InterviewRepository => new InterviewRepository(store, clock);

describe('which interviews are archived', () => {
  it('those that ended half a year ago and were not opened for a month; others and unfinished ones stay as they are', async () => {
    const day = (ago: number): string => isoFrom(START - ago * DAY_MS);
    for (const [id, endedAt] of [['old', day(181)], ['young', day(179)], ['open', null], ['opened', day(200)], ['opened-long-ago', day(300)], ['silent', day(200)]] as const) addInterview(id, endedAt, id === 'silent' ? [] : [turn(0, `words of ${id}`)]);
    clock.set(START - 29 * DAY_MS);
    repository().open('opened');
    clock.set(START - 40 * DAY_MS);
    repository().open('opened-long-ago');
    clock.set(START);
    await archive();
    expect(store.sql.prepare('SELECT interview_id, turn_count, answers FROM interview_archive WHERE length(turns) > 0 ORDER BY 1').raw().all()).toEqual([['old', 1, 1], ['opened-long-ago', 1, 1]]);
    expect(store.sql.prepare('SELECT interview_id FROM interview_turn ORDER BY 1').pluck().all()).toEqual(['open', 'opened', 'young']);
  });

  it('writes down that one is opened once a day, and only for old ones', () => {
    addInterview('old', OLD, [turn(0, 'a')]);
    addInterview('young', isoFrom(START - 100 * DAY_MS), [turn(0, 'a')]);
    const changes = (): unknown => store.sql.prepare('SELECT total_changes()').pluck().get();
    repository().open('old');
    const after = changes();
    clock.advance(DAY_MS / 2);
    repository().open('old');
    repository().open('young');
    repository().open('nobody');
    expect(changes()).toBe(after);
    clock.advance(DAY_MS / 2);
    repository().open('old');
    expect(changes()).not.toBe(after);
    expect(count('interview_archive')).toBe(1);
  });

  it('goes through many in small jobs of the queue, and leaves a finished list alone', async () => {
    for (let index = 0; index < ARCHIVE_RULES.perJob * 2 + 3; index++) addInterview(`old-${index}`, OLD, [turn(0, `words ${index}`)]);
    const queue = new JobQueue({ store, clock, rng: seededRng(1), ids: countingIds(), lanes: { cpu: { concurrency: 1 } } });
    stops.push(() => queue.close());
    const { job, isDue } = createInterviewArchive({ store, clock, again: () => { queue.add(job, {}); } });
    queue.start([job]);
    expect(isDue()).toBe(true);
    queue.add(job, {}, { key: 'today' });
    await expect.poll(() => [queue.count('done'), queue.count('queued'), queue.count('running')]).toEqual([3, 0, 0]);
    expect([count('interview_turn'), count('interview_archive'), isDue()]).toEqual([0, ARCHIVE_RULES.perJob * 2 + 3, false]);
  });
});

describe('archived turns', () => {
  const int = fc.integer({ min: 0, max: 2 ** 45 });
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\0', 'a\0b', '\u{1f600} naïve \u202e', '"\\\n', 'long '.repeat(20_000)));
  const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
  const row = fc.record({
    by: fc.constantFrom('interviewer', 'candidate'), kind: fc.constantFrom('opening', 'question', 'follow-up', 'answer', 'remark', 'hint', 'repeat', 'skip', 'closing'), position: int, text, at: text,
    elapsed_ms: orNull(int), words: orNull(int), made_by: orNull(text), follow_up_of: orNull(text), submission_id: orNull(text), state: fc.constantFrom('said', 'speaking'), cut: orNull(text), rating: orNull(fc.constantFrom('up', 'down')),
  });

  it('come back byte for byte, with every column, and what is searched never changes', async () => {
    let number = 0;
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.tuple(fc.nat(5000), row), { selector: ([seq]) => seq, minLength: 1, maxLength: 12 }), async (turns) => {
      const id = `interview-${number++}`;
      addInterview(id, OLD, turns.map(([seq, rest]) => ({ seq, ...rest })));
      const [rows, texts] = [rowsOf(), textsOf()];
      const read = repository().turns(id, Number.MAX_SAFE_INTEGER, 1000);
      await archive();
      expect(count('interview_turn')).toBe(0);
      expect(textsOf()).toEqual(texts);
      expect(repository().turns(id, Number.MAX_SAFE_INTEGER, 1000)).toEqual(read);
      expect(repository().open(id)).toBeDefined();
      expect(rowsOf()).toEqual(rows);
      expect(textsOf()).toEqual(texts);
      store.sql.prepare('DELETE FROM interview').run();
    }), { numRuns: 60 });
  });

  it('are read the same by every method that reads turns, without bringing rows back', async () => {
    addInterview('old', OLD, Array.from({ length: 50 }, (_, seq) => turn(seq, `turn ${seq}`, { position: Math.floor(seq / 5), kind: seq % 2 ? 'answer' : 'question', submission_id: `s${seq}` })));
    const read = (): unknown => {
      const of = repository();
      return [of.turnCount('old'), of.turns('old', 20, 7), of.turns('old', 99, 3), of.turnsOfQuestion('old', 3), of.turnsOfQuestion('old', 77), of.turnsFrom('old', 4, 9), of.turn('old', 12), of.turn('old', 50), of.speakingTurn('old')];
    };
    const before = read();
    await archive();
    expect(read()).toEqual(before);
    expect(count('interview_turn')).toBe(0);
  });

  it('come back when a turn is rated', async () => {
    addInterview('old', OLD, [turn(0, 'a'), turn(1, 'b')]);
    await archive();
    repository().write(() => repository().rateTurn('old', 1, 'up'));
    expect(store.sql.prepare('SELECT seq, rating FROM interview_turn ORDER BY seq').raw().all()).toEqual([[0, null], [1, 'up']]);
  });

  it('stay rows when one of them changes while they are packed, and nothing is lost', async () => {
    addInterview('old', OLD, [turn(0, 'a')]);
    addInterview('older', isoFrom(START - 250 * DAY_MS), [turn(0, 'a')]);
    addInterview('looked-at', OLD, [turn(0, 'a')]);
    const { job } = createInterviewArchive({ store, clock, again: () => {} });
    const commit = await job.run({}, { jobId: 'j', sessionId: null, attempt: 1, signal: new AbortController().signal, progress: () => {} });
    repository().rateTurn('old', 0, 'up');
    store.sql.prepare("UPDATE interview_turn SET rating = 'down' WHERE interview_id = 'older'").run();
    repository().open('looked-at');
    store.write(commit);
    expect(store.sql.prepare('SELECT interview_id, rating FROM interview_turn ORDER BY 1').raw().all()).toEqual([['looked-at', null], ['old', 'up'], ['older', 'down']]);
  });

  it('stay rows when what was packed does not come back out the same, and the others are packed', async () => {
    for (const id of ['lost', 'sound', 'swapped', 'typed']) addInterview(id, OLD, [turn(0, `words of ${id}`), turn(1, `more of ${id}`)]);
    const spoil = (id: string, [first = [], second = []]: PackedValue[][]): PackedValue[][] => {
      if (id === 'lost') return [first];
      if (id === 'swapped') return [second, first];
      return id === 'typed' ? [first.map((value) => (typeof value === 'number' ? String(value) : value)), second] : [first, second];
    };
    const before = rowsOf();
    const { job } = createInterviewArchive({ store, clock, again: () => {}, pack: ({ columns, rows }) => packRows({ columns, rows: spoil(/words of (\w+)/.exec(JSON.stringify(rows))?.[1] ?? '', rows) }) });
    store.write(await job.run({}, { jobId: 'j', sessionId: null, attempt: 1, signal: new AbortController().signal, progress: () => {} }));
    expect(store.sql.prepare('SELECT interview_id FROM interview_archive').pluck().all()).toEqual(['sound']);
    repository().open('sound');
    expect(rowsOf()).toEqual(before);
  });

  it('are all there or all packed, wherever the transaction ends', async () => {
    for (const id of ['a', 'b', 'c']) addInterview(id, OLD, [turn(0, id), turn(1, id)]);
    const before = rowsOf();
    store.faults = { beforeWrite: () => {}, beforeCommit: () => { throw new Error('the end'); }, afterCommit: () => {} };
    await expect(archive()).rejects.toThrow('the end');
    expect([rowsOf(), count('interview_archive')]).toEqual([before, 0]);
    store.faults = undefined;
    await archive();
    const packed = bytesOf('interview_archive', ['interview_id', 'turns'], 'interview_id');
    store.faults = { beforeWrite: () => {}, beforeCommit: () => { throw new Error('the end'); }, afterCommit: () => {} };
    expect(() => repository().open('a')).toThrow('the end');
    expect([count('interview_turn'), bytesOf('interview_archive', ['interview_id', 'turns'], 'interview_id')]).toEqual([0, packed]);
  });

  it('can be read although the disk is full, and opened once it is not', async () => {
    addInterview('old', OLD, [turn(0, 'a')]);
    await archive();
    store.sql.pragma(`max_page_count = ${Number(store.sql.pragma('page_count', { simple: true }))}`);
    store.faults = { beforeWrite: () => {}, beforeCommit: (connection) => { connection.exec('CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(4000000))'); }, afterCommit: () => {} };
    expect(repository().open('old')).toBeDefined();
    expect([count('interview_turn'), repository().turns('old', 9, 9)]).toMatchObject([0, [{ text: 'a' }]]);
    store.faults = undefined;
    store.sql.pragma('max_page_count = 1000000');
    repository().open('old');
    expect(count('interview_turn')).toBe(1);
  });

  it('that are damaged are refused when they are opened, and do not keep other reports from looking back', async () => {
    addInterview('old', OLD, [turn(0, 'words '.repeat(50))]);
    await archive();
    const turns = store.sql.prepare('SELECT turns FROM interview_archive').pluck().get() as Buffer;
    turns[20] = (turns[20] ?? 0) ^ 0xff;
    store.sql.prepare('UPDATE interview_archive SET turns = ?').run(turns);
    const refusal = expect.objectContaining({ code: 'INTERVIEW_DAMAGED' }) as Error;
    expect(() => repository().open('old')).toThrow(refusal);
    expect(() => repository().turns('old', 9, 9)).toThrow(refusal);
    clock.set(Date.parse(OLD));
    expect(() => repository().open('old')).toThrow(refusal);
    clock.set(START);
    expect(() => repository().turnCount('old')).toThrow(refusal);
    expect(repository().turnsOfQuestion('old', 0)).toEqual([]);
    expect([count('interview_turn'), count('interview_archive WHERE length(turns) > 0')]).toEqual([0, 1]);
  });

  it('go with their interview', async () => {
    addInterview('old', OLD, [turn(0, 'a')]);
    await archive();
    expect(repository().write(() => repository().delete('old'))).toBe(true);
    expect([count('interview_archive'), count('interview_text'), repository().turns('old', 9, 9)]).toEqual([0, 0, []]);
  });

  it('are found to be damaged by any byte that is not theirs', async () => {
    const packed = await packRows({ columns: ['a'], rows: [['some words of a person, some more words'], [null], [1]] });
    expect(unpackRows(packed)).toEqual({ columns: ['a'], rows: [['some words of a person, some more words'], [null], [1]] });
    fc.assert(fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const other = Buffer.from(packed);
      other[place] = (other[place] ?? 0) ^ change;
      let read: unknown;
      try { read = unpackRows(other); } catch (error) { expect(error).toBeInstanceOf(PackedRowsError); return; }
      expect(read).toEqual(unpackRows(packed));
    }));
    expect(() => unpackRows(packed.subarray(0, packed.length - 3))).toThrow(PackedRowsError);
    expect(() => unpackRows(Buffer.alloc(0))).toThrow(PackedRowsError);
  });
});

describe('an archived interview', () => {
  it('looks the same everywhere: session, report, transcript, export, search, lists, attempts, totals', async () => {
    const past = new SettableClock(OLD);
    const running = await startTestEngine({ clock: past });
    stops.push(running.stop);
    const { client, engine } = running;
    const hold = async (first: SessionView, words: string): Promise<string> => {
      let view = first;
      for (let number = 0; view.phase !== 'ended'; number++) {
        past.advance(60_000);
        if (view.phase === 'feedback') view = await client.interview.next(at(view));
        else if (number % 4 === 3) view = await client.interview.skip(at(view));
        else view = await client.interview.answer({ ...at(view), submissionId: submission(), text: `${words} ${number}: I measured first, and cut p95 from 1800 to 240 ms with an index.` });
      }
      return view.sessionId;
    };
    const one = await hold(await client.interview.start({ ...SETUP, questionCount: 3 }), 'Xylophones');
    const questionId = (await client.interview.session({ sessionId: one })).questions[0]?.questionId ?? '';
    const two = await hold(await client.interview.retry({ questionId, mode: 'practice' }), 'Marimbas');
    past.set(START);
    const looks = async (): Promise<unknown> => {
      const of = async (sessionId: string): Promise<unknown> => [
        await client.interview.session({ sessionId }), await client.interview.report({ sessionId }), await client.interview.transcript({ sessionId, limit: 100 }), await client.interview.transcript({ sessionId, before: 5, limit: 2 }),
        await (await client.interview.export({ sessionId, format: 'markdown' })).text(),
      ];
      return [
        await of(one), await of(two), await client.interview.attempts({ questionId }), await client.interview.history({}), await client.interview.history({ search: 'xylophones' }), await client.interview.history({ search: 'marimbas 0' }),
        await client.interview.overview({ utcOffsetMinutes: 0 }), await client.interview.packs(), (await client.settings.dataSummary()).answers,
      ];
    };
    const rows = rowsOf(engine.store);
    const before = await looks();
    engine.store.sql.prepare('DELETE FROM interview_archive').run(); // as if it had not been opened just now
    await archive(engine.store, past);
    expect([count('interview_turn', engine.store), count('interview_archive WHERE length(turns) > 0', engine.store)]).toEqual([0, 2]);
    expect(await looks()).toEqual(before);
    for (const id of [one, two]) new InterviewRepository(engine.store, past).open(id);
    expect(rowsOf(engine.store)).toEqual(rows);
    expect(await looks()).toEqual(before);
    new ArchiveRepository(engine.store).forgetUnpacked();
  });
});
