import type { BreakerView, Lane, ProviderView } from '../contract/models.ts';
import type { Clock, Rng } from '../sources.ts';
import type { Budget, BudgetLimits } from './middleware/budget.ts';
import { CircuitBreaker } from './middleware/circuit-breaker.ts';
import { findPrice, type Price } from './middleware/prices.ts';
import { RequestRate } from './middleware/rate-limit.ts';
import { Slots } from './middleware/slots.ts';
import type { Connection, LaneConfig, ModelsConfig } from './models-config.ts';
import type { ProviderPool } from './provider-definition.ts';
import { sentences } from './route-names.ts';
import { chooseArm, heavierArm, orderRoutes, type Route } from './route-policy.ts';

export interface RouteState { state: ProviderView['state']; says: string }
export interface RouteTableOptions { config: ModelsConfig; pool: ProviderPool; budget: Budget; clock: Clock; rng: Rng; onChange: () => void }

/** Waiting longer than this for a timer is not worth its handle. */
const LONGEST_TIMER_MS = 600_000;
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d+)?$/;

/** The routes of each lane as they are now, and what is remembered about each connection: breakers, slots, request rates. */
export class RouteTable {
  readonly #options: RouteTableOptions;
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #slots = new Map<string, Slots>();
  readonly #rates = new Map<string, RequestRate>();
  #connectionsSeen = new Map<string, string>();

  constructor(options: RouteTableOptions) { this.#options = options; this.connectionsChanged(); }

  lane(lane: Lane): LaneConfig { return this.#options.config.lanes().lanes[lane]; }

  /** For one call: with an experiment, its arm for this session comes first. */
  order(lane: Lane, sessionId: string | undefined): Route[] {
    const { experiment } = this.lane(lane);
    return this.#order(lane, experiment ? chooseArm(experiment, sessionId, () => this.#options.rng.next()) : undefined);
  }

  /** For showing: the order of the arm that most calls go to. */
  shown(lane: Lane): Route[] {
    const { experiment } = this.lane(lane);
    return this.#order(lane, experiment ? heavierArm(experiment) : undefined);
  }

  #order(lane: Lane, arm: ReturnType<typeof heavierArm>): Route[] {
    return orderRoutes({ lane, laneConfig: this.lane(lane), connections: this.#options.pool.connections(), place: (id) => this.#options.pool.place(id), arm });
  }

  /** Whether a route would be called now, or why not. */
  state(lane: Lane, route: Route): RouteState {
    const { pool, budget } = this.#options;
    const { id, kind } = route.connection;
    const ready = pool.readiness(id);
    // Readiness speaks of a connection; a lane's own model, or the embedder, can be there when the connection's is not, and the other way round.
    const ownModel = kind === 'llama' ? lane === 'embedding' && !BLOCKS_EMBEDDER.has(ready.state) && pool.embeddingModel(id) !== undefined : ready.state === 'no-model' && route.model !== null;
    if (ready.state !== 'ready' && !ownModel) return ready;
    if (route.model === null) return { state: 'no-model', says: 'No model is chosen.' };
    const breaker = this.#breakers.get(route.key);
    if (breaker && !breaker.available) return { state: 'breaker-open', says: breaker.view().lastError?.says ?? sentences.resting };
    if (!this.isFree(route) && budget.isOver(lane, this.limits(lane))) return { state: 'over-budget', says: sentences.overBudget };
    return { state: 'ready', says: ready.state === 'ready' ? ready.says : 'Ready.' };
  }

  /** The first route that would be called now. */
  firstReady(lane: Lane): Route | undefined {
    return this.#firstReady(lane, this.shown(lane));
  }

  /** The same for each arm of an experiment, each route once, the likeliest first; without an experiment one route at most. */
  firstReadyOfArms(lane: Lane): Route[] {
    const { experiment } = this.lane(lane);
    const arms = experiment ? experiment.arms.toSorted((one, other) => other.weight - one.weight) : [undefined];
    const routes = arms.flatMap((arm) => this.#firstReady(lane, this.#order(lane, arm)) ?? []);
    return [...new Map(routes.map((route) => [route.key, route])).values()];
  }

  #firstReady(lane: Lane, routes: readonly Route[]): Route | undefined {
    return routes.find((route) => this.wouldBeTried(lane, this.state(lane, route).state));
  }

  /** Nobody waits for a background call, so it may wait until a model is loaded. */
  wouldBeTried(lane: Lane, state: RouteState['state']): boolean {
    return state === 'ready' || (state === 'loading' && this.lane(lane).priority === 'background');
  }

  limits(lane: Lane): BudgetLimits { const { tokenLimit, costLimitMicroUsd } = this.lane(lane); return { tokenLimit, costLimitMicroUsd }; }

  /** What runs on this machine costs nothing. */
  isFree({ connection: { id, kind } }: Route): boolean {
    const { pool } = this.#options;
    return kind === 'llama' || pool.place(id) === 'here' || LOOPBACK.test(pool.host(id) ?? '');
  }

  price({ connection, model }: Route): Price | undefined { return model === null ? undefined : findPrice(this.#options.config.prices(), connection, model); }

  breakerOf({ key }: Route): CircuitBreaker {
    let breaker = this.#breakers.get(key);
    if (!breaker) this.#breakers.set(key, breaker = new CircuitBreaker(this.#options.clock, () => this.#breakerChanged(key)));
    return breaker;
  }

  /** The breaker in the worst state of a connection's models. */
  breakerView(connectionId: string): BreakerView {
    const views = [...this.#breakers].filter(([key]) => key.startsWith(`${connectionId}\n`)).map(([, breaker]) => breaker.view());
    return views.toSorted((one, other) => SEVERITY[other.state] - SEVERITY[one.state] || other.calls - one.calls)[0] ?? CLOSED;
  }

  resetBreakers(connectionId: string): void {
    for (const [key, breaker] of this.#breakers) if (key.startsWith(`${connectionId}\n`)) breaker.reset();
  }

  /** Calls at once of a connection or a lane; a changed number makes new slots, and running calls end in the old ones. */
  slots(name: string, size: number): Slots {
    const known = this.#slots.get(name);
    if (known?.size === size) return known;
    const slots = new Slots(size);
    this.#slots.set(name, slots);
    return slots;
  }

  rate({ id, requestsPerMinute }: Connection): RequestRate {
    const known = this.#rates.get(id);
    if (known?.perMinute === requestsPerMinute) return known;
    const rate = new RequestRate(requestsPerMinute, this.#options.clock);
    this.#rates.set(id, rate);
    return rate;
  }

  /** What was learned about a connection that is now another one, or gone, is forgotten. */
  connectionsChanged(): void {
    const now = new Map(this.#options.pool.connections().map(({ name: _name, ...rest }) => [rest.id, JSON.stringify(rest)]));
    for (const [id, before] of this.#connectionsSeen) {
      if (now.get(id) === before) continue;
      for (const key of this.#breakers.keys()) if (key.startsWith(`${id}\n`)) { this.#breakers.delete(key); this.#stopTimer(key); }
      if (!now.has(id)) { this.#rates.delete(id); this.#slots.delete(`connection ${id}`); }
    }
    this.#connectionsSeen = now;
  }

  close(): void { for (const key of this.#timers.keys()) this.#stopTimer(key); }

  /** Tells when a breaker opens or closes, and when its rest is over. */
  #breakerChanged(key: string): void {
    this.#stopTimer(key);
    const rest = this.#breakers.get(key)?.restLeftMs ?? 0;
    if (rest > 0) {
      const timer = setTimeout(() => { this.#timers.delete(key); this.#options.onChange(); }, Math.min(rest, LONGEST_TIMER_MS) + 10);
      timer.unref();
      this.#timers.set(key, timer);
    }
    this.#options.onChange();
  }

  #stopTimer(key: string): void { clearTimeout(this.#timers.get(key)); this.#timers.delete(key); }
}

/** States of a connection of kind `llama` that also speak for its embedder. */
const BLOCKS_EMBEDDER: ReadonlySet<string> = new Set(['disabled', 'locked', 'no-key']);
const SEVERITY = { closed: 0, 'half-open': 1, open: 2 } as const;
const CLOSED: BreakerView = { state: 'closed', retryAt: null, failures: 0, calls: 0, lastError: null };
