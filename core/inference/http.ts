import type { LookupFunction, Socket } from 'node:net';
import type * as UndiciModule from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import type { LedgerEntry, NetworkState } from '../contract/models.ts';
import { isoFrom, type Clock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { InferenceError } from './inference-error.ts';
import { faultOfNetworkError, isAbort } from './network-error.ts';
import { NetworkLedger } from './network-ledger.ts';
import { NetworkRepository, type NetworkCall } from './network-repository.ts';
import { bareHost, isLoopbackHost, lineKey, proxyFor } from './network-route.ts';
import { requestHeadBytes, responseHeadBytes } from './network-traffic.ts';

export { faultOfNetworkError } from './network-error.ts';

/** The one door to the network: everything that leaves passes here, is written down, and stops while the Offline lock is on. */
export interface NetworkDoor {
  /** A `fetch` for SDKs and downloads; `reason` is written to the ledger. Rejects with InferenceError `offline-locked` beyond loopback while locked. */
  fetchFor(reason: string): typeof globalThis.fetch;
  /** `connections` are sockets opened beyond loopback; bytes are heads and bodies as sent, compressed if they were, without TLS and TCP framing. */
  state(): NetworkState;
  /** Turning it on also cuts connections that are open beyond loopback. */
  setLocked(on: boolean): void;
  /** Newest first. */
  ledger(before: number | undefined, limit: number): { entries: LedgerEntry[]; total: number };
  close(): Promise<void>;
}

export interface NetworkDoorOptions {
  store: Store;
  clock: Clock;
  /** Told when `state()` or the ledger moved, a few times a second at most. */
  onChange: () => void;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read. */
  env?: Readonly<Record<string, string | undefined>>;
  /** For tests: which host names count as this machine. Those are resolved to loopback addresses without asking anybody. */
  isLoopback?: (hostname: string) => boolean;
  /** For tests: how many requests the ledger remembers. */
  ledgerRows?: number;
}

/** Opens the door of a data folder, locked when it was left locked. Nothing is loaded and nobody contacted before the first request. */
export function createNetworkDoor(options: NetworkDoorOptions): NetworkDoor {
  return new Door(options);
}

/** Callers bring their own time limits; this one only ends attempts that nobody waits for any more. */
const CONNECT_TIMEOUT_MS = 30_000;
const CHANGES_EVERY_MS = 300;
const REASON_LENGTH = 120;

/** One `fetch`. */
interface Call { reason: string; asked: AbortSignal | undefined; cut: AbortController; hops: Hop[] }
/** One request of it: the first, or the one a redirect led to. */
interface Hop { call: Call; row: NetworkCall; startedAt: number; lineKey: string; begun: boolean }
/** A socket of ours. `outside`: it leads beyond loopback, or to a proxy that does. */
interface Line { socket: Socket; key: string; outside: boolean; connecting: boolean }

/** Loaded at the first request. */
type Undici = typeof UndiciModule;

class Door implements NetworkDoor {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #isLoopback: (hostname: string) => boolean;
  readonly #repository: NetworkRepository;
  readonly #ledger: NetworkLedger;
  readonly #running = new Set<Hop>();
  readonly #lines = new Set<Line>();
  /** By the proxy's address; the empty one goes there directly. */
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #counts = { connections: 0, sentBytes: 0, receivedBytes: 0, lockedAttempts: 0 };
  #undici: Promise<Undici> | undefined;
  #locked: boolean;
  #closed = false;
  #toldAt = -Infinity;
  #telling: NodeJS.Timeout | undefined;

  constructor({ store, clock, onChange, env = process.env, isLoopback = isLoopbackHost, ledgerRows }: NetworkDoorOptions) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#env = env;
    this.#isLoopback = isLoopback;
    this.#repository = new NetworkRepository(store);
    this.#ledger = new NetworkLedger(this.#repository, ledgerRows);
    this.#locked = this.#repository.readLock();
  }

  fetchFor(reason: string): typeof globalThis.fetch {
    return (input, init) => this.#fetch(reason, input, init);
  }

  state(): NetworkState { return { offlineLock: this.#locked, ...this.#counts }; }

  setLocked(on: boolean): void {
    if (on) {
      this.#locked = true;
      for (const hop of this.#running) {
        if (hop.row.loopback) continue;
        this.#finish(hop, 'refused-by-lock');
        hop.call.cut.abort(cutError(hop.row.host));
      }
      for (const line of this.#lines) if (line.outside) line.socket.destroy(cutError(line.key));
    }
    // Locked before it is on disk, unlocked only after: a disk that refuses must not open the door.
    this.#repository.writeLock(on, isoFrom(this.#clock.now()));
    this.#locked = on;
    this.#changed();
  }

  ledger(before: number | undefined, limit: number): { entries: LedgerEntry[]; total: number } { return this.#ledger.page(before, limit); }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const hop of this.#running) {
      this.#finish(hop, 'cancelled');
      hop.call.cut.abort(closedError());
    }
    for (const { socket } of this.#lines) socket.destroy(closedError());
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    clearTimeout(this.#telling);
    this.#ledger.close();
  }

  async #fetch(reason: string, input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const request = input instanceof Request ? { url: input.url, method: input.method, headers: input.headers, body: input.body, duplex: 'half', signal: input.signal } : { url: String(input) };
    const call: Call = { reason, asked: init.signal ?? request.signal, cut: new AbortController(), hops: [] };
    try {
      const undici = await (this.#undici ??= import('undici'));
      if (this.#closed) throw closedError();
      const signal = call.asked ? AbortSignal.any([call.asked, call.cut.signal]) : call.cut.signal;
      const dispatcher = { dispatch: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => this.#dispatch(undici, call, options, handler) };
      return await (undici.fetch as unknown as typeof globalThis.fetch)(request.url, { ...request, ...init, signal, dispatcher } as unknown as RequestInit);
    } catch (error) {
      for (const hop of call.hops) this.#finish(hop, outcomeOf(hop, error));
      if (call.asked?.aborted) throw abortErrorOf(call.asked.reason);
      throw faultOfNetworkError(error) ?? new InferenceError('bad-request', { detail: 'this address cannot be called' });
    }
  }

  #dispatch(undici: Undici, call: Call, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const target = new URL(String(options.origin));
    const loopback = this.#isLoopback(bareHost(target.hostname));
    const proxy = loopback || this.#locked ? undefined : parseProxy(proxyFor(target, this.#env));
    const way = proxy ?? target;
    const hop: Hop = {
      call, startedAt: performance.now(), lineKey: lineKey(way.protocol, way.hostname, way.port), begun: false,
      row: {
        at: isoFrom(this.#clock.now()), host: target.host, loopback, reason: `${call.reason}${proxy ? ` (through the proxy ${proxy.host})` : ''}`.slice(0, REASON_LENGTH),
        method: options.method, status: null, sentBytes: 0, receivedBytes: 0, durationMs: 0, outcome: 'failed',
      },
    };
    call.hops.push(hop);
    this.#running.add(hop);
    if (!loopback && this.#locked) throw lockedError(target.host);
    const request = call.hops[0]?.row.host === target.host ? options : { ...options, headers: withoutKeys(options.headers) };
    return this.#dispatcherTo(undici, proxy).dispatch(request, this.#observe(hop, requestHeadBytes(request, target.host), handler));
  }

  /** Passes everything on, counts it, and gives faults our name where they are born. */
  #observe(hop: Hop, headBytes: number, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    return {
      onRequestStart: (controller, context) => {
        hop.begun = true;
        this.#count(hop, headBytes, 0);
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (controller, status, headers, socket) => handler.onRequestUpgrade?.(controller, status, headers, socket),
      onBodySent: (chunk) => { this.#count(hop, chunk.length, 0); handler.onBodySent?.(chunk); },
      onRequestSent: () => handler.onRequestSent?.(),
      onResponseStarted: () => handler.onResponseStarted?.(),
      onResponseStart: (controller, status, headers, statusText) => {
        hop.row.status = status;
        this.#count(hop, 0, responseHeadBytes(statusText, controller.rawHeaders));
        handler.onResponseStart?.(controller, status, headers, statusText);
      },
      onResponseData: (controller, chunk) => { this.#count(hop, 0, chunk.length); handler.onResponseData?.(controller, chunk); },
      onResponseEnd: (controller, trailers) => { this.#finish(hop, 'answered'); handler.onResponseEnd?.(controller, trailers); },
      onResponseError: (controller, error) => {
        const outcome = outcomeOf(hop, error);
        this.#finish(hop, outcome);
        handler.onResponseError?.(controller, outcome === 'failed' ? faultOf(hop, error) : error);
      },
    };
  }

  /** undici's way to a target: directly, or through a proxy. Each socket of either is made by `#connect`. */
  #dispatcherTo(undici: Undici, proxy: URL | undefined): Dispatcher {
    const known = this.#dispatchers.get(proxy?.href ?? '');
    if (known) return known;
    // HTTP/1.1 only: a request then has its socket to itself, and cancelling it closes that socket.
    const limits = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: CONNECT_TIMEOUT_MS, allowH2: false };
    const connect = this.#connect(undici, proxy !== undefined);
    const toProxy = (origin: URL | string, timeouts: object): Dispatcher => new undici.Pool(new URL(origin).origin, { ...limits, ...timeouts, connect });
    const dispatcher = proxy === undefined ? new undici.Agent({ ...limits, connect }) : new undici.ProxyAgent({
      ...limits, uri: proxy.href,
      clientFactory: (origin) => toProxy(origin, { headersTimeout: CONNECT_TIMEOUT_MS }),
      factory: (origin, settings) => (new URL(origin).origin === proxy.origin ? toProxy(origin, {}) : new undici.Pool(origin, settings)),
    });
    this.#dispatchers.set(proxy?.href ?? '', dispatcher);
    return dispatcher;
  }

  /** Where sockets are made. Whatever way a request came, beyond loopback it ends here while the lock is on, before DNS is asked. */
  #connect(undici: Undici, isProxy: boolean): buildConnector.connector {
    const away = undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
    const here = undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: loopbackLookup });
    return (options, callback) => {
      const loopback = this.#isLoopback(bareHost(options.hostname));
      const outside = isProxy || !loopback;
      if (this.#closed || (outside && this.#locked)) {
        process.nextTick(() => callback(this.#closed ? closedError() : lockedError(options.hostname), null));
        return;
      }
      if (outside) this.#counts.connections++;
      const open = (loopback ? here : away) as (...args: Parameters<buildConnector.connector>) => Socket;
      const line: Line = {
        key: lineKey(options.protocol, options.hostname, options.port), outside, connecting: true,
        socket: open(options, (...result) => { line.connecting = false; callback(...result); }),
      };
      this.#lines.add(line);
      line.socket.once('close', () => this.#lines.delete(line));
      this.#changed();
    };
  }

  #count({ row }: Hop, sentBytes: number, receivedBytes: number): void {
    row.sentBytes += sentBytes;
    row.receivedBytes += receivedBytes;
    if (row.loopback) return;
    this.#counts.sentBytes += sentBytes;
    this.#counts.receivedBytes += receivedBytes;
    this.#changed();
  }

  /** Writes a request down, once. */
  #finish(hop: Hop, outcome: NetworkCall['outcome']): void {
    if (!this.#running.delete(hop)) return;
    this.#ledger.add({ ...hop.row, outcome, durationMs: performance.now() - hop.startedAt });
    if (outcome === 'refused-by-lock') this.#counts.lockedAttempts++;
    if (!hop.begun) this.#abandon(hop.lineKey);
    this.#changed();
  }

  /** Ends attempts to connect that no request waits for any more; undici itself would let them go on. */
  #abandon(key: string): void {
    for (const hop of this.#running) if (!hop.begun && hop.lineKey === key) return;
    for (const line of this.#lines) if (line.connecting && line.key === key) line.socket.destroy(new InferenceError('aborted'));
  }

  #changed(): void {
    if (this.#closed || this.#telling) return;
    const wait = Math.max(0, this.#toldAt + CHANGES_EVERY_MS - performance.now());
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      this.#toldAt = performance.now();
      this.#onChange();
    }, wait).unref();
  }
}

const lockedError = (host: string): InferenceError => new InferenceError('offline-locked', { detail: `the Offline lock is on, so ${host} was not contacted` });
const cutError = (host: string): InferenceError => new InferenceError('offline-locked', { detail: `the Offline lock was turned on, so the connection to ${host} was cut` });
const closedError = (): InferenceError => new InferenceError('aborted', { detail: 'Role Accel is shutting down' });

/** The caller's cancellation as fetch and the SDKs know it, whatever reason was given. */
function abortErrorOf(reason: unknown): unknown {
  if (isAbort(reason)) return reason;
  return Object.defineProperty(new DOMException('This operation was aborted', 'AbortError'), 'cause', { value: reason, configurable: true });
}

function outcomeOf({ call, row }: Hop, error: unknown): NetworkCall['outcome'] {
  if (call.asked?.aborted) return 'cancelled';
  const fault = faultOfNetworkError(error)?.fault;
  if (fault === 'offline-locked') return 'refused-by-lock';
  const wasDropped = fault === 'aborted' || !(error instanceof Error);
  if (!wasDropped || row.status === null) return 'failed';
  // fetch drops the body of a redirect that it follows.
  return row.status >= 300 && row.status < 400 ? 'answered' : 'cancelled';
}

/** undici names a proxy's refusal as an abort, before a request has begun or as an invalid argument after. */
function faultOf({ begun, row }: Hop, error: Error): InferenceError {
  const known = faultOfNetworkError(error);
  if (known && known.fault !== 'aborted') return known;
  if (!begun) return new InferenceError('unreachable', { detail: `no connection could be made to ${row.host}: the proxy refused it`, cause: error });
  return new InferenceError('connection-lost', { cause: error });
}

/** A redirect to another host does not get the keys; fetch itself drops only the standard header. */
function withoutKeys(headers: Dispatcher.DispatchOptions['headers'] = null): NonNullable<Dispatcher.DispatchOptions['headers']> | null {
  if (!headers || Array.isArray(headers) || Symbol.iterator in headers) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|(x-)?(goog-)?api-key)$/i.test(name)));
}

/** @throws InferenceError unreachable, so that a proxy which cannot be used is never silently left out */
function parseProxy(address: string | undefined): URL | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) throw new InferenceError('unreachable', { detail: 'the proxy in the environment is not an http or https address' });
  return url;
}

/** Any name that counts as this machine, without asking the resolver. */
const loopbackLookup: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]);
  else callback(null, '127.0.0.1', 4);
};
