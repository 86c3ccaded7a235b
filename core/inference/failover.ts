import type { Telemetry, LaneCallSpan } from '../telemetry/index.ts';
import { Continuation } from './continuation.ts';
import type { LaneCall, LaneEvent, ServedBy } from './inference.ts';
import { InferenceError, type InferenceFault } from './inference-error.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from './language-model.ts';
import type { Budget } from './middleware/budget.ts';
import { cachedParts, hashRequest, readable, type AnswerCache } from './middleware/cache.ts';
import { CHARACTERS_PER_TOKEN_AT_MOST } from './middleware/guard.ts';
import { newNotes, type CallNotes } from './middleware/middleware.ts';
import { estimatedTokens } from './middleware/prices.ts';
import { wrapModel } from './middleware/stack.ts';
import { spanModelName } from './middleware/tracing.ts';
import type { LaneConfig, ModelsConfig } from './models-config.ts';
import type { ProviderPool } from './provider-definition.ts';
import { sentences, shortModelName, spokenName } from './route-names.ts';
import type { Route } from './route-policy.ts';
import type { RouteState, RouteTable } from './route-table.ts';
import { COACH, type Passed, type SwitchLog } from './switch-log.ts';

export interface FailoverOptions {
  config: ModelsConfig; pool: ProviderPool; table: RouteTable; budget: Budget; cache: AnswerCache; telemetry: Telemetry; switches: SwitchLog;
  monotonic: () => number;
  /** Told of faults nobody foresaw; must not log personal text. */
  onUnexpected: (error: unknown) => void;
}

/** A call waits this long for a free slot of a provider when there is another provider to ask. */
const BRIEFLY_MS = 1_000;
/** With less than this left, and less than this share of the lane's time, nobody else is begun with. */
const TOO_LITTLE_MS = 500;
const TOO_LITTLE_SHARE = 0.1;
/** What a slow answer leaves to the next provider, of the lane's time. */
const RESERVED_SHARE = 0.25;
const FEWEST_TOKENS = 16;

/** Never said as a switch: nobody expects these to answer. */
const SILENT: ReadonlySet<RouteState['state']> = new Set(['no-key', 'no-model', 'disabled', 'loading']);
/** The words shown so far are sound; only the line or the machine failed. */
const LEAVES_SOUND_TEXT: ReadonlySet<InferenceFault> = new Set(['connection-lost', 'timeout', 'server-error', 'overloaded', 'rate-limited', 'unreachable', 'crashed', 'malformed', 'no-memory', 'not-ready', 'offline-locked']);
/** Why somebody was not even asked, as a fault. */
const FAULT_OF_STATE: Readonly<Record<string, InferenceFault>> = { 'locked': 'offline-locked', 'over-budget': 'over-budget', 'breaker-open': 'breaker-open' } satisfies Partial<Record<RouteState['state'], InferenceFault>>;

interface Broken { name: string; error: InferenceError; middle: boolean }
/** Who is asked, and what holds of it for the whole attempt: its connection may be changed or removed while it speaks. */
interface Asked { route: Route; model: LanguageModel; place: 'here' | 'away'; free: boolean }

/**
 * One call on a lane: asks one provider after the other until one has answered to its end. The whole of it takes no longer than the lane allows.
 * Never throws.
 */
export async function* callLane(options: FailoverOptions, call: LaneCall, signal: AbortSignal): AsyncGenerator<LaneEvent, void, undefined> {
  const run = new LaneRun(options, call, signal);
  try {
    yield* run.events();
  } catch (error) {
    options.onUnexpected(error);
    yield run.gaveUp(sentences.unexpected);
  } finally {
    run.end();
  }
}

class LaneRun {
  readonly #options: FailoverOptions;
  readonly #call: LaneCall;
  readonly #signal: AbortSignal;
  readonly #lane: LaneConfig;
  readonly #request: ModelRequest;
  readonly #requestHash: string | undefined;
  readonly #span: LaneCallSpan;
  readonly #startedAt: number;
  #freeLane: (() => void) | undefined;
  /** What the person has been shown of the answer that is being given. */
  #said = '';
  /** Whether somebody else may go on from there. */
  #sound = true;
  #attempts = 0;
  #broken: Broken | undefined;
  readonly #passed: Passed[] = [];
  #result: { outcome: 'answered' | 'cached' | 'gave-up' | 'aborted'; by?: ServedBy } = { outcome: 'aborted' };

  constructor(options: FailoverOptions, call: LaneCall, signal: AbortSignal) {
    this.#options = options;
    this.#call = call;
    this.#signal = signal;
    // The lane as it is now holds for all of this call; a change of the file is for the next one.
    this.#lane = options.table.lane(call.lane);
    this.#startedAt = options.monotonic();
    this.#request = { ...call.request, maxOutputTokens: Math.min(call.request.maxOutputTokens ?? Infinity, this.#lane.maxOutputTokens) };
    this.#requestHash = this.#lane.cache && call.scoring !== true && call.sessionId === undefined ? hashRequest(this.#request) : undefined;
    this.#span = options.telemetry.laneCall({ operation: 'chat', lane: call.lane, prompt: call.prompt, sessionId: call.sessionId });
  }

  #left(): number { return this.#lane.timeoutMs - (this.#options.monotonic() - this.#startedAt); }

  #tooLittleTime(): boolean { return this.#left() < Math.min(TOO_LITTLE_MS, this.#lane.timeoutMs * TOO_LITTLE_SHARE); }

  async* events(): AsyncGenerator<LaneEvent, void, undefined> {
    const { table, pool } = this.#options;
    const { lane } = this.#call;
    try {
      const patience = this.#lane.priority === 'interactive' ? Math.min(this.#lane.firstTokenTimeoutMs, this.#left()) : this.#left();
      this.#freeLane = await table.slots(`lane ${lane}`, this.#lane.concurrency).acquire(patience, this.#signal);
    } catch { yield this.gaveUp(sentences.crowded); return; }

    const routes = lane === 'embedding' ? [] : table.order(lane, this.#call.sessionId);
    for (const [index, route] of routes.entries()) {
      if (this.#signal.aborted || (this.#broken && this.#tooLittleTime())) break;
      const { state, says } = table.state(lane, route);
      if (state === 'loading') pool.warm(route.connection.id);
      if (!table.wouldBeTried(lane, state)) { if (!SILENT.has(state)) this.#pass(route, state, phrase(says), 'skipped'); continue; }
      const model = this.#modelOf(route);
      if (!model) continue;
      const others = routes.slice(index + 1);
      const ended = yield* this.#attempt(route, model, others.some((other) => table.wouldBeTried(lane, table.state(lane, other).state)));
      if (ended) return;
      // Whoever may be needed next begins to get ready now.
      for (const other of others) if (table.state(lane, other).state === 'loading') pool.warm(other.connection.id);
    }
    if (this.#signal.aborted) { yield this.gaveUp(sentences.cancelled); return; }
    if (yield* this.#fromCache()) return;
    yield* this.#nobody();
  }

  /** True when the call is over, one way or the other. */
  async* #attempt(route: Route, model: LanguageModel, othersReady: boolean): AsyncGenerator<LaneEvent, boolean, undefined> {
    const goingOn = this.#requestToGoOn(model);
    const continuing = goingOn !== undefined && this.#said !== '';
    if (this.#broken) {
      const { name: from, error, middle } = this.#broken;
      const to = this.#name(route);
      const how = this.#said === '' ? 'nothing-shown' : continuing ? 'continued' : 'restarted';
      yield { type: 'switch', from, to, says: sentences[middle ? 'broke' : 'failed'](from, error.says, to), error, how };
      if (!continuing) this.#said = '';
    } else {
      const news = this.#options.switches.ofPassed(this.#call.lane, { key: route.key, name: this.#name(route) }, this.#passed);
      if (news) yield { type: 'switch', from: news.from, to: news.to, says: news.says, error: new InferenceError(FAULT_OF_STATE[news.code] ?? 'not-ready'), how: 'nothing-shown' };
    }
    this.#attempts++;
    const asked: Asked = { route, model, place: this.#options.pool.place(route.connection.id), free: this.#options.table.isFree(route) };
    yield { type: 'attempt', providerId: route.connection.id, providerName: route.connection.name, model: this.#label(route, model.modelName), place: asked.place };
    const whole = continuing && endsASentence(this.#said);
    const joint = continuing ? new Continuation(this.#said, goingOn.exact) : undefined;
    const notes = newNotes();
    const toolCalls: ModelAnswer['toolCalls'] = [];
    const wrapped = this.#wrap(asked, { notes, othersReady, continuing, whole });
    const before = this.#said;

    for await (const part of wrapped.stream(goingOn?.request ?? this.#request, { signal: this.#signal, reason: this.#call.lane, priority: this.#lane.priority })) {
      if (part.type === 'tool-call') toolCalls.push(part.call);
      if (part.type !== 'text-delta' && part.type !== 'usage' && part.type !== 'error') continue;
      const text = part.type === 'text-delta' ? (joint ? joint.push(part.text) : part.text) : (joint?.flush() ?? '');
      if (text !== '') { this.#said += text; yield { type: 'delta', text }; }
      if (part.type === 'usage') { yield this.#answered(asked, { text: this.#said, toolCalls, usage: part.usage, finish: part.finish, model: spanModelName(part.model) }, notes); return true; }
      if (part.type !== 'error') continue;
      if (this.#signal.aborted) { yield this.gaveUp(sentences.cancelled); return true; }
      if (part.error.fault === 'empty' && whole) {
        const unknown = { inputTokens: null, outputTokens: null, cachedInputTokens: null };
        yield this.#answered(asked, { text: this.#said, toolCalls, usage: unknown, finish: 'stop', model: spanModelName(model.modelName) }, notes);
        return true;
      }
      const middle = this.#said !== before;
      this.#broken = { name: this.#name(route), error: part.error, middle };
      if (middle) this.#sound = LEAVES_SOUND_TEXT.has(part.error.fault);
      this.#pass(route, part.error.fault, part.error.says, middle ? 'broke' : 'failed');
      return false;
    }
    return false;
  }

  #wrap({ route, model, place, free }: Asked, { notes, othersReady, continuing, whole }: { notes: CallNotes; othersReady: boolean; continuing: boolean; whole: boolean }): LanguageModel {
    const { table, pool, budget, cache, monotonic } = this.#options;
    const { lane, prompt, sessionId } = this.#call;
    const { connection } = route;
    const left = this.#left();
    const own = place === 'here' ? this.#lane.localFirstTokenTimeoutMs : null;
    const firstTokenMs = Math.min(own ?? this.#lane.firstTokenTimeoutMs, left);
    const reserve = othersReady ? Math.min(this.#lane.firstTokenTimeoutMs, this.#lane.timeoutMs * RESERVED_SHARE, left / 2) : 0;
    const patienceMs = othersReady ? Math.min(BRIEFLY_MS, left) : this.#lane.priority === 'interactive' ? firstTokenMs : left;
    return wrapModel(model, {
      tracing: {
        span: this.#span, notes, monotonic,
        facts: { operation: 'chat', lane, attempt: this.#attempts, prompt, sessionId, providerId: connection.id, providerKind: connection.kind, model: spanModelName(model.modelName), host: pool.host(connection.id) },
      },
      cache: this.#requestHash === undefined || continuing ? undefined : { cache, requestHash: this.#requestHash, notes },
      breaker: table.breakerOf(route),
      limits: { slots: table.slots(`connection ${connection.id}`, connection.concurrency), rate: table.rate(connection), patienceMs },
      budget: free ? undefined : { budget, lane, limits: { tokenLimit: this.#lane.tokenLimit, costLimitMicroUsd: this.#lane.costLimitMicroUsd }, providerId: connection.id, price: table.price(route), notes },
      time: { firstTokenMs, idleMs: this.#lane.idleTimeoutMs, wholeMs: () => this.#left() - reserve, monotonic },
      guard: { maxCharacters: this.#request.maxOutputTokens * CHARACTERS_PER_TOKEN_AT_MOST, mayBeEmpty: whole, goesOn: continuing, notes },
    });
  }

  /** How a model is to go on from what was said; undefined when it has to begin anew, which is also so when nothing was said. */
  #requestToGoOn({ capabilities }: LanguageModel): { request: ModelRequest; exact: boolean } | undefined {
    if (this.#said === '' || !this.#sound || this.#request.output || this.#request.tools?.length) return undefined;
    const maxOutputTokens = Math.max(FEWEST_TOKENS, this.#request.maxOutputTokens - estimatedTokens(this.#said.length));
    const request = (...more: ModelRequest['messages']): ModelRequest => ({ ...this.#request, maxOutputTokens, messages: [...this.#request.messages, ...more] });
    if (capabilities.continuesAssistant) return { request: request({ role: 'assistant', text: this.#said }), exact: true };
    return this.#call.continueAfter ? { request: request(...this.#call.continueAfter(this.#said)), exact: false } : undefined;
  }

  #modelOf(route: Route): LanguageModel | undefined {
    try {
      const { connection, model } = route;
      return this.#options.pool.languageModel(connection.id, model === null || model === connection.model ? undefined : model);
    } catch (error) {
      const fault = error instanceof InferenceError ? error : new InferenceError('not-ready', { cause: error });
      this.#pass(route, fault.fault, fault.says, 'skipped');
      return undefined;
    }
  }

  #answered({ route, place, free }: Asked, answer: Omit<ModelAnswer, 'output'>, notes: CallNotes): LaneEvent {
    const { connection } = route;
    const by: ServedBy = {
      providerId: connection.id, providerName: connection.name, place, model: this.#label(route, answer.model), usage: answer.usage,
      costMicroUsd: free || notes.cached ? 0 : notes.costMicroUsd, cached: notes.cached,
    };
    this.#result = { outcome: notes.cached ? 'cached' : 'answered', by };
    this.#options.switches.answered(this.#call.lane, { key: route.key, name: this.#name(route) }, this.#passed);
    return { type: 'end', answer: notes.output === undefined ? answer : { ...answer, output: notes.output }, by };
  }

  /** When all who were to answer failed: what any model said to exactly the same words. */
  * #fromCache(): Generator<LaneEvent, boolean, undefined> {
    const known = this.#requestHash === undefined || this.#passed.length === 0 ? undefined : this.#options.cache.anyOf(this.#requestHash);
    const notes = newNotes();
    if (!known || !readable(known, this.#request, notes)) return false;
    const connection = this.#options.pool.connections().find(({ id }) => id === known.providerId);
    const name = connection?.name ?? known.providerId;
    if (this.#broken) yield { type: 'switch', from: this.#broken.name, to: name, says: sentences.fromCache(this.#broken.name, this.#broken.error.says), error: this.#broken.error, how: this.#said === '' ? 'nothing-shown' : 'restarted' };
    this.#said = known.text;
    for (const part of cachedParts(known)) if (part.type === 'text-delta') yield { type: 'delta', text: part.text };
    const by: ServedBy = { providerId: known.providerId, providerName: name, place: connection ? this.#options.pool.place(connection.id) : 'away', model: spanModelName(known.model), usage: known.usage, costMicroUsd: 0, cached: true };
    this.#result = { outcome: 'cached', by };
    const { text, toolCalls, usage, finish } = known;
    yield { type: 'end', answer: { text, toolCalls, usage, finish, model: by.model, ...(notes.output === undefined ? {} : { output: notes.output }) }, by };
    return true;
  }

  * #nobody(): Generator<LaneEvent, void, undefined> {
    if (this.#passed.length > 0) this.#options.switches.answered(this.#call.lane, COACH, this.#passed);
    const broken = this.#broken;
    const says = broken ? sentences[broken.middle ? 'broke' : 'failed'](broken.name, broken.error.says, null) : this.#tooLittleTime() ? sentences.noTime : sentences.nobody;
    if (broken) yield { type: 'switch', from: broken.name, to: null, says, error: broken.error, how: this.#said === '' ? 'nothing-shown' : 'restarted' };
    yield this.gaveUp(says);
  }

  gaveUp(says: string): Extract<LaneEvent, { type: 'gave-up' }> {
    const { aborted } = this.#signal;
    this.#result = { outcome: aborted ? 'aborted' : 'gave-up' };
    return { type: 'gave-up', says: aborted ? sentences.cancelled : says, aborted, cut: this.#said };
  }

  /** Whatever way the call was left. */
  end(): void {
    this.#freeLane?.();
    const { outcome, by } = this.#result;
    this.#span.end({
      outcome, attempts: this.#attempts, providerId: by?.providerId, costMicroUsd: by?.costMicroUsd ?? null,
      errorType: outcome === 'gave-up' ? (this.#broken?.error.fault ?? this.#passed.at(-1)?.code) : undefined,
    });
  }

  #label(route: Route, model: string): string { return shortModelName(this.#options.pool.modelLabel(route.connection.id, model)); }
  #name(route: Route): string { return spokenName(route, this.#options.pool); }

  #pass(route: Route, code: string, says: string, how: Passed['how']): void {
    this.#passed.push({ key: route.key, name: this.#name(route), code, says, how });
  }
}

/** A sentence as it stands inside another one. */
const phrase = (says: string): string => says.replace(/\.\s*$/, '').replace(/^(?:The|It|Its|A|No) /, (word) => word.toLowerCase());

const endsASentence = (said: string): boolean => /[.!?…]["'”’)\]]*\s*$/.test(said);
