import { readFileSync } from 'node:fs';

const EVERY_MS = 250;
/** Our own loop was late by more than this: answers may lie unread. */
const OWN_LAG_MS = 50;
/** A process that is computing or waiting for the disk is alive; it gets this many times the patience. */
const BUSY_FACTOR = 5;
/** Where the system does not tell what the process is doing, one answer more may be late. */
const UNKNOWN_FACTOR = 2;

export interface HeartbeatOptions {
  pid: number | undefined;
  ping(): void;
  /** Milliseconds of silence that mean it hangs; asked anew at each beat, since starting and loading take longer. */
  patienceMs(): number;
  onHung(): void;
}

/** Notices a process that is there but does not answer. Time in which this process itself stood still is not counted against the other. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #heardAt = performance.now();
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#next();
  }

  /** It answered. */
  heard(): void { this.#heardAt = Math.max(this.#heardAt, performance.now()); }

  stop(): void { clearTimeout(this.#timer); }

  #next(): void {
    this.#dueAt = performance.now() + EVERY_MS;
    this.#timer = setTimeout(() => this.#beat(), EVERY_MS);
    this.#timer.unref();
  }

  #beat(): void {
    const now = performance.now();
    const lag = now - this.#dueAt;
    if (lag > OWN_LAG_MS) this.#heardAt = Math.min(now, this.#heardAt + lag);
    const patience = this.#options.patienceMs();
    const silence = now - this.#heardAt;
    if (silence > patience && silence > patience * slack(this.#options.pid)) { this.#options.onHung(); return; }
    this.#options.ping();
    this.#next();
  }
}

/** How much more patience a silent process deserves, by what the system says it is doing. */
function slack(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return UNKNOWN_FACTOR;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return state === 'R' || state === 'D' ? BUSY_FACTOR : 1;
  } catch { return 1; }
}
