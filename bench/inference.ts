import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Message, StreamPart } from '../core/inference/language-model.ts';
import { createEngine, type Engine } from '../core/engine.ts';
import { at, PROJECT, SETUP, submission, temporaryFolder } from '../testing/engine.ts';
import { startFaultServer } from '../testing/fault-server/fault-server.ts';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { describe, quantile } from './distribution.ts';

const CALLS = 400;
const ROUTED = 10_000;
const AT_ONCE = 50;
const TURNS = 20;
/** One sentence that can be shown, then a long one, so that there is a stream to measure. */
const SAYS = `Good, that helps me along. ${Array.from({ length: 44 }, (_, index) => `and part ${index}`.replaceAll(' ', '-')).join(' ')} how did you know it had worked for the team?`;

/** `npm run bench inference [-- router|local]`. What the router costs, what the local model loses on its way to the window, and what an unchanged prefix saves. */
export async function run([only]: string[] = []): Promise<void> {
  if (!only || only === 'router') { await overhead(); await manyAtOnce(); }
  if (only && only !== 'local') return;
  await localThroughput();
  await firstTokenAsHistoryGrows();
}

async function engineWith(providers: object[], lane: object): Promise<{ engine: Engine; dispose(): Promise<void> }> {
  const folder = temporaryFolder('role-accel-bench-');
  const providersFile = join(folder.path, 'providers.json');
  const lanesFile = join(folder.path, 'lanes.json');
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers }));
  writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: { 'interactive-deep': {
    about: 'Bench', order: [], priority: 'interactive', concurrency: 64, contextTokens: 8192, maxOutputTokens: 200, firstTokenTimeoutMs: 60_000, idleTimeoutMs: 60_000, timeoutMs: 120_000, cache: false, tokenLimit: null, costLimitMicroUsd: null, ...lane,
  } } }));
  const engine = await createEngine({ dataDir: join(folder.path, 'data'), shell: 'none', version: 'bench', resourcesDir: PROJECT, providersFile, lanesFile });
  return { engine, async dispose() { await engine.close(); folder.dispose(); } };
}

const request = (text: string): { messages: Message[] } => ({ messages: [{ role: 'system', text: 'You are an interviewer.' }, { role: 'user', text }] });
const prompt = { id: 'bench/none', version: '1', hash: '000000000000' };

/** The same streamed answer from the same server, by the bare SDK and through the router, in turns. */
async function overhead(): Promise<void> {
  const server = await startFaultServer({ say: 'Thank you. Which part of that did you decide yourself, and how did you know that it had worked?' });
  const { engine, dispose } = await engineWith([{ id: 'cloud', kind: 'openai', name: 'Cloud', baseUrl: server.openaiUrl, model: 'bench', needsKey: false, concurrency: 64 }], {});
  try {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: 'none', baseURL: server.openaiUrl, maxRetries: 0 });
    const bare = async (): Promise<void> => {
      const stream = await client.chat.completions.create({ model: 'bench', stream: true, stream_options: { include_usage: true }, messages: [{ role: 'system', content: 'You are an interviewer.' }, { role: 'user', content: 'I led the migration.' }] });
      for await (const _ of stream);
    };
    const routed = async (): Promise<void> => {
      for await (const event of engine.inference.router.stream({ lane: 'interactive-deep', request: request('I led the migration.'), prompt }, new AbortController().signal)) if (event.type === 'gave-up') throw new Error(event.says);
    };
    const timed = async (call: () => Promise<void>): Promise<number> => { const start = performance.now(); await call(); return performance.now() - start; };
    for (let warm = 0; warm < 60; warm++) { await bare(); await routed(); }
    const [alone, through, more]: [number[], number[], number[]] = [[], [], []];
    for (let call = 0; call < CALLS; call++) {
      // Who goes first takes turns, so that neither profits from the other's warm socket.
      const first = call % 2 === 0;
      const one = await timed(first ? bare : routed);
      const two = await timed(first ? routed : bare);
      alone.push(first ? one : two);
      through.push(first ? two : one);
      more.push(first ? two - one : one - two);
    }
    console.log(`bare SDK, streamed answer:        ${describe(alone)}`);
    console.log(`through router, breaker, ledger:  ${describe(through)}`);
    console.log(`router's overhead, call by call:  p50 ${quantile(more, 0.5).toFixed(2)} ms, p95 ${quantile(more, 0.95).toFixed(2)} ms (target p95 < 3 ms); p95 against p95 ${(quantile(through, 0.95) - quantile(alone, 0.95)).toFixed(2)} ms`);
  } finally {
    await dispose();
    await server.close();
  }
}

async function manyAtOnce(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = await startFaultServer({ say: 'Thank you, that was clear.' });
  const { engine, dispose } = await engineWith([{ id: 'cloud', kind: 'openai', name: 'Cloud', baseUrl: server.openaiUrl, model: 'bench', needsKey: false, concurrency: 64 }], {});
  const heaps: number[] = [];
  let answered = 0, started = 0;
  const start = performance.now();
  try {
    const work = async (): Promise<void> => {
      while (started < ROUTED) {
        started++;
        const end = await engine.inference.router.generate({ lane: 'interactive-deep', request: request('I led the migration.'), prompt }, new AbortController().signal);
        if (end?.answer.text === 'Thank you, that was clear.') answered++;
        if (answered % 2_000 === 0 && answered > 0) { server.requests.length = 0; collect(); heaps.push(process.memoryUsage().heapUsed / 1_048_576); }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.log(`${ROUTED} requests, ${AT_ONCE} at once: ${answered} answered, ${ROUTED - answered} lost, ${(ROUTED / ((performance.now() - start) / 1000)).toFixed(0)} a second; heap after every 2,000: ${heaps.map((mb) => mb.toFixed(0)).join(', ')} MB`);
  } finally {
    await dispose();
    await server.close();
  }
}

/** Tokens a second from the first words shown to the end: through llama.cpp's process, engine, contract and socket, against node-llama-cpp alone in a process. */
async function localThroughput(): Promise<void> {
  const file = tinyModel({ size: 'bench', says: SAYS });
  const app = await startLoopbackApp();
  const rates: number[] = [];
  let promptTokens = 0;
  const stop = new AbortController();
  try {
    const client = await app.connect();
    const { modelId } = await client.models.addFile({ path: file });
    await client.models.useModel({ modelId, contextTokens: 8192 });
    let view = await client.interview.start({ ...SETUP, mode: 'exam', questionCount: 8, minutes: 50, pressure: 'tough' });
    let first = 0, shown = 0, ended = Promise.withResolvers<number>();
    void (async () => {
      for await (const part of await client.interview.speech({ sessionId: view.sessionId }, { signal: stop.signal })) {
        if (part.type === 'delta') { if (first === 0) first = performance.now(); else shown += part.text.split(/\s+/).filter(Boolean).length; }
        if (part.type === 'end') ended.resolve(performance.now());
      }
    })().catch((error: unknown) => { if (!stop.signal.aborted) throw error; });
    await pause(200);
    while (view.turns.some((turn) => turn.state === 'speaking')) { await pause(50); view = await client.interview.session({ sessionId: view.sessionId }); }
    for (let turn = 0; turn < 10 && view.phase !== 'ended'; turn++) {
      first = 0; shown = 0; ended = Promise.withResolvers();
      view = await client.interview.answer({ ...at(view), submissionId: submission(), text: `I measured it before and after, and it fell from forty minutes to four. That was answer ${turn}.` });
      if (!view.turns.some((one) => one.state === 'speaking')) continue;
      const end = await ended.promise;
      if (shown > 20) rates.push(shown / ((end - first) / 1000));
      while (view.turns.some((one) => one.state === 'speaking')) { await pause(20); view = await client.interview.session({ sessionId: view.sessionId }); }
      promptTokens = view.turns.findLast((one) => one.madeBy?.model)?.madeBy?.model?.inputTokens ?? promptTokens;
    }
  } finally {
    stop.abort();
    await pause(50);
    await app.stop();
  }
  const alone = await bareRates(file, promptTokens);
  const ratio = quantile(rates, 0.5) / quantile(alone, 0.5);
  console.log(`local words a second, whole app:  p50 ${quantile(rates, 0.5).toFixed(1)} (n = ${rates.length}); node-llama-cpp alone: p50 ${quantile(alone, 0.5).toFixed(1)} (n = ${alone.length}); ratio ${ratio.toFixed(3)} (target 0.95)`);
}

/** The same file, context and length of prompt in a process with nothing else in it. */
async function bareRates(file: string, promptTokens: number): Promise<number[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-llama.ts'), file, String(promptTokens)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  for await (const chunk of child.stdout) out += String(chunk);
  return JSON.parse(out) as number[];
}

/** Time to the first token, turn by turn, of a conversation that keeps its state against one that is evaluated from the beginning each time. */
async function firstTokenAsHistoryGrows(): Promise<void> {
  const { engine, dispose } = await engineWith([], {});
  const { llama } = engine.inference;
  try {
    await llama.load({ modelId: 'bench', name: 'Bench', file: tinyModel({ size: 'bench', says: SAYS }), role: 'instruct', contextTokens: 8192, asked: true });
    const messages: Message[] = [{ role: 'system', text: 'You are the interviewer in a job interview. You speak aloud, in plain, short sentences. '.repeat(8) }];
    const kept: number[] = [], anew: number[] = [];
    let evaluated = 0, whole = 0;
    const ask = async (conversationId: string): Promise<{ firstMs: number; text: string; cached: number; input: number }> => {
      const start = performance.now();
      let firstMs = 0, text = '', cached = 0, input = 0;
      const parts: AsyncIterable<StreamPart> = llama.stream('bench', { messages, conversationId, maxOutputTokens: 60 }, { signal: new AbortController().signal, reason: 'bench', priority: 'interactive' });
      for await (const part of parts) {
        if (part.type === 'text-delta') { if (firstMs === 0) firstMs = performance.now() - start; text += part.text; }
        if (part.type === 'usage') { cached = part.usage.cachedInputTokens ?? 0; input = part.usage.inputTokens ?? 0; }
        if (part.type === 'error') throw part.error;
      }
      return { firstMs, text, cached, input };
    };
    for (let turn = 1; turn <= TURNS; turn++) {
      messages.push({ role: 'user', text: `I measured it before and after the change, and it fell from forty minutes to four; the team saw it on the board. That is answer ${turn}.` });
      if (turn === 1 || turn === TURNS) anew.push((await ask(`anew-${turn}`)).firstMs);
      const answer = await ask('kept');
      kept.push(answer.firstMs);
      evaluated = answer.input - answer.cached;
      whole = answer.input;
      messages.push({ role: 'assistant', text: answer.text });
    }
    // The first turn evaluates the system part too, whoever asks; what a turn costs is seen from the second on.
    const early = quantile(kept.slice(1, 4), 0.5), late = quantile(kept.slice(-3), 0.5);
    console.log(`time to first token, state kept:  turn 1 ${kept[0]?.toFixed(0)} ms, turns 2-4 ${early.toFixed(0)} ms, turns ${TURNS - 2}-${TURNS} ${late.toFixed(0)} ms (${evaluated} of ${whole} tokens evaluated)`);
    console.log(`  turn ${TURNS} to turn 1: ${(late / (kept[0] ?? Number.NaN)).toFixed(2)} (target 1.5); to turns 2-4: ${(late / early).toFixed(2)}; evaluated from the beginning: turn 1 ${anew[0]?.toFixed(0)} ms, turn ${TURNS} ${anew[1]?.toFixed(0)} ms, ${((anew[1] ?? 0) / late).toFixed(1)} times as long`);
  } finally {
    await dispose();
  }
}

