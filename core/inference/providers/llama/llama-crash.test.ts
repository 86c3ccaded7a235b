import { execFileSync, fork } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchLoop } from '../../../../testing/loop-stall.ts';
import { alive, callOptions, collectParts, saying, startTinyLlama, stateOf, TINY, tinyLoad, until } from '../../../../testing/tiny-llama.ts';
import { tinyModel } from '../../../../testing/tiny-model.ts';
import { seededRng } from '../../../sources.ts';

const MINUTE = 60_000;
const long = process.env['ROLE_ACCEL_LONG'] === '1';
const KILLS = long ? 50 : 5;
const slowModel = tinyModel({ size: 'slow', voice: 'endless' });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const talk = saying('Talk', { maxOutputTokens: 3_000 });

describe('a process that is killed', () => {
  it(`in the middle of a stream, ${KILLS} times at random: noticed within a second, started again, and the engine's loop never stalls`, async () => {
    const rng = seededRng(20_261_121);
    const { llama, stop } = await startTinyLlama({ load: { file: slowModel } });
    const noticedMs: number[] = [];
    try {
      const loop = watchLoop();
      for (let kill = 0; kill < KILLS; kill++) {
        await until(() => stateOf(llama) === 'loaded', 'it is loaded');
        const { pid } = llama;
        let killedAt = 0;
        const killer = setTimeout(() => { killedAt = performance.now(); process.kill(pid ?? 0, 'SIGKILL'); }, rng.next() * 600);
        const { last } = await collectParts(llama.stream(TINY, talk, callOptions()));
        clearTimeout(killer);
        noticedMs.push(performance.now() - killedAt);
        expect(last).toMatchObject({ type: 'error', error: { fault: 'crashed', retryable: true } });
        expect(alive(pid ?? 0)).toBe(false);
        expect(stateOf(llama)).toBe('restarting');
      }
      await until(() => stateOf(llama) === 'loaded', 'it is loaded again');
      expect((await collectParts(llama.stream(TINY, saying('Hello'), callOptions()))).last).toMatchObject({ type: 'usage' });
      expect(Math.max(...noticedMs)).toBeLessThan(1_000);
      expect(loop.stop()).toBeLessThan(100);
    } finally { await stop(); }
  }, long ? 10 * MINUTE : 2 * MINUTE);

  it('ends every call that runs or waits in it, also those that count and embed', async () => {
    const { llama, stop } = await startTinyLlama({ load: { file: slowModel } });
    try {
      await llama.load(tinyLoad({ modelId: 'embedder', role: 'embedder', file: tinyModel({ embedder: true }), contextTokens: null }));
      const calls = [
        ...Array.from({ length: 5 }, async () => collectParts(llama.stream(TINY, talk, callOptions())).then(({ last }) => (last?.type === 'error' ? last.error.fault : last?.type))),
        llama.embed('embedder', Array.from({ length: 5_000 }, (_, index) => `text ${index}`), callOptions({ priority: 'background' })).then(() => 'done', (error: { fault: string }) => error.fault),
      ];
      await until(async () => (await llama.queue()).running.length >= 2, 'they run');
      process.kill(llama.pid ?? 0, 'SIGKILL');
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['crashed']));
      await until(() => stateOf(llama) === 'loaded' && stateOf(llama, 'embedder') === 'loaded', 'both are loaded again');
      expect(await llama.embed('embedder', ['text'], callOptions())).toHaveLength(1);
    } finally { await stop(); }
  }, MINUTE);
});

describe('a process that hangs', () => {
  it.skipIf(process.platform === 'win32')('is noticed in about a second, ended and started again', async () => {
    const { llama, stop } = await startTinyLlama({ load: { file: slowModel } });
    try {
      const { pid } = llama;
      let stoppedAt = 0;
      const { last } = await collectParts(llama.stream(TINY, talk, callOptions()), (part) => {
        if (part.type !== 'text-delta' || stoppedAt > 0) return;
        stoppedAt = performance.now();
        process.kill(pid ?? 0, 'SIGSTOP');
      });
      const tookMs = performance.now() - stoppedAt;
      expect(last).toMatchObject({ type: 'error', error: { fault: 'timeout', retryable: true } });
      expect(tookMs).toBeGreaterThan(800);
      expect(tookMs).toBeLessThan(2_000);
      await until(() => stateOf(llama) === 'loaded', 'it is loaded again');
      expect(llama.pid).not.toBe(pid);
      expect(alive(pid ?? 0)).toBe(false);
    } finally { await stop(); }
  }, MINUTE);

  it('is not thought to hang when the engine itself stood still', async () => {
    const { llama, log, stop } = await startTinyLlama();
    try {
      const { pid } = llama;
      const until = performance.now() + 2_500;
      while (performance.now() < until) { /* the engine's loop stands still */ }
      await pause(600);
      expect(log).toEqual([]);
      expect(llama.pid).toBe(pid);
    } finally { await stop(); }
  }, MINUTE);
});

describe('a model whose loading ends the process', () => {
  const faulty = (folder: string): string => {
    const file = join(folder, 'faulty.gguf');
    copyFileSync(tinyModel({ voice: 'endless' }), file);
    writeFileSync(`${file}.crash-at-load`, '');
    return file;
  };

  it('twice is held back at the next start, tried again when asked, and forgiven once it loads', async () => {
    const { llama, crashes, folder, stop } = await startTinyLlama({ load: null });
    try {
      const file = faulty(folder);
      const load = (asked: boolean) => llama.load(tinyLoad({ modelId: 'faulty', file, asked }));
      await expect(load(false)).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
      expect([crashes.crashes(file), stateOf(llama)]).toEqual([1, 'failed']);
      await expect(load(false)).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
      expect([crashes.crashes(file), stateOf(llama)]).toEqual([2, 'held-back']);
      expect(await load(false)).toMatchObject({ state: 'held-back', modelId: 'faulty' });
      expect([crashes.crashes(file), llama.pid]).toEqual([2, undefined]); // it was not tried
      await expect(load(true)).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
      expect([crashes.crashes(file), stateOf(llama)]).toEqual([3, 'held-back']);
      rmSync(`${file}.crash-at-load`);
      expect(await load(true)).toMatchObject({ state: 'loaded' });
      expect(crashes.crashes(file)).toBe(0);
    } finally { await stop(); }
  }, MINUTE);

  it('leaves what answered before: it is loaded again', async () => {
    const { llama, folder, stop } = await startTinyLlama();
    try {
      await expect(llama.load(tinyLoad({ modelId: 'faulty', file: faulty(folder) }))).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
      await until(() => stateOf(llama) === 'loaded', 'the one before is back');
      expect(llama.status()[0]).toMatchObject({ modelId: TINY, state: 'loaded' });
    } finally { await stop(); }
  }, MINUTE);

  it('when it is started again after a fall, is tried twice and then held back, without an end to the engine', async () => {
    const { llama, crashes, folder, stop } = await startTinyLlama({ load: null });
    try {
      const file = faulty(folder);
      rmSync(`${file}.crash-at-load`);
      await llama.load(tinyLoad({ modelId: 'faulty', file }));
      writeFileSync(`${file}.crash-at-load`, '');
      process.kill(llama.pid ?? 0, 'SIGKILL');
      await until(() => stateOf(llama) === 'held-back', 'it is held back');
      expect(crashes.crashes(file)).toBe(2);
      await pause(300);
      expect(llama.pid).toBeUndefined();
    } finally { await stop(); }
  }, MINUTE);

  it('is not blamed for an end that was asked for', async () => {
    const { llama, crashes, stop } = await startTinyLlama({ load: null });
    const loading = llama.load(tinyLoad()).catch((error: { code: string }) => error.code);
    await until(() => stateOf(llama) === 'loading', 'it loads');
    expect(crashes.crashes(tinyLoad().file)).toBe(1); // counted beforehand, in case everything goes down with it
    await llama.close();
    expect(await loading).toBe('ENGINE_CLOSING');
    expect(crashes.crashes(tinyLoad().file)).toBe(0);
    await stop();
  }, MINUTE);
});

describe('no process is left behind', () => {
  it('after close, even in the middle of a stream', async () => {
    const { llama, stop } = await startTinyLlama({ load: { file: slowModel } });
    const { pid } = llama;
    const running = collectParts(llama.stream(TINY, talk, callOptions()));
    await until(async () => (await llama.queue()).running.length === 1, 'it runs');
    const closedAt = performance.now();
    await stop();
    expect(performance.now() - closedAt).toBeLessThan(1_000);
    expect((await running).last).toMatchObject({ type: 'error', error: { fault: 'aborted' } });
    expect(alive(pid ?? 0)).toBe(false);
  }, MINUTE);

  it.skipIf(process.platform === 'win32')('when the engine itself is killed', async () => {
    const engine = fork(join(import.meta.dirname, '../../../../testing/llama-engine-process.ts'), [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const pid = await new Promise<number>((resolve, reject) => { engine.once('message', (message) => resolve(message as number)); engine.once('exit', () => reject(new Error('it ended by itself'))); });
    expect(alive(pid)).toBe(true);
    engine.kill('SIGKILL');
    await until(() => !alive(pid), 'the inference process is gone', 5_000);
    expect(execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n').filter((line) => line.trim().startsWith(`${pid} `))).toEqual([]);
  }, MINUTE);
});
