import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { defineJob, JobQueue } from '../core/jobs/index.ts';
import { systemClock, systemIds, systemRng } from '../core/sources.ts';
import type { Store } from '../core/storage/store.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { openJobStore } from '../testing/job-store.ts';
import { describe, quantile } from './distribution.ts';

const JOBS = 2_000;
const WRITES = 300;
const LISTED = 10_000;
const LISTS = 100;
/** Between two writes a person reads or types. */
const BETWEEN_MS = 5;

/** A queue over a new database whose jobs do nothing but write their end. */
function openQueue(): { store: Store; add(count: number): void; ended: () => number; close(): Promise<void> } {
  const folder = temporaryFolder();
  const store = openJobStore(folder.path);
  let ended = 0;
  const kind = defineJob({ kind: 'nothing', lane: 'background', priority: 0, attempts: 1, backoff: { firstMs: 1, mostMs: 1 }, input: z.number(), title: () => 'Doing nothing', run: () => () => { ended++; } });
  const queue = new JobQueue({ store, clock: systemClock, rng: systemRng, ids: systemIds(systemClock), lanes: { background: { concurrency: 2 } } });
  queue.start([kind]);
  return {
    store, ended: () => ended,
    add: (count) => store.write(() => { for (let job = 0; job < count; job++) queue.add(kind, job); }),
    async close() { await queue.close(); store.close(); folder.dispose(); },
  };
}

/** Times of a small write as a call makes it: from asking for a turn of the loop to the commit on disk. */
async function foregroundWrites(store: Store, keepBusy: () => void): Promise<number[]> {
  const samples: number[] = [];
  for (let write = 0; write < WRITES; write++) {
    keepBusy();
    await setTimeout(BETWEEN_MS);
    const start = performance.now();
    await new Promise((resume) => setImmediate(resume)); // a call arrives as an event of the loop, behind what runs
    store.write(() => store.prepare('INSERT INTO result (job, text) VALUES (?, ?)').run('foreground', 'an answer'));
    samples.push(performance.now() - start);
  }
  return samples;
}

/** Times of the list that a window reads a few times a second, while so many wait. */
async function listWhileWaiting(): Promise<number[]> {
  const folder = temporaryFolder();
  const store = openJobStore(folder.path);
  const kind = defineJob({ kind: 'waits', lane: 'paused', priority: 0, attempts: 1, backoff: { firstMs: 1, mostMs: 1 }, input: z.number(), title: () => 'Waiting', run: () => () => {} });
  const queue = new JobQueue({ store, clock: systemClock, rng: systemRng, ids: systemIds(systemClock), lanes: { paused: { concurrency: 2, paused: () => true } } });
  queue.start([kind]);
  store.write(() => { for (let job = 0; job < LISTED; job++) queue.add(kind, job); });
  await setTimeout(10);
  const samples = Array.from({ length: LISTS }, () => { const start = performance.now(); queue.list(); return performance.now() - start; });
  await queue.close();
  store.close();
  folder.dispose();
  return samples;
}

/** How many jobs a second when they do nothing, and what a busy queue does to a person's write. */
export async function run(): Promise<void> {
  const queue = openQueue();
  try {
    const begun = performance.now();
    queue.add(JOBS);
    const added = performance.now();
    while (queue.ended() < JOBS) await setTimeout(1);
    const seconds = (performance.now() - added) / 1000;
    console.log(`added in one transaction:    ${(JOBS / ((added - begun) / 1000)).toFixed(0)} jobs a second`);
    console.log(`jobs that do nothing:        ${(JOBS / seconds).toFixed(0)} a second (${(seconds * 1000 / JOBS).toFixed(2)} ms each: taken, run, ended on disk)`);
    const idle = await foregroundWrites(queue.store, () => {});
    const before = queue.ended();
    let told = before;
    const busy = await foregroundWrites(queue.store, () => { if (told - queue.ended() < 50) { queue.add(200); told += 200; } });
    console.log(`a write, queue idle:         ${describe(idle)}`);
    console.log(`a write, queue busy:         ${describe(busy)}, while ${queue.ended() - before} jobs ran`);
    console.log(`the list, ${LISTED} waiting: ${describe(await listWhileWaiting())}`);
    console.log(`ratio busy to idle:          p50 ${(quantile(busy, 0.5) / quantile(idle, 0.5)).toFixed(2)}, p95 ${(quantile(busy, 0.95) / quantile(idle, 0.95)).toFixed(2)}`);
  } finally {
    await queue.close();
  }
}
