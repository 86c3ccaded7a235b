import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../contract/errors.ts';
import type { Download } from '../../contract/models.ts';
import type { CatalogueModel } from '../models-config.ts';
import { appWasClosed, problemOfError, problemOfHub } from './download-problem.ts';
import type { DownloadRepository, StoredDownload } from './download-repository.ts';
import { DownloadRun, type DownloadOptions, type Fetched } from './download-run.ts';
import { hubUrl, type HubClient } from './hub-client.ts';
import { HUB_FAULTS, HubError } from './hub-error.ts';
import { bytesOf } from './part-file.ts';
import { safeFileName } from './model-names.ts';
import { TransferRate } from './transfer-rate.ts';

/** What the queue needs of the rest. */
export interface DownloadQueueParts {
  repository: DownloadRepository;
  hub: HubClient;
  options: DownloadOptions;
  /** Of finished files; partial ones lie in `partial/` inside. */
  folder: string;
  freeBytes: () => number;
  now: () => string;
  /** Where the hub is now: the mirror, if there is one. */
  base: () => string;
  /** Undefined when the catalogue has no such model any more. */
  model: (modelId: string) => CatalogueModel | undefined;
  /** Makes a whole and checked file usable: reads its header, moves it, writes it down, in one transaction with `forget`. */
  install: (model: CatalogueModel, fetched: Fetched, url: string, forget: () => void) => Promise<void>;
  /** A download began, stopped or ended. */
  onChange: () => void;
}

/** A download in this run of the app. */
interface Entry { stored: StoredDownload; name: string; /** The host it comes from now. */ from: string; received: number; rate: TransferRate; stop: AbortController | undefined; settled: Promise<void> }

const PAUSED = Symbol('paused');
const MOVES_EVERY_MS = 250;

/** Downloads, one at a time, each able to go on after any interruption. */
export class DownloadQueue {
  readonly #parts: DownloadQueueParts;
  readonly #entries = new Map<string, Entry>();
  readonly #waiters = new Set<() => void>();
  /** Ends when everything asked for so far has ended; also a run that was just paused and still writes its last bytes. */
  #tail: Promise<void> = Promise.resolve();
  #version = 0;
  #closed = false;

  /** What ran when the app ended stands still until it is asked for. */
  constructor(parts: DownloadQueueParts) {
    this.#parts = parts;
    for (const stored of parts.repository.all()) {
      const name = parts.model(stored.modelId)?.name ?? stored.modelId;
      if (stored.state !== 'paused' && stored.state !== 'failed') {
        Object.assign(stored, { state: 'paused', problem: appWasClosed(name, bytesOf(stored.chunks), parts.now()) });
      }
      this.#entries.set(stored.modelId, entryOf(stored, name, stored.url));
    }
    this.#removeOrphans();
  }

  list(): Download[] { return [...this.#entries.values()].map((entry) => this.#view(entry)); }
  get(modelId: string): Download | undefined {
    const entry = this.#entries.get(modelId);
    return entry && this.#view(entry);
  }

  /** Starts or resumes; waits its turn behind another. */
  start(model: CatalogueModel): Download {
    const known = this.#entries.get(model.id);
    if (known?.stop) return this.#view(known);
    const url = this.#url(model);
    const before = known?.stored.state === 'done' ? undefined : known?.stored;
    const stored: StoredDownload = { ...(before ?? { modelId: model.id, url, totalBytes: null, sha256: null, etag: null, chunks: [], startedAt: this.#parts.now() }), state: 'waiting', problem: null };
    this.#parts.repository.save(stored);
    const entry = entryOf(stored, model.name, url);
    const { signal } = (entry.stop = new AbortController());
    this.#entries.delete(model.id);
    this.#entries.set(model.id, entry);
    const turn = this.#tail;
    entry.settled = Promise.race([turn, aborted(signal)]).then(() => this.#run(entry, signal));
    this.#tail = Promise.all([turn, entry.settled]).then(() => {});
    this.#moved(true);
    return this.#view(entry);
  }

  /** Stops at once; what is on disk stays. @throws EngineError MODEL_NOT_FOUND */
  async pause(modelId: string): Promise<Download> {
    const entry = this.#known(modelId);
    entry.stop?.abort(PAUSED);
    await entry.settled;
    return this.#view(entry);
  }

  /** Stops and removes what was downloaded. Returns the bytes freed. */
  async cancel(modelId: string): Promise<number> {
    const entry = this.#entries.get(modelId);
    if (!entry) return 0;
    entry.stop?.abort(PAUSED);
    await entry.settled;
    this.#entries.delete(modelId);
    const file = this.#partFile(modelId);
    const freed = sizeOf(file);
    rmSync(file, { force: true });
    this.#parts.repository.remove(modelId);
    this.#moved(true);
    return freed;
  }

  /** All downloads now, and again whenever they moved, four times a second at most. Ends with the signal. */
  async *watch(signal: AbortSignal): AsyncGenerator<Download[]> {
    for (let seen = -1; !signal.aborted && !this.#closed;) {
      if (seen !== this.#version) {
        seen = this.#version;
        yield this.list();
        await this.#pause(MOVES_EVERY_MS, signal);
      } else await this.#pause(undefined, signal);
    }
  }

  /** Pauses what runs; it is shown as stopped by the end of the app. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#entries.values()) stop?.abort();
    this.#wake();
    await Promise.all([...this.#entries.values()].map(({ settled }) => settled));
  }

  partialBytes(): number { return [...this.#entries.keys()].reduce((sum, modelId) => sum + sizeOf(this.#partFile(modelId)), 0); }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    const { stored } = entry;
    const { repository, hub, options, folder, freeBytes, now, install } = this.#parts;
    const save = (): void => repository.save(stored);
    const set = (state: Download['state'], problem: Download['problem']): void => {
      Object.assign(stored, { state, problem });
      if (state === 'done') repository.remove(stored.modelId);
      else save();
      this.#moved(true);
    };
    // So that the speed shown falls when nothing arrives.
    const tick = setInterval(() => this.#moved(false), 1000);
    try {
      signal.throwIfAborted();
      const model = this.#parts.model(stored.modelId);
      if (!model) throw new EngineError('MODEL_NOT_FOUND', { modelId: stored.modelId });
      const url = this.#url(model);
      const fetched = await new DownloadRun(stored, {
        hub, options, name: entry.name, url, partFile: this.#partFile(stored.modelId), finishedFile: join(folder, safeFileName(model.file)), freeBytes, now, save,
        show: (state, problem) => { if (stored.state !== state || stored.problem !== problem) set(state, problem); },
        progress: (received, arrived) => {
          entry.received = received;
          if (arrived > 0) entry.rate.add(arrived, performance.now());
          this.#moved(false);
        },
      }, signal).run();
      signal.throwIfAborted();
      await install(model, fetched, url, () => repository.remove(stored.modelId));
      entry.received = stored.totalBytes ?? entry.received;
      set('done', null);
    } catch (error) {
      this.#settle(entry, error, signal, set);
    } finally {
      clearInterval(tick);
      entry.stop = undefined;
      entry.rate = new TransferRate();
    }
  }

  /** Where a download that did not finish is left. Never throws: nobody waits for it. */
  #settle(entry: Entry, error: unknown, signal: AbortSignal, set: (state: Download['state'], problem: Download['problem']) => void): void {
    const { stored } = entry;
    const at = this.#parts.now();
    const useless = error instanceof EngineError && (error.code === 'DOWNLOAD_WRONG_BYTES' || error.code === 'MODEL_UNREADABLE');
    if (useless) {
      stored.chunks = [];
      rmSync(this.#partFile(stored.modelId), { force: true });
    }
    entry.received = bytesOf(stored.chunks);
    const of = { name: entry.name, keptBytes: entry.received, host: entry.from };
    try {
      if (signal.aborted) set('paused', signal.reason === PAUSED ? null : appWasClosed(entry.name, of.keptBytes, at));
      else if (error instanceof HubError) set(HUB_FAULTS[error.fault].final ? 'failed' : 'paused', problemOfHub(error, of, at));
      else set(useless ? 'failed' : 'paused', problemOfError(error, of, at));
    } catch (failure) {
      // The disk may refuse even this; the record of the last chunk is enough to go on from.
      Object.assign(stored, { state: 'paused', problem: problemOfError(failure, of, at) });
      this.#moved(true);
    }
  }

  #view({ stored, name, from, received, rate }: Entry): Download {
    const perSecond = stored.state === 'running' ? rate.perSecond(performance.now()) : null;
    return {
      modelId: stored.modelId, name, state: stored.state, receivedBytes: received, totalBytes: stored.totalBytes, bytesPerSecond: perSecond,
      secondsLeft: perSecond !== null && perSecond > 0 && stored.totalBytes !== null ? Math.ceil((stored.totalBytes - received) / perSecond) : null,
      from, problem: stored.problem,
    };
  }

  #known(modelId: string): Entry {
    const entry = this.#entries.get(modelId);
    if (!entry) throw new EngineError('MODEL_NOT_FOUND', { modelId });
    return entry;
  }
  #url(model: CatalogueModel): string { return hubUrl(this.#parts.base(), model); }
  #partFile(modelId: string): string { return join(this.#parts.folder, 'partial', `${modelId}.part`); }

  #moved(state: boolean): void {
    this.#version++;
    this.#wake();
    if (state && !this.#closed) this.#parts.onChange();
  }
  #wake(): void { for (const wake of this.#waiters) wake(); }

  /** Until something moves, or for a time whatever moves; the end of the app and the signal always wake it. */
  #pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => { clearTimeout(timer); signal.removeEventListener('abort', done); this.#waiters.delete(wake); resolve(); };
      const wake = (): void => { if (ms === undefined || this.#closed) done(); };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      this.#waiters.add(wake);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted || this.#closed) done();
    });
  }

  /** Partial files that no record speaks of. */
  #removeOrphans(): void {
    const partial = join(this.#parts.folder, 'partial');
    try {
      mkdirSync(partial, { recursive: true });
      for (const name of readdirSync(partial)) if (name.endsWith('.part') && !this.#entries.has(name.slice(0, -'.part'.length))) rmSync(join(partial, name), { force: true });
    } catch {
      // A folder that cannot be read is met again, with words, when something is downloaded.
    }
  }
}

const entryOf = (stored: StoredDownload, name: string, url: string): Entry =>
  ({ stored, name, from: URL.parse(url)?.host ?? url, received: bytesOf(stored.chunks), rate: new TransferRate(), stop: undefined, settled: Promise.resolve() });
const aborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
