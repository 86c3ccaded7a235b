import { setMaxListeners } from 'node:events';
import { LANES, type BreakerView, type Lane, type LaneView, type Switch } from '../contract/models.ts';
import type { Clock, Rng } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { AnswerCacheRepository } from './answer-cache-repository.ts';
import { BudgetRepository } from './budget-repository.ts';
import { embeddersOf, embedOnLane } from './embedding-calls.ts';
import { callLane, type FailoverOptions } from './failover.ts';
import { InferenceError } from './inference-error.ts';
import type { Inference, LaneEvent } from './inference.ts';
import { answeringOn, viewLane } from './lane-view.ts';
import type { LanguageModel } from './language-model.ts';
import { Budget, type BudgetAlert } from './middleware/budget.ts';
import { AnswerCache, ANSWERS_KEPT } from './middleware/cache.ts';
import type { ModelsConfig } from './models-config.ts';
import type { ProviderPool } from './provider-definition.ts';
import { RouteTable } from './route-table.ts';
import { SwitchLog } from './switch-log.ts';
import { TokenCounts } from './token-counts.ts';

export interface RouterOptions {
  config: ModelsConfig; pool: ProviderPool; store: Store; clock: Clock; rng: Rng; telemetry: Telemetry;
  /** Told once when another provider than before answers on a lane because of a fault, a limit or the lock. */
  onSwitch?: ((change: Switch) => void) | undefined;
  /** Told once per threshold, lane and month. */
  onAlert?: ((alert: BudgetAlert) => void) | undefined;
  /** Routes, breakers, budgets or who answers may look different now. */
  onChange: () => void;
  onUnexpected?: ((error: unknown) => void) | undefined;
  /** Milliseconds of a clock that never jumps, for durations. */
  monotonic?: (() => number) | undefined;
}

/** `Inference`, and what the settings screens see of it. */
export interface Router extends Inference {
  routing(): LaneView[];
  breaker(providerId: string): BreakerView;
  /** Lets the provider be tried at the next call; also to be told when its key has changed. */
  resetBreaker(providerId: string): void;
  /** Ends the calls that are running and waits for their end, for the person is about to delete what they are about. Later ones go on as ever. */
  endCalls(): Promise<void>;
  /** To be told when the person's data is deleted, so that nothing of before is written again. */
  forget(): void;
  /** Ends running calls and writes what is buffered; the store must still be open. */
  close(): Promise<void>;
}

/** Calls that do not end when they are cancelled are waited for no longer than this. */
const END_PATIENCE_MS = 1_000;
/** The share of a small context that an answer may take. */
const OUTPUT_SHARE = 0.5;

/** Chooses who serves each call of each lane, and goes on with the next one when somebody fails. */
export function createRouter({ config, pool, store, clock, rng, telemetry, onSwitch, onAlert, onChange, onUnexpected, monotonic = () => performance.now() }: RouterOptions): Router {
  const budget = new Budget({ repository: new BudgetRepository(store), clock, onChange, onAlert: tellAlert });
  const cache = new AnswerCache(new AnswerCacheRepository(store, ANSWERS_KEPT), clock);
  const switches = new SwitchLog(clock, (change) => { onSwitch?.(change); onChange(); });
  const table = new RouteTable({ config, pool, budget, clock, rng, onChange });
  const tokens = new TokenCounts({ pool, table });
  const failover: FailoverOptions = { config, pool, table, budget, cache, telemetry, switches, monotonic, onUnexpected: onUnexpected ?? (() => {}) };
  const views = { config, pool, table, budget, switches };
  const stopListening = config.onChange(() => { table.connectionsChanged(); onChange(); });
  let closed = false;
  /** Ends the calls that run now. */
  let ending = manyFollow();
  let running = 0;
  /** Calls that a person waits for and a model in this machine answers. */
  let answering = 0;
  const answered = new Set<() => void>();
  let allDone = (): void => {};

  async function* stream(call: Parameters<Inference['stream']>[0], signal: AbortSignal): AsyncGenerator<LaneEvent, void, undefined> {
    const link = linked(signal, ending.signal);
    running++;
    let here = false;
    const setHere = (now: boolean): void => {
      if (now === here) return;
      here = now;
      answering += now ? 1 : -1;
      if (answering === 0) for (const listener of answered) listener();
    };
    try {
      for await (const event of callLane(failover, call, link.signal)) {
        if (event.type === 'attempt') setHere(call.lane.startsWith('interactive') && event.place === 'here');
        yield event;
      }
    } finally {
      link.unlink();
      setHere(false);
      if (--running === 0) allDone();
    }
  }

  return {
    ready: (lane) => table.firstReady(lane) !== undefined,
    answering: (lane) => answeringOn(lane, views),
    contextTokens(lane) {
      const { contextTokens, maxOutputTokens } = table.lane(lane);
      const total = Math.min(contextTokens, ...contextsOf(lane));
      return { total, output: Math.min(maxOutputTokens, Math.floor(total * OUTPUT_SHARE)) };
    },
    stream,
    async generate(call, signal) {
      let end: Extract<LaneEvent, { type: 'end' }> | undefined;
      for await (const event of stream(call, signal)) if (event.type === 'end') end = event;
      return end;
    },
    async embed(texts, signal, only) {
      const link = linked(signal, ending.signal);
      running++;
      try { return await embedOnLane(failover, texts, link.signal, only); } finally {
        link.unlink();
        if (--running === 0) allDone();
      }
    },
    embedders: () => embeddersOf(failover),
    warm(lane) {
      for (const route of table.shown(lane)) {
        const { state } = table.state(lane, route);
        if (state !== 'ready' && state !== 'loading') continue;
        pool.warm(route.connection.id);
        if (state === 'ready') return;
      }
    },
    async readAhead({ lane, sessionId }, beginning, signal) {
      const model = closed ? undefined : readerOf(lane, sessionId);
      if (!model?.readAhead) return false;
      const link = linked(signal, ending.signal);
      running++;
      try {
        const messages = await beginning(link.signal);
        if (!messages || link.signal.aborted) return false;
        // Gone, aborted or unloaded meanwhile: the next call reads by itself.
        return await model.readAhead({ messages, conversationId: sessionId }, link.signal).catch((error: unknown) => { if (!(error instanceof InferenceError)) onUnexpected?.(error); return false; });
      } finally {
        link.unlink();
        if (--running === 0) allDone();
      }
    },
    lastSwitch: (lane) => switches.last(lane),
    countTokens: (lane, texts) => tokens.count(lane, texts),
    answeringHere: () => answering > 0,
    onAnsweredHere(listener) { answered.add(listener); return () => { answered.delete(listener); }; },
    routing: () => LANES.map((lane) => viewLane(lane, views)),
    breaker: (providerId) => table.breakerView(providerId),
    resetBreaker(providerId) { table.resetBreakers(providerId); onChange(); },
    endCalls,
    forget() { budget.forget(); cache.forget(); tokens.forget(); onChange(); },
    async close() {
      closed = true;
      stopListening();
      await endCalls();
      table.close();
      budget.close();
      cache.flush();
    },
  };

  /** A notice that a full disk refuses must not cost the answer it is about. */
  function tellAlert(alert: BudgetAlert): void {
    try { onAlert?.(alert); } catch (error) { onUnexpected?.(error); }
    onChange();
  }

  async function endCalls(): Promise<void> {
    ending.abort();
    if (!closed) ending = manyFollow();
    if (running > 0) await Promise.race([new Promise<void>((resolve) => { allDone = resolve; }), new Promise<void>((resolve) => { setTimeout(resolve, END_PATIENCE_MS).unref(); })]);
  }

  /** Who would be asked first now; undefined unless it is ready. */
  function readerOf(lane: Lane, sessionId: string): LanguageModel | undefined {
    if (lane === 'embedding') return undefined;
    const route = table.order(lane, sessionId).find((one) => table.wouldBeTried(lane, table.state(lane, one).state));
    if (!route || table.state(lane, route).state !== 'ready') return undefined;
    const { connection, model } = route;
    try { return pool.languageModel(connection.id, model === null || model === connection.model ? undefined : model); } catch { return undefined; }
  }

  /** Of everybody who may have to go on: a prompt made for the first one alone would not fit the model here that takes over. */
  function contextsOf(lane: Lane): number[] {
    if (lane === 'embedding') return [];
    return table.shown(lane).filter((route) => table.wouldBeTried(lane, table.state(lane, route).state)).flatMap(({ connection, model }) => {
      try { return pool.languageModel(connection.id, model === null || model === connection.model ? undefined : model).capabilities.contextTokens ?? []; } catch { return []; }
    });
  }
}

/** For a signal that every running call follows. */
function manyFollow(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** A signal that follows two others and can be let go, so that a long-lived one does not gather listeners. */
function linked(one: AbortSignal, other: AbortSignal): { signal: AbortSignal; unlink: () => void } {
  const both = new AbortController();
  const abort = (): void => both.abort();
  if (one.aborted || other.aborted) abort();
  one.addEventListener('abort', abort, { once: true });
  other.addEventListener('abort', abort, { once: true });
  return { signal: both.signal, unlink: () => { one.removeEventListener('abort', abort); other.removeEventListener('abort', abort); } };
}
