/* oxlint-disable vitest/no-standalone-expect -- the model's steps are methods that only the test below calls */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../testing/engine.ts';
import { openJobStore } from '../../testing/job-store.ts';
import { countingIds, SettableClock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { defineJob, JobError, JobQueue, type Commit, type JobKind, type JobState } from './index.ts';

const RUNS = Number(process.env['ROLE_ACCEL_PROPERTY_RUNS'] ?? 40);
const KINDS = { quick: { lane: 'one', priority: 0, attempts: 2 }, keen: { lane: 'one', priority: 5, attempts: 3 }, deaf: { lane: 'two', priority: 0, attempts: 2 } } as const;
const LANES = { one: 2, two: 1 } as const;
const BACKOFF = { firstMs: 1000, mostMs: 5000 };
/** With the rng at 1/2, a wait is three quarters of its step. */
const waitAfter = (attempt: number): number => Math.ceil(Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** (attempt - 1)) * 0.75);
type KindName = keyof typeof KINDS;
type LaneName = keyof typeof LANES;

/** A job as it should be. */
interface Expected { id: string; kind: KindName; priority: number; order: number; key: string | null; session: string | null; state: JobState | 'gone'; attempts: number; runAfter: number | null }

/** What the queue should do, in plain words: no database, no promises. */
class Model {
  readonly jobs: Expected[] = [];
  /** Runs that take a place in a lane, in the order of beginning. A cancelled deaf one keeps it until the test ends it. */
  runs: { job: Expected; attempt: number }[] = [];
  paused = false;
  /** How many each lane has begun in this process: each eighth is the one that was added first. */
  begun = { one: 0, two: 0 };
  now: number;
  constructor(now: number) { this.now = now; }

  live(kind: KindName, key: string): Expected | undefined { return this.jobs.find((job) => job.kind === kind && job.key === key && (job.state === 'queued' || job.state === 'running')); }
  current({ job, attempt }: Model['runs'][number]): boolean { return job.state === 'running' && job.attempts === attempt; }

  failed(job: Expected, retryable = true): void {
    if (retryable && job.attempts < KINDS[job.kind].attempts) Object.assign(job, { state: 'queued', runAfter: this.now + waitAfter(job.attempts) });
    else Object.assign(job, { state: 'failed', runAfter: null });
  }
  stopRunsOf(jobs: Expected[]): void { this.runs = this.runs.filter(({ job }) => job.kind === 'deaf' || !jobs.includes(job)); }

  /** Fills every lane with the best of what may run. */
  begin(): void {
    for (const job of this.jobs) if (job.runAfter !== null && job.runAfter <= this.now) job.runAfter = null;
    for (const lane of Object.keys(LANES) as LaneName[]) {
      const ready = this.jobs.filter((job) => job.state === 'queued' && job.runAfter === null && KINDS[job.kind].lane === lane).toSorted((a, b) => b.priority - a.priority || a.order - b.order);
      const places = LANES[lane] - this.runs.filter(({ job }) => KINDS[job.kind].lane === lane).length;
      for (let place = 0; place < places && ready.length > 0 && !(lane === 'one' && this.paused); place++) {
        const at = ++this.begun[lane] % 8 === 0 ? ready.indexOf(ready.toSorted((a, b) => a.order - b.order)[0] as Expected) : 0;
        const [job] = ready.splice(at, 1) as [Expected];
        Object.assign(job, { state: 'running', attempts: job.attempts + 1 });
        this.runs.push({ job, attempt: job.attempts });
      }
    }
  }
}

type Step =
  | { do: 'add'; kind: KindName; key: string | null; session: string | null; priority: number | null; delayMs: number }
  | { do: 'finish' | 'break-commit'; run: number } | { do: 'fail'; run: number; retryable: boolean } | { do: 'cancel' | 'retry'; job: number }
  | { do: 'advance'; ms: number } | { do: 'pause'; paused: boolean } | { do: 'forget'; session: string } | { do: 'crash' | 'reopen' };
const index = fc.nat({ max: 30 });
const session = fc.constantFrom('s', 't');
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), kind: fc.constantFrom<KindName>('quick', 'keen', 'deaf'), key: fc.option(fc.constantFrom('k', 'l'), { freq: 2 }), session: fc.option(session), priority: fc.option(fc.nat({ max: 9 }), { freq: 2 }), delayMs: fc.constantFrom(0, 0, 0, 700) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('finish' as const, 'finish' as const, 'break-commit' as const), run: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), run: index, retryable: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'retry' as const), job: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 400, 1000, 4000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), session }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'reopen' as const) }) },
), { minLength: 5, maxLength: 60, size: 'max' });

/** The queue on a real database beside its model; after each step both must say the same. */
class Beside {
  readonly #folder = temporaryFolder();
  readonly #clock = new SettableClock('2026-11-20T09:00:00.000Z');
  readonly #ids = countingIds();
  readonly model = new Model(this.#clock.now());
  #store: Store = openJobStore(this.#folder.path, { safe: false, freeBytes: () => Infinity });
  /** Runs of this process that have not ended, by job and attempt. */
  readonly #held = new Map<string, PromiseWithResolvers<Commit>>();
  readonly #begun: string[] = [];
  readonly #busy = { one: 0, two: 0 };
  #process = 0;
  readonly #kinds = Object.fromEntries(Object.entries(KINDS).map(([name, facts]) => [name, this.#kind(name as KindName, facts)])) as Record<KindName, JobKind<z.ZodString>>;
  #queue = this.#start();

  #kind(kind: KindName, facts: (typeof KINDS)[KindName]): JobKind<z.ZodString> {
    return defineJob({
      kind, ...facts, backoff: BACKOFF, input: z.string(), title: () => 'Working',
      run: async (_, { jobId, attempt, signal }) => {
        const held = Promise.withResolvers<Commit>();
        const process = this.#process;
        if (kind !== 'deaf') signal.addEventListener('abort', () => held.reject(signal.reason));
        this.#held.set(`${jobId} ${attempt}`, held);
        this.#begun.push(`${jobId} ${attempt}`);
        expect(++this.#busy[facts.lane], `at once in ${facts.lane}`).toBeLessThanOrEqual(LANES[facts.lane]);
        try { return await held.promise; } finally {
          if (process === this.#process) { this.#busy[facts.lane]--; this.#held.delete(`${jobId} ${attempt}`); }
        }
      },
    });
  }

  #start(): JobQueue {
    const queue = new JobQueue({
      store: this.#store, clock: this.#clock, ids: this.#ids, rng: { next: () => 0.5 }, kept: Number.MAX_SAFE_INTEGER,
      lanes: { one: { concurrency: LANES.one, paused: () => this.model.paused }, two: { concurrency: LANES.two } },
    });
    queue.start(Object.values(this.#kinds) as JobKind[]);
    return queue;
  }

  /** Deaf runs are waited for until the patience is over. */
  async #close(): Promise<void> {
    const closed = this.#queue.close(50);
    await this.calm();
    vi.advanceTimersByTime(50);
    await closed;
  }

  /** What the loop does by itself until nothing is left to do. */
  async calm(): Promise<void> { for (let turn = 0; turn < 6; turn++) await new Promise((resume) => setImmediate(resume)); }

  async take(step: Step): Promise<void> {
    const { model } = this;
    const picked = 'run' in step ? model.runs[step.run % Math.max(1, model.runs.length)] : undefined;
    const job = 'job' in step ? model.jobs[step.job % Math.max(1, model.jobs.length)] : undefined;
    switch (step.do) {
      case 'add': {
        const known = step.key === null ? undefined : model.live(step.kind, step.key);
        const { id, added } = this.#queue.add(this.#kinds[step.kind], 'x', { delayMs: step.delayMs, ...(step.key ? { key: step.key } : {}), ...(step.session ? { sessionId: step.session } : {}), ...(step.priority === null ? {} : { priority: step.priority }) });
        expect([added, known?.id ?? id]).toEqual([known === undefined, id]);
        if (added) model.jobs.push({ id, kind: step.kind, priority: step.priority ?? KINDS[step.kind].priority, order: model.jobs.length, key: step.key, session: step.session, state: 'queued', attempts: 0, runAfter: step.delayMs ? model.now + step.delayMs : null });
        break;
      }
      case 'finish': case 'fail': case 'break-commit': {
        if (!picked) return;
        const held = this.#held.get(`${picked.job.id} ${picked.attempt}`);
        const commit: Commit = () => {
          this.#store.prepare('INSERT INTO result (job, text) VALUES (?, ?)').run(picked.job.id, '');
          if (step.do === 'break-commit') throw new Error('constraint');
        };
        if (step.do === 'fail') held?.reject(new JobError({ code: 'no', says: 'no', retryable: step.retryable })); else held?.resolve(commit);
        if (model.current(picked)) { if (step.do === 'finish') picked.job.state = 'done'; else model.failed(picked.job, step.do !== 'fail' || step.retryable); }
        model.runs = model.runs.filter((run) => run !== picked);
        break;
      }
      case 'cancel': {
        if (!job) return;
        const open = job.state === 'queued' || job.state === 'running';
        expect(this.#queue.cancel(job.id)).toBe(open);
        if (open) { Object.assign(job, { state: 'cancelled', runAfter: null }); model.stopRunsOf([job]); }
        break;
      }
      case 'retry': {
        if (!job) return;
        const can = job.state === 'failed' && (job.key === null || !model.live(job.kind, job.key));
        expect(this.#queue.retry(job.id)).toBe(can);
        if (can) Object.assign(job, { state: 'queued', attempts: 0 });
        break;
      }
      case 'advance':
        model.now += step.ms;
        this.#clock.advance(step.ms);
        vi.advanceTimersByTime(step.ms);
        break;
      case 'pause': model.paused = step.paused; this.#queue.resume(); break;
      case 'forget': {
        this.#queue.forgetSession(step.session);
        const gone = model.jobs.filter((one) => one.session === step.session);
        for (const one of gone) Object.assign(one, { state: 'gone', runAfter: null });
        model.stopRunsOf(gone);
        break;
      }
      case 'crash': case 'reopen': {
        if (step.do === 'reopen') await this.#close(); else vi.clearAllTimers();
        for (const run of model.runs) if (model.current(run)) { if (step.do === 'crash') model.failed(run.job); else Object.assign(run.job, { state: 'queued', attempts: run.job.attempts - 1 }); }
        model.runs = [];
        model.begun = { one: 0, two: 0 };
        this.#process++; // nothing of the old process is heard of again
        this.#store.close();
        this.#held.clear();
        Object.assign(this.#busy, { one: 0, two: 0 });
        this.#store = openJobStore(this.#folder.path, { safe: false, freeBytes: () => Infinity });
        this.#queue = this.#start();
        break;
      }
    }
    const before = this.#begun.length;
    await this.calm();
    const running = new Set(model.runs);
    model.begin();
    const expected = model.runs.filter((run) => !running.has(run)).map(({ job: { id }, attempt }) => `${id} ${attempt}`);
    expect(this.#begun.slice(before), 'begun in this order').toEqual(expected);
    this.compare();
  }

  compare(): void {
    const { jobs } = this.model;
    const seen = jobs.map(({ id }) => { const job = this.#queue.get(id); return [id, job?.state ?? 'gone', job?.attempts ?? null, job?.runAfter ? Date.parse(job.runAfter) : null]; });
    expect(seen).toEqual(jobs.map(({ id, state, attempts, runAfter }) => [id, state, state === 'gone' ? null : attempts, runAfter]));
    const written = this.#store.prepare('SELECT job FROM result ORDER BY job').all() as { job: string }[];
    expect(new Set(written.map(({ job }) => job)).size, 'results are written once').toBe(written.length);
    const done = new Set(written.map(({ job }) => job));
    for (const { id, state } of jobs) if (state !== 'gone') expect([id, done.has(id)]).toEqual([id, state === 'done']);
  }

  /** Lets everything end. */
  async finish(): Promise<void> {
    await this.take({ do: 'pause', paused: false });
    for (let guard = 0; this.model.jobs.some(({ state }) => state === 'queued' || state === 'running') || this.model.runs.length > 0; guard++) {
      expect(guard, 'everything ends').toBeLessThan(500);
      await this.take(this.model.runs.length > 0 ? { do: 'finish', run: 0 } : { do: 'advance', ms: 4000 });
    }
    expect(vi.getTimerCount(), 'nothing ticks when everything has ended').toBe(0);
  }
  async dispose(): Promise<void> {
    await this.#close();
    this.#store.close();
    this.#folder.dispose();
  }
}

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); });
afterEach(() => { vi.useRealTimers(); });

it('does in any order of events what the model says: one end for each job, results once, places and priorities kept', async () => {
  await fc.assert(fc.asyncProperty(steps, async (taken) => {
    const beside = new Beside();
    try {
      await beside.calm(); // what a dead process would have done next is not to be seen
      for (const step of taken) await beside.take(step);
      await beside.finish();
    } finally { await beside.dispose(); }
  }), { numRuns: RUNS, interruptAfterTimeLimit: 600_000 });
}, 600_000);
