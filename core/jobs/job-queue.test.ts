import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../testing/engine.ts';
import { openJobStore } from '../../testing/job-store.ts';
import { EngineError } from '../contract/errors.ts';
import { jobSchema } from '../contract/jobs.ts';
import { countingIds, SettableClock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { defineJob, JobError, JobQueue, type Commit, type JobContext, type JobLane, type JobQueueOptions, type JobView } from './index.ts';
import { JOB_SQL } from './job-repository.ts';

const START = '2026-11-20T09:00:00.000Z';
const turns = async (count = 8): Promise<void> => { for (let turn = 0; turn < count; turn++) await new Promise((resume) => setImmediate(resume)); };

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let clock: SettableClock;
let ids = countingIds();
let freeBytes = Infinity;
const queues: JobQueue[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = temporaryFolder();
  freeBytes = Infinity;
  store = openJobStore(folder.path, { safe: false, freeBytes: () => freeBytes });
  clock = new SettableClock(START);
  ids = countingIds();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const queue of queues.splice(0)) await queue.close(0);
  store.close();
  folder.dispose();
});

/** A kind whose runs wait until the test ends them. */
function heldKind(changes: { kind?: string; lane?: string; attempts?: number; priority?: number } = {}) {
  const runs: { text: string; context: JobContext; done(commit?: Commit): void; fail(error: unknown): void }[] = [];
  const kind = defineJob({
    kind: 'note', lane: 'one', priority: 0, attempts: 3, backoff: { firstMs: 1000, mostMs: 60_000 }, ...changes, input: z.object({ text: z.string() }),
    title: () => 'Taking a note',
    run({ text }, context) {
      const held = Promise.withResolvers<Commit>();
      context.signal.addEventListener('abort', () => held.reject(context.signal.reason));
      runs.push({ text, context, done: (commit = write(context.jobId, text)) => held.resolve(commit), fail: held.reject });
      return held.promise;
    },
  });
  return { kind, runs };
}
const write = (job: string, text: string): Commit => () => { store.prepare('INSERT INTO result (job, text) VALUES (?, ?)').run(job, text); };
const results = (): string[] => (store.prepare('SELECT text FROM result ORDER BY rowid').all() as { text: string }[]).map(({ text }) => text);

function open(kinds: Parameters<JobQueue['start']>[0], options: Partial<JobQueueOptions> = {}): JobQueue {
  const queue = new JobQueue({ store, clock, ids, rng: { next: () => 1 }, lanes: { one: { concurrency: 1 }, three: { concurrency: 3 } }, ...options });
  queues.push(queue);
  queue.start(kinds);
  return queue;
}
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  vi.advanceTimersByTime(ms);
  await turns();
}

describe('a job', () => {
  it('writes its results in the transaction that marks it done, and forgets what was given in', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const { id } = queue.add(kind, { text: 'a' }, { sessionId: 's' });
    await turns();
    expect(queue.get(id)).toMatchObject({ state: 'running', attempts: 1, sessionId: 's', error: null });
    let inside: string | undefined;
    runs[0]?.done(() => { write(id, 'a')(); inside = queue.get(id)?.state; expect(store.sql.inTransaction).toBe(true); });
    await turns();
    expect([inside, queue.get(id)?.state, results()]).toEqual(['running', 'done', ['a']]);
    expect(store.prepare('SELECT input FROM job').get()).toEqual({ input: '' });
  });
  it('that is added in a transaction is there if and only if that is', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    expect(() => store.write(() => { queue.add(kind, { text: 'lost' }); throw new Error('back'); })).toThrow('back');
    store.write(() => { write('', 'answer')(); queue.add(kind, { text: 'kept' }); });
    await turns();
    expect(runs.map(({ text }) => text)).toEqual(['kept']);
  });
  it('may add the next one with its results', async () => {
    const first = heldKind();
    const next = heldKind({ kind: 'next' });
    const queue = open([first.kind, next.kind]);
    queue.add(first.kind, { text: 'a' });
    await turns();
    first.runs[0]?.done(() => { queue.add(next.kind, { text: 'b' }); });
    await turns();
    expect(next.runs.map(({ text }) => text)).toEqual(['b']);
  });
  it('is refused with an input that its kind does not take, or a kind that is in no registry', () => {
    const { kind } = heldKind();
    const queue = open([kind]);
    expect(() => queue.add(kind, { text: 7 } as never)).toThrow(z.ZodError);
    expect(() => queue.add(heldKind({ kind: 'other' }).kind, { text: '' })).toThrow('other is not in the registry');
    expect(() => open([kind, kind])).toThrow('two kinds');
    expect(() => open([heldKind({ lane: 'none' }).kind])).toThrow('no lane none');
  });
  it('with a key is not added again while it is queued or running; afterwards it is', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const first = queue.add(kind, { text: 'a' }, { key: 'k' });
    expect(queue.add(kind, { text: 'a' }, { key: 'k' })).toEqual({ id: first.id, added: false });
    await turns();
    expect(queue.add(kind, { text: 'a' }, { key: 'k' })).toEqual({ id: first.id, added: false });
    runs[0]?.done();
    await turns();
    expect(queue.add(kind, { text: 'a' }, { key: 'k' }).added).toBe(true);
  });
});

describe('order', () => {
  it('is by priority, then by adding, with as many at once as the lane has places', async () => {
    const high = heldKind({ kind: 'high', priority: 5, lane: 'three' });
    const low = heldKind({ kind: 'low', lane: 'three' });
    const queue = open([high.kind, low.kind]);
    for (const text of ['a', 'b', 'c']) queue.add(low.kind, { text });
    queue.add(low.kind, { text: 'urgent' }, { priority: 9 });
    for (const text of ['x', 'y']) queue.add(high.kind, { text });
    await turns();
    expect([...low.runs, ...high.runs].map(({ text }) => text)).toEqual(['urgent', 'x', 'y']);
    high.runs[0]?.done();
    await turns();
    expect(low.runs.map(({ text }) => text)).toEqual(['urgent', 'a']);
  });
  it('lets work that goes on adding more of itself hold nobody up for ever', async () => {
    const { kind: low, runs } = heldKind();
    let begun = 0;
    const greedy = defineJob({ ...heldKind({ kind: 'greedy', priority: 9 }).kind, run: () => () => { begun++; queue.add(greedy, { text: 'more' }); } });
    const queue = open([low, greedy]);
    queue.add(greedy, { text: 'first' });
    await turns(2);
    queue.add(low, { text: 'patient' });
    await vi.waitUntil(() => runs.length > 0);
    expect(begun).toBeLessThanOrEqual(8);
    runs[0]?.done();
    await turns();
    expect(results()).toEqual(['patient']);
  });
  it('of one lane does not hold up another; a paused lane begins nothing until it is resumed', async () => {
    let paused = true;
    const local = heldKind();
    const cloud = heldKind({ kind: 'cloud', lane: 'three' });
    const queue = open([local.kind, cloud.kind], { lanes: { one: { concurrency: 1, paused: () => paused }, three: { concurrency: 3 } } });
    queue.add(local.kind, { text: 'a' });
    queue.add(cloud.kind, { text: 'b' });
    await turns();
    expect([local.runs.length, cloud.runs.length]).toEqual([0, 1]);
    paused = false;
    queue.resume();
    await turns();
    expect(local.runs.length).toBe(1);
  });
  it('goes on after a pause, whenever it ends: before the queue looks, after it has, or while another began', async () => {
    let paused = true;
    let held = 0;
    const { kind, runs } = heldKind();
    const queue = open([kind], { lanes: { one: { concurrency: 1, paused: () => paused } }, onHeld: () => { held++; } });
    queue.add(kind, { text: 'before' });
    paused = false; // between the adding and the look: nobody calls resume for a pause that was not seen
    await turns();
    expect([runs.length, held]).toEqual([1, 0]);

    paused = true;
    queue.add(kind, { text: 'after' });
    runs[0]?.done();
    await turns();
    expect([runs.length, held, queue.list().jobs[0]?.waits]).toEqual([1, 1, 'answering']);
    paused = false;
    queue.resume();
    paused = true; // the person is answered once more before the queue looks
    await turns();
    expect([runs.length, held]).toEqual([1, 1]);
    paused = false;
    queue.resume();
    await turns();
    expect([runs.length, held]).toEqual([2, 2]);
  });
  it('is kept by a job that was begun before a pause: it ends in its own time', async () => {
    let paused = false;
    const { kind, runs } = heldKind();
    const queue = open([kind], { lanes: { one: { concurrency: 1, paused: () => paused } } });
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    paused = true;
    runs[0]?.done();
    await turns();
    expect(queue.get(id)?.state).toBe('done');
  });
});

describe('the list', () => {
  const titled = (kind: ReturnType<typeof heldKind>['kind']) => defineJob({ ...kind, title: ({ text }) => `Noting ${text}` });
  it('says what runs, what waits in its order and why, then what failed, then what ended', async () => {
    let paused = false;
    const held = heldKind({ attempts: 2 });
    const kind = titled(held.kind);
    const queue = open([kind], { lanes: { one: { concurrency: 1, paused: () => paused } } });
    for (const text of ['fails', 'ends', 'runs', 'is cancelled', 'waits']) queue.add(kind, { text });
    const cancelled = queue.list().jobs[3]?.jobId ?? '';
    queue.add(kind, { text: 'goes first' }, { priority: 9 });
    queue.add(kind, { text: 'comes tomorrow' }, { delayMs: 86_400_000 });
    await turns();
    held.runs[0]?.fail(new JobError({ code: 'overloaded', says: 'the provider is overloaded', retryable: false })); // 'goes first'
    await turns();
    held.runs[1]?.fail(new JobError({ code: 'overloaded', says: 'the provider is overloaded', retryable: true })); // 'fails'
    await turns();
    held.runs[2]?.done();
    await turns();
    held.runs[3]?.context.progress(0.5, 'half of it');
    queue.cancel(cancelled);
    await turns();
    const { jobs, ...counts } = queue.list();
    expect(jobs.map(({ title, state, waits, attempts, error }) => [title, state, waits, attempts, error?.code ?? null])).toEqual([
      ['Noting runs', 'running', null, 1, null],
      ['Noting waits', 'queued', 'turn', 0, null],
      ['Noting fails', 'queued', 'retry', 1, 'overloaded'],
      ['Noting comes tomorrow', 'queued', 'later', 0, null],
      ['Noting goes first', 'failed', null, 1, 'overloaded'],
      ['Noting is cancelled', 'cancelled', null, 0, null],
      ['Noting ends', 'done', null, 1, null],
    ]);
    expect(jobs[0]?.progress).toEqual({ share: 0.5, says: 'half of it' });
    expect(counts).toEqual({ running: 1, waiting: 2, failed: 1 });
    expect(jobs.map((job) => jobSchema.safeParse(job).success)).toEqual(jobs.map(() => true));
    paused = true;
    expect(queue.list().jobs.slice(1, 3).map(({ waits }) => waits)).toEqual(['answering', 'retry']);
  });
  it('keeps the title of what ended, and not what was given in', async () => {
    const kind = titled(defineJob({ ...heldKind().kind, run: () => () => {} }));
    const queue = open([kind]);
    queue.add(kind, { text: 'a' });
    await turns();
    expect(queue.list().jobs.map(({ title, state }) => [title, state])).toEqual([['Noting a', 'done']]);
    expect(store.prepare('SELECT input FROM job').get()).toEqual({ input: '' });
  });
  it('has a plain title for a kind that cannot make one: what its caller writes is not lost by that', () => {
    const faults: unknown[] = [];
    const kind = defineJob({ ...heldKind().kind, title: () => { throw new Error('no words'); } });
    const queue = open([kind], { onFault: (error) => faults.push(error) });
    queue.add(kind, { text: 'a' });
    expect([queue.list().jobs[0]?.title, faults.length]).toEqual(['Work in the background', 1]);
  });
  it('holds at most 100 that run or wait, and counts all of them', async () => {
    const { kind } = heldKind();
    const queue = open([kind]);
    store.write(() => { for (let job = 0; job < 140; job++) queue.add(kind, { text: String(job) }, job < 30 ? { delayMs: 1000 } : {}); });
    await turns();
    const { jobs, running, waiting } = queue.list();
    expect([jobs.length, running, waiting, jobs.filter(({ waits }) => waits === 'turn').length]).toEqual([100, 1, 109, 99]);
  });
  it('is cleared of what failed and ended, never of what runs or waits', async () => {
    const { kind, runs } = heldKind({ attempts: 1 });
    const queue = open([kind]);
    for (const text of ['a', 'b', 'c', 'd', 'e']) queue.add(kind, { text });
    await turns();
    runs[0]?.done();
    await turns();
    runs[1]?.fail(new Error('no'));
    await turns();
    queue.cancel(queue.list().jobs[1]?.jobId ?? '');
    await turns();
    queue.clear();
    expect([queue.list().jobs.map(({ state }) => state), store.prepare('SELECT count(*) AS count FROM job').get()]).toEqual([['running', 'queued'], { count: 2 }]);
    runs[2]?.done();
    await turns();
    runs[3]?.done();
    await turns();
    expect(results()).toEqual(['a', 'c', 'e']);
  });
});

describe('a failed run', () => {
  it('is tried again with a doubled wait, then given up with the last error told; it can be begun anew', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    runs[0]?.fail(new JobError({ code: 'overloaded', says: 'the provider is overloaded', retryable: true }));
    await turns();
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 1, runAfter: '2026-11-20T09:00:01.000Z', error: { code: 'overloaded', says: 'the provider is overloaded' } });
    await pass(999);
    expect(runs.length).toBe(1);
    await pass(1);
    runs[1]?.fail(new EngineError('MODEL_NOT_INSTALLED', { name: 'Tiny' }));
    await turns();
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 2, runAfter: '2026-11-20T09:00:03.000Z', error: { code: 'MODEL_NOT_INSTALLED', says: 'Tiny is not on this machine yet' } });
    await pass(2000);
    runs[2]?.fail(new JobError({ code: 'empty', says: 'the answer was empty', retryable: true }));
    await turns();
    expect(queue.get(id)).toMatchObject({ state: 'failed', attempts: 3, runAfter: null, endedAt: '2026-11-20T09:00:03.000Z', error: { code: 'empty' } });
    expect([queue.retry(id), queue.retry(id)]).toEqual([true, false]);
    await turns();
    runs[3]?.done();
    await turns();
    expect([queue.get(id)?.state, queue.get(id)?.error, results()]).toEqual(['done', null, ['a']]);
  });
  it('waits as long as the other side asked for, and is not tried again when that cannot help', async () => {
    const { kind, runs } = heldKind({ lane: 'three' });
    const queue = open([kind]);
    const [asked, hopeless] = ['a', 'b'].map((text) => queue.add(kind, { text }).id);
    await turns();
    runs[0]?.fail(new JobError({ code: 'rate-limited', says: 'too many requests', retryable: true, retryAfterMs: 90_000 }));
    runs[1]?.fail(new JobError({ code: 'unauthorised', says: 'the key was refused', retryable: false }));
    await turns();
    expect([queue.get(asked ?? '')?.runAfter, queue.get(hopeless ?? '')?.state]).toEqual(['2026-11-20T09:01:30.000Z', 'failed']);
  });
  it('that nobody explained is told without its message, which may hold the person\'s text', async () => {
    const faults: unknown[] = [];
    const { kind, runs } = heldKind({ attempts: 1 });
    const queue = open([kind], { onFault: (error) => faults.push(error) });
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    runs[0]?.fail(new TypeError('secret words'));
    await turns();
    expect(queue.get(id)?.error).toEqual({ code: 'unexpected', says: 'something unexpected went wrong' });
    expect(faults).toMatchObject([{ message: 'secret words' }]);
  });
  it('may be one whose results cannot be written: nothing of them stays', async () => {
    const { kind, runs } = heldKind({ attempts: 2 });
    const queue = open([kind]);
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    runs[0]?.done(() => { write(id, 'half')(); throw new Error('constraint'); });
    await turns();
    expect([queue.get(id)?.state, results()]).toEqual(['queued', []]);
    await pass(1000);
    runs[1]?.done((async () => { write(id, 'late')(); await turns(1); }) as unknown as Commit);
    await turns();
    expect([queue.get(id)?.error?.code, results()]).toEqual(['async-commit', []]);
  });
  it('leaves nothing of its results when the transaction is lost at its very end', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    store.faults = { beforeWrite() {}, beforeCommit() { throw new EngineError('STORAGE_FAILED', { reason: 'SQLITE_IOERR' }); }, afterCommit() {} };
    runs[0]?.done();
    await turns();
    expect([queue.get(id)?.state, results()]).toEqual(['running', []]);
    store.faults = undefined;
    await pass(30_000);
    expect([queue.get(id)?.state, results()]).toEqual(['done', ['a']]);
  });
  it('waits for the disk without working twice, when the disk has no room for its results', async () => {
    const faults: unknown[] = [];
    const { kind, runs } = heldKind();
    const queue = open([kind], { onFault: (error) => faults.push(error) });
    const { id } = queue.add(kind, { text: 'a' });
    queue.add(kind, { text: 'tomorrow' }, { delayMs: 86_400_000 });
    await turns();
    freeBytes = 0;
    runs[0]?.done();
    await turns();
    await pass(30_000);
    expect([queue.get(id)?.state, results(), faults.length]).toEqual(['running', [], 2]);
    freeBytes = Infinity;
    await pass(30_000);
    expect([queue.get(id)?.state, queue.get(id)?.attempts, results(), runs.length]).toEqual(['done', 1, ['a'], 1]);
  });
});

it('a failed job cannot be begun anew while another has its key', async () => {
  const { kind, runs } = heldKind({ attempts: 1 });
  const queue = open([kind]);
  const { id } = queue.add(kind, { text: 'a' }, { key: 'k' });
  await turns();
  runs[0]?.fail(new Error('no'));
  await turns();
  queue.add(kind, { text: 'b' }, { key: 'k' });
  expect([queue.retry(id), queue.get(id)?.state]).toEqual([false, 'failed']);
});

describe('cancelling', () => {
  it('ends a queued job at once and stops a running one, whose results are not written even when it does not listen', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const [running, queued] = ['a', 'b'].map((text) => queue.add(kind, { text }).id) as [string, string];
    await turns();
    expect([queue.cancel(queued), queue.get(queued)?.state]).toEqual([true, 'cancelled']);
    const deaf = defineJob({ ...kind, kind: 'deaf', run: () => gate.promise });
    const gate = Promise.withResolvers<Commit>();
    expect([queue.cancel(running), queue.get(running)?.state, runs[0]?.context.signal.aborted, queue.cancel(running)]).toEqual([true, 'cancelled', true, false]);
    await turns();
    const second = open([deaf]);
    const { id } = second.add(deaf, { text: 'c' });
    await turns();
    second.cancel(id);
    gate.resolve(write(id, 'c'));
    await turns();
    expect([second.get(id)?.state, results()]).toEqual(['cancelled', []]);
  });
  it('that is taken back with its transaction puts the job back, uncounted', async () => {
    const { kind, runs } = heldKind();
    const queue = open([kind]);
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    expect(() => store.write(() => { queue.cancel(id); throw new Error('back'); })).toThrow('back');
    await turns();
    expect([queue.get(id)?.state, queue.get(id)?.attempts, runs.length]).toEqual(['running', 1, 2]);
  });
  it('of a session or of everything removes the jobs, running ones too', async () => {
    const { kind, runs } = heldKind({ lane: 'three' });
    const queue = open([kind]);
    for (const [text, sessionId] of [['a', 's'], ['b', 's'], ['c', 't']] as const) queue.add(kind, { text }, { sessionId });
    await turns();
    queue.forgetSession('s');
    expect([queue.ofSession('s'), queue.ofSession('t').length, runs.map(({ context }) => context.signal.aborted)]).toEqual([[], 1, [true, true, false]]);
    store.sql.exec('DELETE FROM job'); // as when everything is emptied past the queue
    runs[2]?.done();
    await turns();
    queue.add(kind, { text: 'd' });
    queue.forgetPerson();
    await turns();
    expect([results(), store.prepare('SELECT count(*) AS count FROM job').get()]).toEqual([[], { count: 0 }]);
  });
});

describe('what is told', () => {
  it('is each state once it is on disk, and progress a few times a second with the last word kept', async () => {
    const told: (JobView | undefined)[] = [];
    const { kind, runs } = heldKind();
    const queue = open([kind], { onChange: (_, job) => told.push(job) });
    const { id } = queue.add(kind, { text: 'a' });
    await turns();
    for (let step = 0; step <= 100; step++) { runs[0]?.context.progress(step / 50, `${step} of 100`); if (step === 0) await turns(); }
    await turns();
    expect(told.flatMap((job) => job?.progress ?? [])).toEqual([{ share: 0, says: '0 of 100' }]);
    await pass(250);
    await pass(1000);
    expect(told.flatMap((job) => job?.progress ?? [])).toEqual([{ share: 0, says: '0 of 100' }, { share: 1, says: '100 of 100' }]);
    runs[0]?.done();
    await turns();
    queue.forgetPerson();
    await turns();
    expect(told.map((job) => job?.state)).toEqual(['queued', 'running', 'running', 'running', 'done', undefined]);
    expect(id).toBeTruthy();
  });
});

describe('a new start', () => {
  it('counts a run that a crash ended, and gives up after too many', async () => {
    const { kind, runs } = heldKind({ attempts: 2 });
    const first = open([kind]);
    const { id } = first.add(kind, { text: 'a' });
    await turns();
    const second = open([kind]); // the first one's process is gone; here it only never ends its run
    expect(second.get(id)).toMatchObject({ state: 'queued', attempts: 1, runAfter: '2026-11-20T09:00:01.000Z', error: { code: 'crashed' } });
    await pass(1000);
    expect([second.get(id)?.state, runs.length]).toEqual(['running', 2]);
    const third = open([kind]);
    expect(third.get(id)).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'crashed', says: 'Role Accel stopped while this was running' } });
  });
  it('follows a closing that stopped what ran and put it back uncounted, what does not listen too', async () => {
    const { kind, runs } = heldKind({ lane: 'three' });
    const gate = Promise.withResolvers<Commit>();
    const deaf = defineJob({ ...kind, kind: 'deaf', run: () => gate.promise });
    const queue = open([kind, deaf]);
    const stopped = [queue.add(kind, { text: 'a' }).id, queue.add(deaf, { text: 'b' }).id];
    await turns();
    const closed = queue.close();
    await turns();
    vi.advanceTimersByTime(3_000);
    await closed;
    expect(stopped.map((id) => [queue.get(id)?.state, queue.get(id)?.attempts])).toEqual([['queued', 0], ['queued', 0]]);
    expect(runs[0]?.context.signal.aborted).toBe(true);
    const next = open([kind, defineJob({ ...deaf, run: () => Promise.withResolvers<Commit>().promise })]);
    await turns();
    gate.resolve(write('', 'too late')); // of the first queue, for what is now the same attempt of the second
    await turns();
    expect([next.get(stopped[1] ?? '')?.state, results()]).toEqual(['running', []]);
  });
  it('tells jobs that this version does not know or cannot read, and moves those whose lane changed', async () => {
    const { kind } = heldKind();
    const before = new JobQueue({ store, clock, ids, rng: { next: () => 1 }, lanes: { one: { concurrency: 0 } } });
    const [outdated, unknown] = [before.add(kind, { text: 'a' }).id, before.add(heldKind({ kind: 'gone' }).kind, { text: 'b' }, { delayMs: 1000 }).id];
    const now = defineJob({ ...kind, lane: 'three', input: z.object({ words: z.string() }), title: ({ words }) => words, run: () => () => {} });
    const queue = open([now as never]);
    await turns();
    expect([outdated, unknown].map((id) => [queue.get(id)?.state, queue.get(id)?.error?.code])).toEqual([['failed', 'outdated-input'], ['failed', 'unknown-kind']]);
    expect([queue.retry(unknown), queue.get(unknown)?.state]).toEqual([false, 'failed']);
  });
  it('begins a failed one anew in the lane that its kind has by now', async () => {
    const { kind, runs } = heldKind({ attempts: 1 });
    const first = open([kind]);
    const { id } = first.add(kind, { text: 'a' });
    await turns();
    runs[0]?.fail(new Error('no'));
    await turns();
    const queue = open([{ ...kind, lane: 'three' }], { lanes: { three: { concurrency: 1 } } });
    expect(queue.retry(id)).toBe(true);
    await turns();
    expect(queue.get(id)?.state).toBe('running');
  });
  it('keeps the newest of what ended', async () => {
    const kind = defineJob({ ...heldKind().kind, run: () => () => {} });
    const queue = open([kind]);
    for (let job = 0; job < 12; job++) queue.add(kind, { text: '' });
    await vi.waitUntil(() => queue.count('done') === 12);
    open([kind], { kept: 5 });
    expect(queue.count('done')).toBe(5);
  });
});

describe('a slow disk', () => {
  const quick = defineJob({ kind: 'quick', lane: 'one', priority: 0, attempts: 1, backoff: { firstMs: 1, mostMs: 1 }, input: z.object({}), title: () => 'Quick', run: () => () => {} });
  const slow = (): void => { store.faults = { beforeWrite() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3); }, beforeCommit() {}, afterCommit() {} }; };

  it('is left to a person for a while after each job', async () => {
    const queue = open([quick], { gentle: true });
    for (let job = 0; job < 3; job++) queue.add(quick, {});
    slow();
    await turns();
    expect(queue.count('done')).toBe(1);
    await turns(50);
    expect(queue.count('done')).toBe(1);
    await pass(40);
    expect(queue.count('done')).toBe(2);
    await pass(40);
    expect([queue.count('done'), vi.getTimerCount()]).toEqual([3, 1]);
    await pass(40);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds up nothing when nobody asked for rests, and no closing', async () => {
    const hasty = open([quick]);
    for (let job = 0; job < 3; job++) hasty.add(quick, {});
    slow();
    await turns(20);
    expect(hasty.count('done')).toBe(3);
    await hasty.close();
    const gentle = open([quick], { gentle: true });
    for (let job = 0; job < 2; job++) gentle.add(quick, {});
    await turns();
    await gentle.close();
    expect([gentle.count('done'), gentle.count('queued'), vi.getTimerCount()]).toEqual([4, 1, 0]);
  });
});

it('does nothing at all while idle or paused', async () => {
  const { kind } = heldKind();
  let asked = 0;
  const lane: JobLane = { concurrency: 1, paused: () => { asked++; return true; } };
  const queue = open([kind], { lanes: { one: lane } });
  await turns();
  const before = asked;
  expect(vi.getTimerCount()).toBe(0);
  await pass(86_400_000);
  expect([asked, vi.getTimerCount()]).toEqual([before, 0]);
  queue.add(kind, { text: 'later' }, { delayMs: 5000 });
  await turns();
  expect(vi.getTimerCount()).toBe(1);
});

describe('query plans', () => {
  const statements = Object.entries(JOB_SQL).filter(([name]) => name !== 'insert' && name !== 'forgetAll');
  it.each(statements)('%s uses an index and no sort', (name, sql) => {
    const count = (sql.match(/\?/g) ?? []).length;
    const named = Object.fromEntries((sql.match(/@\w+/g) ?? []).map((parameter) => [parameter.slice(1), null]));
    const plan = (store.sql.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(count > 0 ? Array.from({ length: count }, () => 0) : [named])) as { detail: string }[]).map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(/(SEARCH|SCAN) job USING (INTEGER PRIMARY KEY|(COVERING )?INDEX)/);
    expect(plan.replaceAll('SCAN job USING INDEX job_later', '')).not.toMatch(/SCAN/);
    // The kinds that wait are put together once a start.
    expect([name, plan.includes('TEMP B-TREE')]).toEqual([name, name === 'queuedKinds']);
  });
});

it('a job that was put off by a clock years ahead is run once the clock is set back; pauses of its own are kept', async () => {
  const { kind, runs } = heldKind({ lane: 'three' });
  const wrong = open([kind]);
  clock.advance(10 * 365 * 86_400_000);
  const { id } = wrong.add(kind, { text: 'put off' });
  await turns();
  runs[0]?.fail(new JobError({ code: 'busy', says: 'busy', retryable: true }));
  await turns();
  expect(wrong.get(id)).toMatchObject({ state: 'queued', attempts: 1 });
  await wrong.close();
  clock.set(Date.parse(START));
  const before = open([kind]);
  const paused = before.add(kind, { text: 'later' }, { delayMs: 60_000 });
  await before.close();
  const right = open([kind]);
  await turns();
  expect([right.get(id), right.get(paused.id)]).toMatchObject([{ state: 'running', attempts: 2 }, { state: 'queued', attempts: 0 }]);
});
