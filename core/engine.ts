import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient, EventPublisher, implement } from '@orpc/server';
import type { AppEvent, AppStatus, Notice } from './contract/app.ts';
import { EngineError } from './contract/errors.ts';
import { contract, contractWithTestMode, type EngineClient } from './contract/index.ts';
import type { Lane, Switch } from './contract/models.ts';
import { loadCoach } from './coach/index.ts';
import { failureInterceptor } from './failure-mapping.ts';
import { createInference } from './inference/index.ts';
import type { InferenceProcessLauncher } from './inference/providers/llama/inference-process.ts';
import type { SecretStore } from './inference/secrets.ts';
import { InferenceError } from './inference/inference-error.ts';
import { createInterview } from './interview/index.ts';
import { createJobs, createTestJobs, type JobFailure } from './jobs/index.ts';
import { createMemory } from './memory/index.ts';
import { createModels } from './models/index.ts';
import { createPrompts } from './prompts/index.ts';
import { createSettings } from './settings/index.ts';
import { countingIds, isoFrom, seededRng, SettableClock, systemClock, systemIds, systemRng, type Clock, type Ids } from './sources.ts';
import { claimDataFolder } from './storage/data-folder.ts';
import { recoveryNotice } from './storage/recovery-notice.ts';
import { openStore } from './storage/open-store.ts';
import { listSnapshots, takeSnapshotInBackground } from './storage/snapshot.ts';
import { TestFaults } from './storage/test-faults.ts';

export { defaultDataDir } from './data-dir.ts';
export { environmentWithoutKeys, type InferenceProcess, type InferenceProcessLauncher } from './inference/providers/llama/inference-process.ts';
export type { SecretStore } from './inference/secrets.ts';

export interface EngineOptions {
  dataDir: string;
  shell: 'electron' | 'loopback' | 'none';
  version: string;
  /** The folder that holds `packs/`, `prompts/` and `models/`. */
  resourcesDir: string;
  /** Packs from another folder; by default `ROLE_ACCEL_PACKS_DIR`, or the ones that came with the app. */
  packsDir?: string;
  /** Prompts from another folder; by default `ROLE_ACCEL_PROMPTS_DIR`, or the ones that came with the app. */
  promptsDir?: string;
  /** Providers and lanes from these files instead of the app's and the person's own. */
  providersFile?: string | undefined;
  lanesFile?: string | undefined;
  /** Where the shell keeps keys; by default nowhere, so that they last until the app is closed. */
  secrets?: SecretStore;
  /** How the shell starts the process that runs llama.cpp; by default a fork. */
  inferenceProcess?: InferenceProcessLauncher;
  clock?: Clock;
  ids?: Ids;
  /** Free disk in bytes, for tests of the floor. */
  freeBytes?: () => number;
  /** Adds the `testMode` calls: a settable clock, counted ids, faults. A shell must not offer this in a packaged app. */
  testMode?: { seed: number };
  /** Told when a window asks the app to quit. */
  onQuitAsked?: () => void;
  /** Told of failures nobody expected; must not log personal text. */
  onUnexpected?: (reportId: string, error: unknown) => void;
}

export type Engine = Awaited<ReturnType<typeof createEngine>>;

const DAY_MS = 86_400_000;
/** The first time some minutes after the start, when the person has begun. */
const ARCHIVE_EVERY_MS = 600_000;
const IDS_PER_START = 1_000_000;
/** After these, a model may answer that did not before. */
const ABOUT_MODELS: ReadonlySet<AppEvent['type']> = new Set(['routing-changed', 'models-changed', 'network-changed']);

/**
 * Starts the one engine of a data folder: claims it, opens (and if need be recovers and migrates) the database, loads coach and packs.
 * @throws EngineError STORAGE_IN_USE, STORAGE_FROM_FUTURE, STORAGE_UNUSABLE
 */
export async function createEngine(options: EngineOptions) {
  const testClock = options.testMode ? new SettableClock(Date.now()) : undefined;
  const clock = options.clock ?? testClock ?? systemClock;
  const now = (): string => isoFrom(clock.now());
  const startedAt = now();
  const folder = claimDataFolder(options.dataDir);
  const ids = options.ids ?? (options.testMode ? countingIds(IDS_PER_START * countStart(folder.path)) : systemIds(clock));
  const opened = (() => {
    try { return openStore(folder, now, options.freeBytes); } catch (error) { folder.release(); throw error; }
  })();
  const { store } = opened;
  const packsDir = options.packsDir ?? process.env['ROLE_ACCEL_PACKS_DIR'] ?? join(options.resourcesDir, 'packs');

  const report = options.onUnexpected ?? ((reportId: string, error: unknown) => console.error(`report ${reportId}: ${error instanceof Error ? error.stack : String(error)}`));
  const events = new EventPublisher<{ event: AppEvent }>();
  const publish = (type: AppEvent['type']): void => events.publish('event', { type });
  const closing = new AbortController();
  // One cause often changes several connections; windows read everything anew for each event, so one a turn of the loop is enough.
  const waiting = new Set<AppEvent['type']>();
  const publishSoon = (type: AppEvent['type']): void => {
    if (waiting.has(type)) return;
    waiting.add(type);
    setImmediate(() => {
      waiting.delete(type);
      publish(type);
      if (ABOUT_MODELS.has(type) && !closing.signal.aborted) memory.modelsChanged();
    });
  };
  const coach = loadCoach({ tableFile: join(options.resourcesDir, 'models/embedder/related-words.rae'), languageDir: join(packsDir, 'language') });
  const inference = createInference({
    store, folder, clock, ids, rng: options.testMode ? seededRng(options.testMode.seed) : systemRng, modelsDir: join(options.resourcesDir, 'models'),
    providersFile: options.providersFile, lanesFile: options.lanesFile, secrets: options.secrets, inferenceProcess: options.inferenceProcess,
    onUnexpected: (error) => report(ids.next('report'), error), onSetAside: tellSetAside,
    onBudgetAlert: ({ lane, month, threshold }) => addNotice({
      tone: threshold === 100 ? 'warn' : 'note', title: threshold === 100 ? 'The budget of this month is used up' : `${threshold} % of this month's budget is used`,
      text: `Lane ${lane}, ${month}. ${threshold === 100 ? 'Free providers and the built-in coach go on; you can raise the limit under Settings, Routing.' : 'You see and set the limit under Settings, Routing.'}`,
    }),
    routingChanged: () => publishSoon('routing-changed'), modelsChanged: () => publishSoon('models-changed'), networkChanged: () => publishSoon('network-changed'),
  });
  const jobs = createJobs({
    store, clock, ids, rng: options.testMode ? seededRng(options.testMode.seed) : systemRng,
    lanes: { cpu: { concurrency: 1 }, model: { concurrency: 2, paused: () => inference.router.answeringHere() } },
    explain: explainJobFailure, onFault: (error) => report(ids.next('report'), error), changed: () => { memory.jobsChanged(); publishSoon('jobs-changed'); },
  });
  const stopResuming = inference.router.onAnsweredHere(() => jobs.queue.resume());
  const laneTokens = (lane: Lane): number => inference.config.lanes().lanes[lane].contextTokens;
  const prompts = createPrompts({
    store, clock, appDir: options.promptsDir ?? process.env['ROLE_ACCEL_PROMPTS_DIR'] ?? join(options.resourcesDir, 'prompts'), ownDir: join(folder.path, 'prompts'), laneTokens, watch: true, onSetAside: tellSetAside,
  });
  prompts.registry.onChange(() => publishSoon('prompts-changed'));
  const models = createModels({
    config: inference.config, keys: inference.keys, secrets: inference.secrets, pool: inference.pool, router: inference.router, door: inference.door, local: inference.local,
    prompts: prompts.registry, clock, routingChanged: () => publishSoon('routing-changed'), networkChanged: () => publishSoon('network-changed'),
  });
  const memory = createMemory({
    store, clock, ids, table: coach.table, embedding: inference.router, queue: jobs.queue, answering: inference.router,
    changed: () => publishSoon('memory-changed'), titleOf: (sessionId) => interview.titleOf(sessionId), interviewsToRead: () => interview.toRead(),
    onFault: (error) => report(ids.next('report'), error),
  });
  const interview = await createInterview({
    queue: jobs.queue, memory: memory.memory, store, coach, clock, ids, packsDir, cacheDir: join(folder.path, 'cache'), prompts: prompts.registry, inference: inference.router,
    onFault: (error) => report(ids.next('report'), error),
    packsChanged: () => publish('packs-changed'), historyChanged: () => publish('history-changed'),
  });
  const settings = createSettings({
    store, folder, clock, ids, settingsChanged: () => publish('settings-changed'),
    elsewhere: () => ({ prompt_files: prompts.registry.ownFiles() }),
    deleteElsewhere: async () => {
      jobs.queue.forgetPerson();
      memory.forgetPerson();
      const speakAgain = interview.forgetPerson();
      // The database is emptied as soon as this is done, before anything else of the loop.
      try { return [...await inference.forgetPerson(), ...prompts.registry.forgetPerson()]; } finally { setImmediate(speakAgain); }
    },
    dataReplaced: () => {
      // The lock is written among the settings, which may just have been emptied; what holds goes on holding.
      inference.door.setLocked(inference.door.state().offlineLock);
      prompts.registry.dataReplaced();
      interview.dataReplaced();
      memory.dataReplaced();
      interview.readLater();
      for (const type of ['history-changed', 'settings-changed', 'notices-changed', 'routing-changed', 'models-changed', 'network-changed', 'prompts-changed', 'jobs-changed', 'memory-changed'] as const) publish(type);
    },
  });
  const addNotice = (notice: Omit<Notice, 'id' | 'at'>): void => {
    settings.settings.addNotice({ id: ids.next('notice'), at: now(), ...notice });
    publish('notices-changed');
  };
  function tellSetAside({ file, aside }: { file: string; aside: string }): void {
    // What was saved is saved, whether or not there is room for a notice.
    try { addNotice({ tone: 'warn', title: `${file} was written anew`, text: `It could not be read. What stood in it is kept in ${aside}.` }); } catch (error) { report(ids.next('report'), error); }
  }
  if (opened.recovery) {
    const notice = recoveryNotice(opened.recovery, store);
    // Its setting may be older than what was lost; nothing may leave by that.
    inference.door.setLocked(true);
    addNotice({ ...notice, text: `${notice.text} The Offline lock is on until you turn it off.` });
  }

  const faults = options.testMode ? new TestFaults() : undefined;
  const testJobs = options.testMode ? createTestJobs() : undefined;
  store.faults = faults;
  let inFlight = 0;

  /** Of the lanes on which a person is answered: who reads in the background is told where that is shown. */
  const lastSwitch = (): Switch | null => [inference.router.lastSwitch('interactive-deep'), inference.router.lastSwitch('interactive-light')].reduce((newest, one) => (one && (!newest || one.at > newest.at) ? one : newest), null);

  /** An embedder's id begins with its connection's. */
  const comparing = (): AppStatus['comparing'] => {
    const away = inference.door.state().offlineLock ? undefined : memory.comparingAway();
    return away ? { name: away.name, host: inference.pool.host(away.embedderId.split('/')[0] ?? '') } : null;
  };

  const os = implement(contract);
  const appRouter = os.app.router({
    status: os.app.status.handler(() => ({
      version: options.version, shell: options.shell, dataFolder: folder.path, startedAt, testMode: options.testMode !== undefined,
      answering: inference.router.answering('interactive-deep'), comparing: comparing(), offlineLock: inference.door.state().offlineLock, lastSwitch: lastSwitch(), notices: settings.settings.notices(),
    })),
    events: os.app.events.handler(async function* ({ signal }) {
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      try {
        for await (const event of events.subscribe('event', { signal: either })) yield event;
      } catch (error) {
        if (!either.aborted) throw error;
      }
      if (closing.signal.aborted) yield { type: 'closing' as const };
    }),
    dismissNotice: os.app.dismissNotice.handler(({ input }) => { settings.settings.dismissNotice(input.id); publish('notices-changed'); return {}; }),
    quit: os.app.quit.handler(() => { setImmediate(() => options.onQuitAsked?.()); return {}; }),
  });
  const testOs = implement(contractWithTestMode);
  const router = {
    app: appRouter, interview: interview.router, jobs: jobs.router, memory: memory.router, models: models.router, prompts: prompts.router, settings: settings.router,
    ...(faults && testClock && testJobs ? {
      testMode: testOs.testMode.router({
        setClock: testOs.testMode.setClock.handler(({ input }) => {
          if ('now' in input) testClock.set(input.now); else testClock.advance(input.advanceMs);
          return { now: now() };
        }),
        addJob: testOs.testMode.addJob.handler(({ input: { work, sessionId, delayMs } }) => ({
          jobId: jobs.queue.add(testJobs[work.lane], work, { ...(sessionId ? { sessionId } : {}), ...(delayMs ? { delayMs } : {}) }).id,
        })),
        setFault: testOs.testMode.setFault.handler(({ input }) => { faults.set(input); return {}; }),
      }),
    } : {}),
  };

  const refuseWhenClosing = async ({ next }: { next: () => Promise<unknown> }) => {
    if (closing.signal.aborted) throw new EngineError('ENGINE_CLOSING');
    inFlight++;
    try { return await next(); } finally { inFlight--; }
  };
  const clientInterceptors = [failureInterceptor(report, () => ids.next('report')), refuseWhenClosing];

  const dailySnapshot = setTimeout(() => void snapshotIfDue(), 5_000);
  dailySnapshot.unref();
  async function snapshotIfDue(): Promise<void> {
    const newest = listSnapshots(folder)[0];
    if (newest && clock.now() - Date.parse(newest.at) < DAY_MS) return;
    await takeSnapshotInBackground(store.sql, folder, now(), 'daily').catch((error: unknown) => { if (!closing.signal.aborted) report(ids.next('report'), error); });
  }

  jobs.queue.start([...memory.jobs, ...interview.jobs, ...(testJobs ? Object.values(testJobs) : [])]);

  /** A disk that refuses must not keep the app from opening, nor end it; it is done at the next start, or the next time. */
  const orLater = (work: () => void): void => { try { work(); } catch (error) { report(ids.next('report'), error); } };
  orLater(() => interview.readLater());
  const archiving = setInterval(() => orLater(() => interview.archiveOld()), ARCHIVE_EVERY_MS);
  archiving.unref();

  let closed: Promise<void> | undefined;
  return {
    router,
    /** Every transport passes these to its handler: failures become the catalogue's, and closing is respected. */
    clientInterceptors,
    /** The same calls without a transport, for scripts and tests in this process. */
    client: createRouterClient(router, { interceptors: clientInterceptors as never[] }) as unknown as EngineClient,
    store, clock: testClock ?? clock,
    /** The machinery behind models, for scripts, benches and tests. */
    inference,
    prompts: prompts.registry,
    jobs: jobs.queue,
    /** Lets running calls finish, stops streams, closes the database and gives the folder back. Safe to call twice. */
    close(): Promise<void> {
      closed ??= (async () => {
        closing.abort();
        clearTimeout(dailySnapshot);
        clearInterval(archiving);
        const patience = Date.now() + 3_000;
        while (inFlight > 0 && Date.now() < patience) await new Promise((resume) => setTimeout(resume, 10));
        stopResuming();
        memory.close();
        await jobs.close();
        await interview.close();
        models.close();
        await prompts.registry.close();
        await inference.close();
        settings.close();
        store.close();
        folder.release();
      })();
      return closed;
    },
  };
}

/** What a failed call to a model means for the work that needed it. */
function explainJobFailure(error: unknown): JobFailure | undefined {
  if (!(error instanceof InferenceError)) return undefined;
  return { code: error.fault, says: error.says, retryable: error.retryable, retryAfterMs: error.retryAfterMs };
}

/** How often this folder was opened in test mode before, so that counted ids stay unique over restarts. */
function countStart(folder: string): number {
  const file = join(folder, 'test-mode-starts');
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  writeFileSync(file, String(before + 1));
  return before;
}

/** The version in a package.json beside the resources. */
export function readVersion(resourcesDir: string): string {
  return (JSON.parse(readFileSync(join(resourcesDir, 'package.json'), 'utf8')) as { version: string }).version;
}
