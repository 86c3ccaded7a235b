import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { openJobStore } from '../../testing/job-store.ts';
import type { TestWork } from '../contract/test-mode.ts';
import { countingIds, SettableClock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { createJobs, createTestJobs, type AddOptions } from './index.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let told = 0;
let jobs: ReturnType<typeof createJobs>;
let kinds: ReturnType<typeof createTestJobs>;
beforeEach(() => {
  folder = temporaryFolder();
  store = openJobStore(folder.path, { safe: false });
  told = 0;
  jobs = createJobs({ store, clock: new SettableClock('2026-11-20T09:00:00.000Z'), ids: countingIds(), rng: { next: () => 1 }, lanes: { cpu: { concurrency: 1 }, model: { concurrency: 2 } }, changed: () => { told++; } });
  kinds = createTestJobs();
  jobs.queue.start(Object.values(kinds));
});
afterEach(async () => {
  await jobs.close();
  store.close();
  folder.dispose();
});

const STAYS: Partial<TestWork> = { steps: [{ share: 0.4, says: 'question 2 of 5', ms: 600_000 }] };
const HOPELESS: Partial<TestWork> = { fails: 1, failure: { says: 'the key was refused', retryable: false } };
const add = (title: string, work: Partial<TestWork> = {}, options: AddOptions = {}): string => jobs.queue.add(kinds.cpu, { title, steps: [], ...work }, options).id;
const client = () => createRouterClient(jobs.router);
const states = async (): Promise<string[]> => (await client().list()).jobs.map(({ title, state }) => `${title} ${state}`);
const refusal = (call: Promise<unknown>): Promise<unknown> => call.then(() => 'nothing', (error: unknown) => (error as { code: string; message: string }).code + ': ' + (error as Error).message);

describe('the calls of background work', () => {
  it('cancel what runs and what waits, and answer with the list as it is then', async () => {
    const [runs, waits] = [add('first', STAYS), add('second')];
    await vi.waitUntil(() => jobs.queue.get(runs)?.progress);
    expect((await client().list()).jobs[0]).toMatchObject({ title: 'first', progress: { share: 0.4, says: 'question 2 of 5' } });
    expect((await client().cancel({ jobId: waits })).jobs.map(({ title, state }) => `${title} ${state}`)).toEqual(['first running', 'second cancelled']);
    expect((await client().cancel({ jobId: runs })).running).toBe(0);
    expect(await states()).toEqual(['second cancelled', 'first cancelled']);
  });
  it('begin a failed one anew, which then ends', async () => {
    const jobId = add('fails once', HOPELESS);
    await vi.waitUntil(() => jobs.queue.get(jobId)?.state === 'failed');
    expect((await client().list()).jobs[0]).toMatchObject({ state: 'failed', error: { says: 'the key was refused' } });
    expect((await client().retry({ jobId })).failed).toBe(0);
    await vi.waitUntil(() => jobs.queue.get(jobId)?.state === 'done');
    expect((await client().clear()).jobs).toEqual([]);
  });
  it('refuse in words what is not possible now, and change nothing', async () => {
    const [ended, failed] = [add('ends'), add('fails', HOPELESS, { key: 'same' })];
    await vi.waitUntil(() => jobs.queue.get(failed)?.state === 'failed');
    const runs = add('again', STAYS, { key: 'same' });
    await vi.waitUntil(() => jobs.queue.get(runs)?.state === 'running');
    expect(await refusal(client().cancel({ jobId: ended }))).toBe('JOB_NOT_NOW: Cancelling is not possible: this work is done.');
    expect(await refusal(client().cancel({ jobId: failed }))).toBe('JOB_NOT_NOW: Cancelling is not possible: this work has failed already.');
    expect(await refusal(client().retry({ jobId: runs }))).toBe('JOB_NOT_NOW: Trying again is not possible: this work is running.');
    expect(await refusal(client().retry({ jobId: failed }))).toBe('JOB_NOT_NOW: Trying again is not possible: this work is in the list once more already.');
    expect(await refusal(client().retry({ jobId: 'nobody' }))).toBe('JOB_NOT_FOUND: This work is no longer in the list.');
    expect(await states()).toEqual(['again running', 'fails failed', 'ends done']);
  });
});

it('tells windows of changes a few times a second, however often a job tells its progress', async () => {
  const steps = Array.from({ length: 100 }, (_, step) => ({ share: step / 100, says: `${step} of 100`, ms: 10 }));
  const begun = performance.now();
  const jobId = add('tells a lot', { steps });
  await vi.waitUntil(() => jobs.queue.get(jobId)?.state === 'done', { timeout: 10_000 });
  const seconds = (performance.now() - begun) / 1000;
  expect(told).toBeGreaterThan(2);
  expect(told).toBeLessThanOrEqual(Math.ceil(seconds / 0.3) + 1);
});
