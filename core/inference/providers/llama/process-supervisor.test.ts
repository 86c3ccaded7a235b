import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InferenceProcess } from './inference-process.ts';
import { ProcessSupervisor, type SupervisorOptions } from './process-supervisor.ts';

/** A process that does what the test says. */
class ActedProcess implements InferenceProcess {
  readonly pid = undefined;
  readonly sent: unknown[] = [];
  killed = false;
  answers = true;
  #message: (message: unknown) => void = () => {};
  #exit: (says: string) => void = () => {};
  send(message: unknown): void { this.sent.push(message); if (this.answers) queueMicrotask(() => this.#message({ type: 'pong' })); }
  onMessage(listener: (message: unknown) => void): void { this.#message = listener; }
  onExit(listener: (says: string) => void): void { this.#exit = listener; }
  kill(): void { this.killed = true; this.exit('SIGKILL'); }
  tell(message: unknown): void { this.#message(message); }
  exit(says: string): void { this.#exit(says); }
}

let processes: ActedProcess[];
let downs: string[];
const supervise = (options: Partial<SupervisorOptions> = {}): ProcessSupervisor => new ProcessSupervisor({
  launch: { start: () => { const started = new ActedProcess(); processes.push(started); return started; } }, onMessage: () => {}, onDown: (how, says) => downs.push(`${how}: ${says}`), ...options,
});
const last = (): ActedProcess => { const process = processes.at(-1); if (!process) throw new Error('none was started'); return process; };

beforeEach(() => {
  processes = [];
  downs = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());

describe('the supervisor', () => {
  it('keeps one process and tells when it ends', () => {
    const supervisor = supervise();
    supervisor.start();
    supervisor.start();
    expect(processes).toHaveLength(1);
    last().exit('SIGSEGV');
    expect(downs).toEqual(['crashed: SIGSEGV']);
    expect(supervisor.running).toBe(false);
  });

  it('ends a process that is silent, but is patient while it starts or loads', async () => {
    const supervisor = supervise();
    supervisor.start();
    last().answers = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(downs).toEqual([]); // it may be starting
    last().tell({ type: 'ready' });
    supervisor.loading = true;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(downs).toEqual([]);
    supervisor.loading = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([downs, last().killed]).toEqual([['hung: SIGKILL'], true]);
  });

  it('leaves a process alone that answers', async () => {
    supervise().start();
    last().tell({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(downs).toEqual([]);
    expect(last().sent.length).toBeGreaterThan(200);
  });

  it('waits longer after each fall, at most half a minute, and begins anew after a minute of health', async () => {
    const supervisor = supervise();
    const fall = async (afterMs: number): Promise<number> => {
      supervisor.start();
      await vi.advanceTimersByTimeAsync(afterMs);
      last().exit('SIGKILL');
      return supervisor.nextDelayMs();
    };
    const delays: number[] = [];
    for (let turn = 0; turn < 9; turn++) delays.push(await fall(10));
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(await fall(59_000)).toBe(30_000);
    expect(await fall(60_000)).toBe(250);
  });

  it('says nothing of an end it asked for', async () => {
    const supervisor = supervise();
    supervisor.start();
    await supervisor.stop();
    expect([downs, last().killed, supervisor.running]).toEqual([[], true, false]);
  });
});
