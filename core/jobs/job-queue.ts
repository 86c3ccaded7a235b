import type { z } from 'zod';
import { EngineError } from '../contract/errors.ts';
import type { Job, Jobs } from '../contract/jobs.ts';
import { isoFrom, type Clock, type Ids, type Rng } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { ASYNC_COMMIT, CRASHED, failureOf, JobError, OUTDATED_INPUT, retryDelay, UNKNOWN_KIND, UNEXPECTED, UNTITLED, type Commit, type JobFailure, type JobKind } from './job-kind.ts';
import { listJobs } from './job-list.ts';
import { JobRepository, type JobRow, type JobState } from './job-repository.ts';
import { throttle } from './throttle.ts';

/** How many run at once, and whether to begin new ones now; after `paused` turned false somebody calls `resume`. */
export interface JobLane { readonly concurrency: number; paused?(): boolean }

export interface JobProgress { share: number; says: string }
/** A job as others see it. `error` is the last failure, also of one that will be tried again at `runAfter`. */
export type JobView = Pick<JobRow, 'id' | 'kind' | 'title' | 'state' | 'key' | 'sessionId' | 'attempts' | 'runAfter' | 'createdAt' | 'endedAt'>
  & { error: { code: string; says: string } | null; progress: JobProgress | null; waits: Job['waits'] };

export interface JobQueueOptions {
  store: Store;
  clock: Clock;
  rng: Rng;
  ids: Ids;
  lanes: Readonly<Record<string, JobLane>>;
  /** What the layers above know about their own errors. */
  explain?: (error: unknown) => JobFailure | undefined;
  /** Told of each change and of progress, after it is on disk; without a view, the job is gone. */
  onChange?: (id: string, job: JobView | undefined) => void;
  /** Told when work is first found waiting in a paused lane, and when that is over. */
  onHeld?: () => void;
  /** Told of failures nobody explained, and of a disk that refuses. */
  onFault?: (error: unknown) => void;
  /** Ended jobs that stay readable, of each way to end. */
  kept?: number;
  /** Rests between jobs when the disk is slow: their writes hold the process that answers a person. */
  gentle?: boolean;
}

export interface AddOptions {
  /** While a job of this kind with this key is queued or running, it is not added again. */
  key?: string;
  /** The session it belongs to and goes away with. */
  sessionId?: string;
  /** Instead of the kind's own. */
  priority?: number;
  delayMs?: number;
}

type Outcome = { commit: Commit } | { failure: JobFailure };
interface Run { readonly row: JobRow; readonly kind: JobKind; readonly stop: AbortController; progress: JobProgress | null; outcome?: Outcome }

const PROGRESS_EVERY_MS = 250;
/** How long to wait before a disk that refused is tried again. */
const DISK_REST_MS = 30_000;
/** A sleeping laptop and a corrected clock are noticed after so long; without waiting jobs nothing ticks. */
const LONGEST_TIMER_MS = 3_600_000;
const LONGEST_PAUSE_MS = 86_400_000;
/** Writes that took at least so long are rested from, twice as long, but no longer than this. */
const SLOW_WRITES_MS = 1;
const LONGEST_REST_MS = 40;
const PRUNE_EVERY = 100;
/** Each so many times a lane takes what was added first, whatever its priority: work that goes on adding more of itself holds nobody up for ever. */
const OLDEST_EVERY = 8;

/**
 * Durable background work in the app's own database: at least one run, results written once, by the transaction that marks the job done.
 * The row is the truth; a run whose row is no longer its own is let go without effect.
 */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #store: Store;
  readonly #jobs: JobRepository;
  readonly #kinds = new Map<string, JobKind>();
  readonly #runs = new Set<Run>();
  readonly #changed = new Set<string>();
  /** How many jobs each lane has begun. */
  readonly #begun = new Map<string, number>();
  #held = '';
  #phase: 'new' | 'open' | 'closing' | 'closed' = 'new';
  #pumpWaits = false;
  #takenUp = false;
  #timer: NodeJS.Timeout | undefined;
  #ended = 0;
  /** What writes of jobs took since the last rest, and the rest. */
  #writingMs = 0;
  #resting: NodeJS.Timeout | undefined;
  #onSettled: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#jobs = new JobRepository(options.store);
  }

  /**
   * Takes up what was left: runs that a crash ended wait like failed ones, or are given up. Then begins to run.
   * @param kinds the one registry of what can be run @throws EngineError STORAGE_FULL, STORAGE_FAILED
   */
  start(kinds: readonly JobKind[]): void {
    for (const kind of kinds) {
      if (this.#kinds.has(kind.kind)) throw new Error(`two kinds of job are called ${kind.kind}`);
      if (!this.#options.lanes[kind.lane]) throw new Error(`there is no lane ${kind.lane} for ${kind.kind}`);
      this.#kinds.set(kind.kind, kind);
    }
    // A disk that refuses must not keep the app from opening: it is tried again with the next look for work.
    try { this.#takeUp(); } catch (error) { if (!(error instanceof EngineError)) throw error; this.#options.onFault?.(error); }
    this.#phase = 'open';
    this.resume();
  }

  /**
   * Adds a job, on disk when this returns; inside a transaction of the caller it is there if and only if that is.
   * @throws ZodError for an input that the kind does not take; EngineError STORAGE_FULL, STORAGE_FAILED
   */
  add<Schema extends z.ZodType>(kind: JobKind<Schema>, input: z.input<Schema>, { key, sessionId, priority, delayMs }: AddOptions = {}): { id: string; added: boolean } {
    const title = this.#titleOf(kind, kind.input.parse(input));
    if (this.#phase !== 'new' && !this.#kinds.has(kind.kind)) throw new Error(`${kind.kind} is not in the registry of jobs`);
    const now = this.#options.clock.now();
    return this.#store.write(() => {
      const live = key === undefined ? undefined : this.#jobs.live(kind.kind, key);
      if (live !== undefined) return { id: live, added: false };
      const id = this.#options.ids.next('job');
      this.#jobs.insert({
        id, kind: kind.kind, title, lane: kind.lane, priority: priority ?? kind.priority, key: key ?? null, sessionId: sessionId ?? null, input: JSON.stringify(input),
        runAfter: delayMs ? isoFrom(now + delayMs) : null, createdAt: isoFrom(now),
      });
      this.#tell(id);
      this.resume();
      return { id, added: true };
    });
  }

  get(id: string): JobView | undefined { const row = this.#jobs.get(id); return row && this.#view(row); }
  /** In the order of adding. */
  ofSession(sessionId: string): JobView[] { return this.#jobs.ofSession(sessionId).map((row) => this.#view(row)); }
  count(state: JobState): number { return this.#jobs.count(state); }
  /** What the person sees. */
  list(): Jobs { return listJobs(this.#jobs, Object.keys(this.#options.lanes), (row) => this.#view(row)); }

  /** Ends a job that has not ended: what a run of it still finds out is not written. False when it had ended. */
  cancel(id: string): boolean {
    const cancelled = this.#store.write(() => this.#jobs.cancel(id, this.#now()));
    if (cancelled) this.#letGo([id]);
    return cancelled;
  }
  /** A failed job from the beginning. False when it had not failed, its key is taken again, or its kind is no longer known. */
  retry(id: string): boolean {
    const kind = this.#kinds.get(this.#jobs.get(id)?.kind ?? '');
    const again = kind !== undefined && this.#store.write(() => this.#jobs.again(id, kind.lane));
    if (again) { this.#tell(id); this.resume(); }
    return again;
  }
  /** Removes all that ended: done, failed, cancelled. */
  clear(): void { this.#letGo(this.#store.write(() => this.#jobs.clear())); }
  /** Removes the jobs of a session; to be called in the transaction that deletes it. */
  forgetSession(sessionId: string): void { this.#letGo(this.#store.write(() => this.#jobs.forgetSession(sessionId))); }
  /** Removes every job. */
  forgetPerson(): void { this.#letGo(this.#store.write(() => this.#jobs.forgetAll())); }

  /** Looks for work in this turn of the loop's end; cheap when there is none. For whoever ends a pause. */
  resume(): void {
    if (this.#pumpWaits || this.#phase !== 'open') return;
    this.#pumpWaits = true;
    // Not in this turn: the caller's transaction may still be open, and a person's call goes first.
    setImmediate(() => { this.#pumpWaits = false; this.#pump(); });
  }

  /** Stops running jobs, waits so long for them and puts the others back, uncounted. Nothing is written after it. */
  close(patienceMs = 3_000): Promise<void> { return this.#closed ??= this.#close(patienceMs); }

  async #close(patienceMs: number): Promise<void> {
    this.#phase = 'closing';
    clearTimeout(this.#timer);
    clearTimeout(this.#resting);
    for (const run of this.#runs) { run.stop.abort(); if (run.outcome) this.#settle(run); }
    if (this.#runs.size > 0) {
      const late = Promise.withResolvers<void>();
      this.#onSettled = () => { if (this.#runs.size === 0) late.resolve(); };
      const patience = setTimeout(late.resolve, patienceMs);
      await late.promise;
      clearTimeout(patience);
    }
    this.#phase = 'closed';
    if (this.#runs.size === 0) return;
    try {
      this.#store.write(() => { for (const { row } of this.#runs) if (this.#jobs.isRunning(row.id, row.attempts)) this.#jobs.release(row.id); });
    } catch (error) { this.#options.onFault?.(error); } // the next start takes them for crashed
  }

  /** Takes up what an earlier run of the app left; once. */
  #takeUp(): void {
    if (this.#takenUp) return;
    this.#store.write(() => {
      for (const row of this.#jobs.running()) this.#recordFailure(row, CRASHED);
      for (const { kind: name, lane } of this.#jobs.queuedKinds()) {
        const kind = this.#kinds.get(name);
        if (!kind) this.#jobs.failKind(name, UNKNOWN_KIND, this.#now());
        else if (kind.lane !== lane) this.#jobs.moveLane(name, kind.lane);
      }
      // What waits longer than any pause lasts was put off by a clock that has been set back since.
      this.#jobs.promoteBeyond(isoFrom(this.#options.clock.now() + LONGEST_PAUSE_MS));
      this.#jobs.prune(this.#options.kept ?? 200);
    });
    this.#takenUp = true;
  }

  /** Begins what may begin now, and sets the timer for what may begin later. */
  #pump(): void {
    if (this.#phase !== 'open') return;
    clearTimeout(this.#timer);
    try {
      this.#takeUp();
      for (const run of this.#runs) if (run.outcome) this.#settle(run, true);
      const due = this.#jobs.nextDue();
      if (due !== undefined && due <= this.#now()) this.#store.write(() => this.#jobs.promote(this.#now()));
      const free = this.#freeLanes();
      if (free.length > 0) {
        const claimed = this.#write(() => free.flatMap(([lane, places]) => this.#claim(lane, places)));
        for (const row of claimed) void this.#begin(row);
      }
      const next = this.#jobs.nextDue();
      if (next !== undefined) this.#wakeIn(Date.parse(next) - this.#options.clock.now());
    } catch (error) {
      this.#options.onFault?.(error);
      this.#wakeIn(DISK_REST_MS);
    }
  }

  /** Lanes with places and work for them. */
  #freeLanes(): [lane: string, places: number][] {
    const held: string[] = [];
    const free = Object.entries(this.#options.lanes).flatMap(([name, lane]) => {
      let busy = 0;
      for (const { row } of this.#runs) if (row.lane === name) busy++;
      const places = lane.concurrency - busy;
      if (places <= 0 || !this.#jobs.hasReady(name)) return [];
      if (!lane.paused?.()) return [[name, places] as [string, number]];
      held.push(name);
      return [];
    });
    if (held.join() !== this.#held) {
      this.#held = held.join();
      this.#options.onHeld?.();
    }
    return free;
  }

  #claim(lane: string, places: number): JobRow[] {
    const begun = (this.#begun.get(lane) ?? 0) + 1;
    const row = places > 0 ? this.#jobs.claim(lane, begun % OLDEST_EVERY === 0) : undefined;
    if (!row) return [];
    this.#begun.set(lane, begun);
    return [row, ...this.#claim(lane, places - 1)];
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.resume(), Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  async #begin(row: JobRow): Promise<void> {
    const kind = this.#kinds.get(row.kind) as JobKind; // unknown ones were failed at the start
    const run: Run = { row, kind, stop: new AbortController(), progress: null };
    this.#runs.add(run);
    this.#tell(row.id);
    const shown = throttle(PROGRESS_EVERY_MS, () => this.#tell(row.id));
    run.outcome = await this.#outcomeOf(run, shown.call);
    shown.stop();
    if (this.#phase !== 'closed') this.#settle(run);
  }

  async #outcomeOf(run: Run, show: () => void): Promise<Outcome> {
    const { row, kind, stop } = run;
    const progress = (share: number, says: string): void => {
      if (run.outcome || stop.signal.aborted) return;
      run.progress = { share: Math.min(1, Math.max(0, share || 0)), says };
      show();
    };
    try {
      const input = kind.input.safeParse(JSON.parse(row.input));
      if (!input.success) return { failure: OUTDATED_INPUT };
      return { commit: await kind.run(input.data, { jobId: row.id, sessionId: row.sessionId, attempt: row.attempts, signal: stop.signal, progress }) };
    } catch (error) { return { failure: this.#explain(error, stop.signal) }; }
  }

  #explain(error: unknown, signal?: AbortSignal): JobFailure {
    const failure = failureOf(error, this.#options.explain ?? (() => undefined));
    if (failure === UNEXPECTED && !signal?.aborted) this.#options.onFault?.(error);
    return failure;
  }

  /** Writes how a run ended. What the disk refuses is kept, with its place in the lane, until the disk takes it. @throws only if asked to */
  #settle(run: Run, orThrow = false): void {
    try {
      this.#write(() => this.#record(run));
    } catch (error) {
      if (run.outcome && 'commit' in run.outcome && !(error instanceof EngineError && error.code.startsWith('STORAGE_'))) {
        run.outcome = { failure: this.#explain(error) }; // the results have a fault of their own, the disk has none
        return this.#settle(run, orThrow);
      }
      if (orThrow) throw error;
      this.#options.onFault?.(error);
      if (this.#phase === 'open') this.#wakeIn(DISK_REST_MS);
      return;
    }
    this.#runs.delete(run);
    this.#tell(run.row.id);
    this.#onSettled?.();
    this.#resumeRested();
  }

  #write<Result>(work: () => Result): Result {
    const begun = performance.now();
    try { return this.#store.write(work); } finally { this.#writingMs += performance.now() - begun; }
  }

  /** After a rest, if writes have been slow. Who has just added a job does not wait for that. */
  #resumeRested(): void {
    if (!this.#options.gentle || this.#writingMs < SLOW_WRITES_MS || this.#phase !== 'open') return this.resume();
    this.#resting ??= setTimeout(() => { this.#resting = undefined; this.resume(); }, Math.min(LONGEST_REST_MS, this.#writingMs * 2)).unref();
    this.#writingMs = 0;
  }

  #record({ row, stop, outcome }: Run): void {
    if (!outcome || !this.#jobs.isRunning(row.id, row.attempts)) return;
    if ('commit' in outcome) {
      const written: unknown = outcome.commit();
      if (written instanceof Promise) { written.catch(() => {}); throw new JobError(ASYNC_COMMIT); }
      this.#jobs.done(row.id, this.#now());
      if (++this.#ended % PRUNE_EVERY === 0) this.#jobs.prune(this.#options.kept ?? 200);
    } else if (stop.signal.aborted) this.#jobs.release(row.id);
    else this.#recordFailure(row, outcome.failure);
  }

  #recordFailure(row: JobRow, failure: JobFailure): void {
    const kind = this.#kinds.get(row.kind);
    if (!kind || !failure.retryable || row.attempts >= kind.attempts) this.#jobs.fail(row.id, kind ? failure : UNKNOWN_KIND, this.#now());
    else this.#jobs.retry(row.id, failure, isoFrom(this.#options.clock.now() + retryDelay(kind.backoff, row.attempts, this.#options.rng, failure.retryAfterMs)));
  }

  /** Their rows are ended or gone; runs of them are asked to stop. */
  #letGo(ids: readonly string[]): void {
    for (const id of ids) this.#tell(id);
    for (const run of this.#runs) if (ids.includes(run.row.id)) run.stop.abort();
  }

  /** One event a job for everything of this turn; by then the transaction is over. */
  #tell(id: string): void {
    if (!this.#options.onChange) return;
    if (this.#changed.size === 0) queueMicrotask(() => {
      const ids = [...this.#changed];
      this.#changed.clear();
      if (this.#phase === 'closed') return;
      for (const changed of ids) try { this.#options.onChange?.(changed, this.get(changed)); } catch (error) { this.#options.onFault?.(error); }
    });
    this.#changed.add(id);
  }

  /** A title that a kind cannot make must not cost the caller's transaction. */
  #titleOf(kind: JobKind, input: unknown): string {
    try { return kind.title(input); } catch (error) { this.#options.onFault?.(error); return UNTITLED; }
  }

  #view(row: JobRow): JobView {
    const { id, kind, title, state, key, sessionId, attempts, runAfter, createdAt, endedAt, errorCode, errorSays } = row;
    let progress: JobProgress | null = null;
    if (state === 'running') for (const run of this.#runs) if (run.row.id === id) progress = run.progress;
    return { id, kind, title, state, key, sessionId, attempts, runAfter, createdAt, endedAt, error: errorCode === null ? null : { code: errorCode, says: errorSays ?? '' }, progress, waits: this.#waits(row) };
  }

  #waits({ state, runAfter, attempts, lane }: JobRow): Job['waits'] {
    if (state !== 'queued') return null;
    if (runAfter !== null && runAfter > this.#now()) return attempts > 0 ? 'retry' : 'later';
    return this.#options.lanes[lane]?.paused?.() ? 'answering' : 'turn';
  }

  #now(): string { return isoFrom(this.#options.clock.now()); }
}
