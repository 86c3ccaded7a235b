import { Heartbeat } from './heartbeat.ts';
import type { InferenceProcess, InferenceProcessLauncher } from './inference-process.ts';
import type { FromProcess, ToProcess } from './process/messages.ts';

export interface Backoff { firstMs: number; mostMs: number; healthyMs: number }
const BACKOFF: Backoff = { firstMs: 250, mostMs: 30_000, healthyMs: 60_000 };
/** Silence that means a hang: at work the process answers within milliseconds; while it starts or loads, its loop is busy for seconds. */
const PATIENCE_MS = 1_000;
const PATIENCE_WHILE_BUSY_MS = 20_000;
const EXIT_PATIENCE_MS = 2_000;

export interface SupervisorOptions {
  launch: InferenceProcessLauncher;
  onMessage(message: FromProcess): void;
  /** It is gone without having been told to. */
  onDown(how: 'crashed' | 'hung', says: string): void;
  backoff?: Partial<Backoff>;
}

/** Keeps at most one inference process, notices its end and its silence, and knows how long to wait before the next. */
export class ProcessSupervisor {
  readonly #options: SupervisorOptions;
  readonly #backoff: Backoff;
  #process: InferenceProcess | undefined;
  #heartbeat: Heartbeat | undefined;
  #ready = false;
  #startedAt = 0;
  #failures = 0;
  #hung = false;
  #exited: Promise<void> = Promise.resolve();
  /** The process is loading a model. */
  loading = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#backoff = { ...BACKOFF, ...options.backoff };
  }

  get pid(): number | undefined { return this.#process?.pid; }
  get running(): boolean { return this.#process !== undefined; }

  /** Starts it if none runs. */
  start(): void {
    if (this.#process) return;
    const started = this.#options.launch.start();
    this.#process = started;
    this.#ready = false;
    this.#hung = false;
    this.#startedAt = performance.now();
    const heartbeat = new Heartbeat({
      pid: started.pid, ping: () => this.send({ type: 'ping' }),
      patienceMs: () => (this.#ready && !this.loading ? PATIENCE_MS : PATIENCE_WHILE_BUSY_MS),
      onHung: () => { this.#hung = true; started.kill(); },
    });
    this.#heartbeat = heartbeat;
    started.onMessage((message) => {
      if (this.#process !== started) return;
      heartbeat.heard();
      const told = message as FromProcess;
      if (told.type === 'ready') this.#ready = true;
      if (told.type !== 'pong') this.#options.onMessage(told);
    });
    this.#exited = new Promise((resolve) => {
      started.onExit((says) => {
        heartbeat.stop();
        resolve();
        if (this.#process !== started) return;
        this.#process = undefined;
        this.loading = false;
        this.#options.onDown(this.#hung ? 'hung' : 'crashed', says);
      });
    });
  }

  send(message: ToProcess): void { this.#process?.send(message); }

  /** How long to wait before starting again; grows with each fall that follows soon after the one before. */
  nextDelayMs(): number {
    if (performance.now() - this.#startedAt >= this.#backoff.healthyMs) this.#failures = 0;
    return Math.min(this.#backoff.firstMs * 2 ** this.#failures++, this.#backoff.mostMs);
  }

  /** Ends the process for good and waits until it is gone. */
  async stop(): Promise<void> {
    const stopping = this.#process;
    this.#process = undefined;
    this.#heartbeat?.stop();
    if (!stopping) return;
    stopping.kill();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#exited, new Promise<void>((resolve) => { timer = setTimeout(resolve, EXIT_PATIENCE_MS); })]);
    clearTimeout(timer);
  }
}
