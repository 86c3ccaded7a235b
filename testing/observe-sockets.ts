// Loaded before anything else (`node --import`), this writes down where a process and its Node children try to connect, by TCP, UDP or DNS.
// It sees what goes through Node's own net, dgram and dns, which is all JavaScript can use; not sockets that native code opens by itself.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { isLoopbackHost } from '../core/inference/network-route.ts';

/** `tcp` and `udp`: an attempt to reach `to`; `connected`: it was reached, and where it really was; `dns`: a name given to the resolver. */
export interface Observed { pid: number; kind: 'tcp' | 'udp' | 'connected' | 'dns'; to: string }

/** Names the file to write to; set in the environment of the process to observe. */
const RECORD = 'ROLE_ACCEL_OBSERVE_SOCKETS';

/**
 * Runs a script of ours under observation until it ends, and tells what it printed and whom it tried to reach.
 * @throws Error when it does not end well, or not within `timeoutMs`
 */
export function observeSockets(script: string, args: string[], record: string, env: Record<string, string> = {}, timeoutMs = 60_000): Promise<{ out: string; observed: Observed[] }> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(https?_proxy|all_proxy|no_proxy|node_options|vitest.*)$/i.test(name)));
  // NODE_OPTIONS rather than an argument, so that processes which that process starts are observed as well.
  const child = spawn(process.execPath, [script, ...args], { env: { ...inherited, ...env, [RECORD]: record, NODE_OPTIONS: `--import=${import.meta.url}` }, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve({ out, observed: readObserved(record) }) : reject(new Error(`the observed process ended with ${code}: ${errors}`))));
  });
}

/** What was written so far; the process writes a line before each attempt. */
const readObserved = (record: string): Observed[] => (existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Observed) : []);

/** The attempts that would have left this machine. */
export const beyondLoopback = (observed: Observed[]): Observed[] => observed.filter(({ to }) => !isLoopbackHost(to));

const record = process.env[RECORD];
if (record !== undefined) observe((kind, to) => appendFileSync(record, `${JSON.stringify({ pid: process.pid, kind, to } satisfies Observed)}\n`));

function observe(note: (kind: Observed['kind'], to: string) => void): void {
  type Method = (this: unknown, ...args: unknown[]) => unknown;
  const before = (holder: object, name: string, look: (this: unknown, args: unknown[]) => void): void => {
    const methods = holder as Record<string, Method | undefined>;
    const original = methods[name];
    if (typeof original !== 'function') return;
    const observed: Method = function observed(...args) { look.call(this, args); return original.apply(this, args); };
    methods[name] = Object.assign(observed, original);
  };

  before(net.Socket.prototype, 'connect', function look(args) {
    // net hands its own calls over as a list inside the list.
    const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown];
    const options = typeof first === 'object' && first !== null ? first as { path?: unknown; host?: unknown } : { path: Number.isNaN(Number(first)) ? first : undefined, host: second };
    if (options.path !== undefined && options.path !== null) return; // a socket file on this machine
    note('tcp', typeof options.host === 'string' ? options.host : 'localhost');
    const socket = this as net.Socket;
    socket.once('connect', () => note('connected', socket.remoteAddress ?? 'localhost'));
  });

  before(dgram.Socket.prototype, 'connect', ([, address]) => note('udp', typeof address === 'string' ? address : 'localhost'));
  before(dgram.Socket.prototype, 'send', (args) => {
    const address = args.slice(1).find((arg) => typeof arg === 'string');
    if (typeof address === 'string') note('udp', address);
  });

  const asks = /^(lookup|lookupService|resolve.*|reverse)$/;
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(resolver)) if (asks.test(name)) before(resolver, name, ([host]) => note('dns', String(host)));
  }
  syncBuiltinESMExports();
}
