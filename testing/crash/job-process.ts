// A process of its own that adds and runs jobs on a given folder, until it is killed. Told to end, it adds none and runs what is left.
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { defineJob, JobError, JobQueue, type JobKind } from '../../core/jobs/index.ts';
import { seededRng, systemClock, systemIds } from '../../core/sources.ts';
import { TestFaults } from '../../core/storage/test-faults.ts';
import { openJobStore } from '../job-store.ts';

const [folder = '', seed = '1', mode = 'run', afterWrites = '0'] = process.argv.slice(2);
const rng = seededRng(Number(seed));
const store = openJobStore(folder);
store.sql.exec('CREATE TABLE IF NOT EXISTS intent (job TEXT NOT NULL, text TEXT NOT NULL)');
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** Works a moment, fails now and then, writes one result; `chain` adds one more with its results. */
const kindOf = (kind: string, lane: string, attempts: number, chain?: JobKind<z.ZodString>): JobKind<z.ZodString> => defineJob({
  kind, lane, attempts, priority: 0, backoff: { firstMs: 1, mostMs: 5 }, input: z.string(),
  title: () => 'Working a moment',
  async run(text, { jobId, signal }) {
    await pause(rng.next() * 4);
    signal.throwIfAborted();
    if (rng.next() < 0.15) throw new JobError({ code: 'now-and-then', says: 'it failed', retryable: true });
    return () => {
      store.prepare('INSERT INTO result (job, text) VALUES (?, ?)').run(jobId, text);
      if (chain) add(chain, `${text}, then`);
    };
  },
});
const follow = kindOf('follow', 'small', 1_000_000);
const lead = kindOf('lead', 'wide', 1_000_000, follow);
const frail = kindOf('frail', 'small', 2);
const queue = new JobQueue({ store, clock: systemClock, rng, ids: systemIds(systemClock), lanes: { wide: { concurrency: 3 }, small: { concurrency: 1 } }, kept: Number.MAX_SAFE_INTEGER });
/** The intent and its job are one transaction, as an answer and its scoring would be. */
const add = (kind: JobKind<z.ZodString>, text: string): void => store.write(() => {
  store.prepare('INSERT INTO intent (job, text) VALUES (?, ?)').run(queue.add(kind, text).id, text);
});
queue.start([lead, follow, frail]);

const waiting = (): number => queue.count('queued') + queue.count('running');
writeSync(1, 'found\n');
if (mode === 'before-commit' || mode === 'after-commit') {
  const faults = new TestFaults();
  faults.set({ kind: 'kill', moment: mode, afterWrites: Number(afterWrites) });
  store.faults = faults;
}
for (let count = 0; mode !== 'end' || waiting() > 0; count++) {
  if (mode !== 'end' && waiting() < 12) for (const kind of [lead, frail]) add(kind, `${seed} ${count}`);
  await pause(1);
}
await queue.close();
store.close();
