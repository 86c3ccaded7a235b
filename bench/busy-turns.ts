import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { SessionView } from '../core/contract/interview.ts';
import type { Engine } from '../core/engine.ts';
import { defineJob, type JobKind } from '../core/jobs/index.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { describe, quantile } from './distribution.ts';
import { engineWithLongPack, ordinaryAnswer } from './long-interview.ts';

/** Turns in a block. Idle and busy blocks take turns, so that a machine that is slow for a while slows both. */
const BLOCK = 20;
const ROUNDS = 10;
/** Between two turns a person reads and types; here just long enough for work in the background to be in full swing. */
const READING_MS = 25;
const OLD_INTERVIEWS = 6;
const OLD_ANSWERS = 40;

/** Keeps the queue full. */
interface Background { name: string; added: number; feed(engine: Engine): void }

/** What a busy queue costs a person's whole turn: an answer graded and committed, what is asked next, the view built. No model answers the person. */
export async function busyTurns(): Promise<void> {
  const folder = temporaryFolder('role-accel-bench-');
  const server = new Worker(join(import.meta.dirname, 'scoring-server.ts'));
  const [baseUrl] = await once(server, 'message') as [string];
  const [providersFile, lanesFile] = [join(folder.path, 'providers.json'), join(folder.path, 'lanes.json')];
  // Its model is named on the background lane only, so that nobody but the coach speaks.
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [{ id: 'bench', kind: 'openai', name: 'Bench', baseUrl, needsKey: false }] }));
  writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: { background: {
    about: 'Bench', order: ['bench'], models: { bench: 'one' }, priority: 'background', concurrency: 4, contextTokens: 8192, maxOutputTokens: 200,
    firstTokenTimeoutMs: 60_000, idleTimeoutMs: 60_000, timeoutMs: 120_000, cache: false, tokenLimit: null, costLimitMicroUsd: null,
  } } }));
  const { engine, setup, dispose } = await engineWithLongPack(400, { providersFile, lanesFile, testMode: { seed: 1 } });
  try {
    const speaks = [engine.inference.router.ready('interactive-deep'), engine.inference.router.ready('background')];
    if (speaks.join() !== 'false,true') throw new Error('the models are not as the bench wants them');
    const old: string[] = [];
    for (let number = 0; number < OLD_INTERVIEWS; number++) old.push((await hold(engine, await engine.client.interview.start(setup), OLD_ANSWERS, () => {})).view.sessionId);
    await rest(engine);
    let view = (await hold(engine, await engine.client.interview.start(setup), BLOCK, () => {})).view; // the code is still being compiled
    for (const background of [ordinaryWork(old), flood(''), flood(', on a disk that takes 4 ms more for each write')]) {
      const [idle, busy]: [number[], number[]] = [[], []];
      let jobs = 0, busyMs = 0;
      await testMode(engine).setFault(background.name.includes('disk') ? { kind: 'slow-disk', delayMs: 4 } : { kind: 'none' });
      for (let round = 0; round < ROUNDS; round++) {
        if (view.earlierTurns + view.turns.length > 600) view = await engine.client.interview.start(setup);
        await rest(engine);
        const quiet = await hold(engine, view, BLOCK, () => {});
        idle.push(...quiet.samples);
        const before = background.added;
        const begun = performance.now();
        background.feed(engine);
        const loud = await hold(engine, quiet.view, BLOCK, () => background.feed(engine));
        busy.push(...loud.samples);
        busyMs += performance.now() - begun;
        jobs += background.added - before - engine.jobs.count('running') - engine.jobs.count('queued');
        view = loud.view;
      }
      console.log(`${background.name}: ${(jobs / (busyMs / 1000)).toFixed(0)} jobs a second`);
      console.log(`  a whole turn, queue idle:  ${describe(idle)}`);
      console.log(`  a whole turn, queue busy:  ${describe(busy)}`);
      console.log(`  ratio busy to idle:        p50 ${(quantile(busy, 0.5) / quantile(idle, 0.5)).toFixed(2)} (target 1.2), p95 ${(quantile(busy, 0.95) / quantile(idle, 0.95)).toFixed(2)}`);
    }
  } finally {
    await dispose();
    await server.terminate();
    folder.dispose();
  }
}

const testMode = ({ client }: Engine): TestEngineClient['testMode'] => (client as unknown as TestEngineClient).testMode;

async function hold(engine: Engine, from: SessionView, turns: number, beside: () => void): Promise<{ samples: number[]; view: SessionView }> {
  const samples: number[] = [];
  let view = from;
  for (let turn = 0; turn < turns; turn++) {
    const text = ordinaryAnswer(engine, view);
    beside();
    await setTimeout(READING_MS);
    const start = performance.now();
    // A call comes over a socket or a port, as an event of the loop, behind what runs.
    await new Promise((resume) => setImmediate(resume));
    view = await engine.client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `busy-${view.sessionId}-${view.revision}`, text });
    samples.push(performance.now() - start);
  }
  return { samples, view };
}

/** Until the queue has nothing to do; what is left over is taken away. */
async function rest({ jobs }: Engine): Promise<void> {
  jobs.forgetPerson();
  do await setTimeout(5); while (jobs.count('running') + jobs.count('queued') > 0);
  await setTimeout(50);
}

/** A kind of the engine's by its name: what is added by it is run by the engine's own. */
const named = (kind: string, lane: 'cpu' | 'model'): JobKind => defineJob({ kind, lane, priority: 0, attempts: 3, backoff: { firstMs: 1, mostMs: 1 }, input: z.unknown(), title: () => 'Bench', run: () => () => {} });

/** What the app does in the background, without an end: reading interviews into the memory and their vectors, finding facts, scoring answers, compactions. */
function ordinaryWork(interviews: readonly string[]): Background {
  const kinds = { read: named('interview.read', 'cpu'), facts: named('interview.facts', 'cpu'), fill: named('memory.fill', 'cpu'), score: named('interview.score', 'model'), compact: named('session.compact', 'model') };
  let number = 0;
  return {
    added: 0, name: 'reading interviews, vectors, facts, scoring, compaction',
    feed({ store, jobs }) {
      const waiting = jobs.list().waiting;
      if (waiting > 12) return;
      const interviewId = interviews[number % interviews.length] as string;
      const set = store.prepare<{ id: number; embedder: string }, []>("SELECT id, embedder_id AS embedder FROM memory_embedder ORDER BY id LIMIT 1").get();
      store.write(() => {
        // As if nothing of it had been done yet.
        store.prepare('DELETE FROM memory_read WHERE session_id = ?').run(interviewId);
        store.prepare('DELETE FROM memory_item WHERE id IN (SELECT item FROM memory_source WHERE session_id = ?)').run(interviewId);
        store.prepare("UPDATE conversation_summary SET summarised_to = -1, summary = '[]' WHERE session_id = ?").run(interviewId);
        jobs.add(kinds.read, { interviewId });
        jobs.add(kinds.facts, { interviewId });
        jobs.add(kinds.compact, { sessionId: interviewId });
        for (let position = 0; position < 4; position++) jobs.add(kinds.score, { interviewId, position: (number + position) % 10, mayLeave: true });
        if (!set) return;
        store.prepare(`DELETE FROM memory_vector_${set.id}`).run();
        jobs.add(kinds.fill, { embedderId: set.embedder });
      });
      number++;
      this.added += 8;
    },
  };
}

/** Jobs that do nothing, as many as the queue can take. */
function flood(how: string): Background {
  const kinds = [named('test.cpu', 'cpu'), named('test.model', 'model')] as const;
  return {
    added: 0, name: `a flood of jobs that do nothing${how}`,
    feed({ store, jobs }) {
      if (jobs.count('queued') > 200) return;
      store.write(() => { for (let job = 0; job < 400; job++) jobs.add(kinds[job % 2 as 0 | 1], { title: 'Bench', lane: job % 2 === 0 ? 'cpu' : 'model', steps: [] }); });
      this.added += 400;
    },
  };
}
