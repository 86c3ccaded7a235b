import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { checkIndexes, LetterModel, openMemoryStore, openTestMemory, seenMeanwhile, type TestMemory, type TestMemoryOptions } from '../../testing/memory.ts';
import type { MemoryStatus } from '../contract/memory.ts';
import type { Store } from '../storage/store.ts';
import type { Remembered } from './memory.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let memory: TestMemory;
let model: LetterModel;
let models: LetterModel[];

beforeEach(() => {
  folder = temporaryFolder();
  model = new LetterModel();
  models = [model];
  open();
});
afterEach(async () => {
  await memory.queue.close();
  checkIndexes(store);
  store.close();
  folder.dispose();
  memory.refuseFaults();
});

function open({ freeBytes, ...options }: TestMemoryOptions & { freeBytes?: () => number } = {}): void {
  store = openMemoryStore(join(folder.path, 'memory.db'), freeBytes ? { freeBytes } : {});
  memory = openTestMemory(store, { models, ...options });
}
async function restart(options: Parameters<typeof open>[0] = {}): Promise<void> {
  await memory.queue.close();
  store.close();
  open({ clock: memory.clock, ids: { next: (prefix) => `${prefix}-${Math.random()}` }, ...options });
}
const turn = (seq: number, text = `Answer number ${seq} about queues.`): Remembered => ({ kind: 'turn', title: 'Queues', text, at: '2026-11-01T10:00:00.000Z', source: { sessionId: 's', seq, at: '2026-11-01T10:00:00.000Z' } });
const remember = (from: number, to: number): void => { memory.memory.remember(Array.from({ length: to - from }, (_, index) => turn(from + index))); };
const states = ({ embedders }: MemoryStatus): Record<string, string> => Object.fromEntries(embedders.map(({ embedderId, state }) => [embedderId, state]));
const comparedWith = async (text = 'queues'): Promise<string | undefined> => (await memory.client.search({ text })).hits[0]?.why.vector?.embedder;
const sets = (): string[] => store.sql.prepare('SELECT embedder_id FROM memory_embedder ORDER BY id').pluck().all() as string[];
/** As when a model is away for many hours. */
async function attemptsRunOut(): Promise<void> {
  for (let attempt = 0; attempt < 14; attempt++) { await memory.idle(); memory.clock.advance(3_600_000); memory.queue.resume(); }
  await memory.idle();
}
/** Lets a model's calls wait until the function given back is called. */
function hold(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  model.hold = promise;
  return () => { model.hold = undefined; resolve(); };
}

describe('another embedder', () => {
  it('takes over when its vectors are whole; until then search goes on with those there are', async () => {
    remember(0, 60);
    memory.start();
    const release = hold();
    const status = await memory.client.chooseEmbedder({ embedderId: model.id });
    expect(states(status)).toEqual({ 'built-in-1': 'in-use', letters: 'building' });
    expect(status.building).toEqual({ embedder: 'Model letters', done: 0, of: 60 });
    expect(await comparedWith()).toBe('Built-in');
    release();
    await memory.idle();
    expect(states(await memory.client.status())).toEqual({ 'built-in-1': 'available', letters: 'in-use' });
    expect(await comparedWith()).toBe('Model letters');
    expect(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()).toBe(60);
  });

  it('has vectors of what was remembered while they were being made, and of what is remembered later', async () => {
    remember(0, 30);
    memory.start();
    const release = hold();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    await vi.waitFor(() => expect(model.calls).toHaveLength(1));
    remember(30, 50);
    release();
    await memory.idle();
    expect(states(await memory.client.status()).letters).toBe('in-use');
    remember(50, 55);
    await memory.idle();
    expect(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()).toBe(55);
  });

  it('has vectors of what was remembered while its results could not be written', async () => {
    let full = false;
    await restart({ freeBytes: () => (full ? 0 : Infinity) });
    remember(0, 10);
    const embed = model.embed.bind(model);
    model.embed = async (texts, signal) => {
      const made = await embed(texts, signal);
      // The disk is full from the moment on in which its last vectors have been kept.
      if (model.calls.length === 2) setImmediate(() => { full = true; });
      return made;
    };
    memory.start();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    await vi.waitFor(() => expect(memory.faults).toMatchObject([{ code: 'STORAGE_FULL' }]));
    memory.faults.length = 0;
    full = false;
    remember(10, 15);
    memory.queue.resume();
    await memory.idle();
    expect(states(await memory.client.status()).letters).toBe('in-use');
    expect(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()).toBe(15);
  });

  it('that was away until its attempts ran out is prepared when it is back, and takes over', async () => {
    remember(0, 3);
    memory.start();
    model.fails = new Error('away');
    await memory.client.chooseEmbedder({ embedderId: model.id });
    model.ready = false;
    await attemptsRunOut();
    model.fails = undefined;
    expect(states(await memory.client.status()).letters).toBe('building');
    model.ready = true;
    memory.modelsChanged();
    await memory.idle();
    expect(states(await memory.client.status()).letters).toBe('in-use');
  });

  it('goes on where it was when the app ended in the middle', async () => {
    remember(0, 100);
    memory.start();
    model.holdFrom = 3;
    const release = hold();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    await vi.waitFor(() => expect(model.calls).toHaveLength(4));
    const closing = restart();
    release();
    await closing;
    const kept = Number(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get());
    expect(kept).toBe(32);
    expect(states(await memory.client.status()).letters).toBe('building');
    model.calls.length = 0;
    memory.start();
    await memory.idle();
    expect(states(await memory.client.status()).letters).toBe('in-use');
    expect(model.calls.flat().filter((text) => text !== 'interview')).toHaveLength(100 - kept);
  });

  it.each(['running', 'queued'] as const)('that is cancelled while %s leaves the choice as it was before', async (state) => {
    remember(0, 30);
    if (state === 'running') memory.start();
    const release = hold();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    if (state === 'running') await vi.waitFor(() => expect(model.calls).toHaveLength(1));
    const job = store.sql.prepare("SELECT id FROM job WHERE kind = 'memory.embed'").pluck().get() as string;
    memory.queue.cancel(job);
    release();
    if (state === 'running') await memory.idle();
    memory.jobsChanged();
    expect(states(await memory.client.status())).toEqual({ 'built-in-1': 'in-use', letters: 'available' });
    expect(sets()).toEqual(['built-in-1']);
    await restart();
    expect(states(await memory.client.status())).toEqual({ 'built-in-1': 'in-use', letters: 'available' });
  });

  it('is given up at once for the built-in one, and its vectors go', async () => {
    remember(0, 30);
    memory.start();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    await memory.idle();
    expect(states(await memory.client.chooseEmbedder({ embedderId: 'built-in-1' }))).toEqual({ 'built-in-1': 'in-use', letters: 'available' });
    expect([await comparedWith(), sets()]).toEqual(['Built-in', ['built-in-1']]);
  });

  it('never shares vectors with one before it, nor with itself at another length', async () => {
    const other = new LetterModel('other', 'away');
    other.dimensions = 10;
    models.push(other);
    remember(0, 30);
    memory.start();
    await memory.client.chooseEmbedder({ embedderId: 'letters' });
    await memory.idle();
    await memory.client.chooseEmbedder({ embedderId: 'other' });
    expect(await comparedWith()).toBe('Model letters');
    await memory.idle();
    expect([await comparedWith(), sets()]).toEqual(['Model other', ['built-in-1', 'other']]);
    expect((await memory.client.status()).embedders.map(({ dimensions }) => dimensions)).toEqual([expect.any(Number), null, 10]);
    other.dimensions = 12;
    expect(await comparedWith()).toBe('Built-in');
    await restart();
    remember(30, 31);
    memory.start();
    await memory.idle();
    expect(await comparedWith()).toBe('Model other');
    expect(store.sql.prepare("SELECT dimensions FROM memory_embedder WHERE embedder_id = 'other'").pluck().get()).toBe(12);
  });

  it('that does not answer is not chosen, and one that stops answering is tried again later', async () => {
    remember(0, 5);
    memory.start();
    model.ready = false;
    await expect(memory.client.chooseEmbedder({ embedderId: model.id })).rejects.toMatchObject({ code: 'EMBEDDER_NOT_FOUND' });
    await expect(memory.client.chooseEmbedder({ embedderId: 'unknown' })).rejects.toMatchObject({ code: 'EMBEDDER_NOT_FOUND' });
    model.ready = true;
    await memory.client.chooseEmbedder({ embedderId: model.id });
    model.ready = false;
    await vi.waitFor(() => expect(memory.queue.get(store.sql.prepare("SELECT id FROM job WHERE kind = 'memory.embed'").pluck().get() as string)?.error?.code).toBe('embedder-away'));
    model.ready = true;
    memory.clock.advance(60_000);
    memory.queue.resume();
    await vi.waitFor(async () => expect(states(await memory.client.status()).letters).toBe('in-use'));
  });

  it('in this machine waits while a person is being answered there; one elsewhere does not', async () => {
    let busy = true;
    const listeners = new Set<() => void>();
    await restart({ answering: { answeringHere: () => busy, onAnsweredHere: (listener) => { listeners.add(listener); return () => listeners.delete(listener); } } });
    models.push(new LetterModel('elsewhere', 'away'));
    remember(0, 5);
    memory.start();
    await memory.client.chooseEmbedder({ embedderId: 'elsewhere' });
    await memory.idle();
    expect(await comparedWith()).toBe('Model elsewhere');
    await memory.client.chooseEmbedder({ embedderId: 'letters' });
    await new Promise((resume) => setTimeout(resume, 50));
    expect(model.calls).toEqual([]);
    busy = false;
    for (const listener of listeners) listener();
    await memory.idle();
    expect([await comparedWith(), listeners.size]).toEqual(['Model letters', 0]);
  });
});

describe('a model in use', () => {
  beforeEach(async () => {
    remember(0, 5);
    memory.start();
    await memory.client.chooseEmbedder({ embedderId: model.id });
    await memory.idle();
    model.calls.length = 0;
  });

  it('that is slow or fails is replaced by the built-in vectors, and each hit says so', async () => {
    const release = hold();
    const begun = performance.now();
    expect(await comparedWith()).toBe('Built-in');
    expect(performance.now() - begun).toBeLessThan(1_500);
    release();
    // Left alone for a while, so that not each search waits.
    expect(await comparedWith()).toBe('Built-in');
    expect(model.calls).toHaveLength(1);
    memory.clock.advance(60_000);
    expect(await comparedWith()).toBe('Model letters');
    model.fails = new Error('no');
    expect(await comparedWith()).toBe('Built-in');
  });

  it('that was away until its attempts ran out has the vectors it owes made when it is back, and shows them until then', async () => {
    expect((await memory.client.status()).building).toBeNull();
    model.ready = false;
    remember(5, 7);
    await attemptsRunOut();
    expect(store.sql.prepare("SELECT attempts FROM job WHERE kind = 'memory.embed' AND state = 'failed'").pluck().all()).toEqual([12]);
    expect((await memory.client.status()).building).toEqual({ embedder: 'Model letters', done: 5, of: 7 });
    model.ready = true;
    memory.modelsChanged();
    await memory.idle();
    const { building, embedders } = await memory.client.status();
    expect([building, embedders[1]?.state, store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()]).toEqual([null, 'in-use', 7]);
    // Told of something else, it is not asked again for what it refuses.
    model.fails = new Error('refused');
    remember(7, 8);
    await attemptsRunOut();
    const calls = model.calls.length;
    memory.modelsChanged();
    await new Promise((resume) => setTimeout(resume, 2_200));
    await memory.idle();
    expect(model.calls).toHaveLength(calls);
    memory.faults.length = 0;
  });

  it('that is not ready is shown as away, and the built-in one as the one in use', async () => {
    model.ready = false;
    expect(states(await memory.client.status())).toEqual({ 'built-in-1': 'in-use', letters: 'away' });
    models.length = 0;
    expect((await memory.client.status()).embedders).toMatchObject([{ state: 'in-use' }, { embedderId: 'letters', name: 'Model letters', state: 'away' }]);
    expect(await comparedWith()).toBe('Built-in');
  });

  it('keeps nothing of what is forgotten', async () => {
    const [first] = (await memory.client.list({})).items;
    expect((await memory.client.forget({ itemId: first?.itemId ?? '' })).verified).toBe(true);
    expect(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()).toBe(4);
  });

  it('is not asked when the search is called off', async () => {
    await expect(memory.memory.search({ text: 'queues', limit: 5 }, AbortSignal.abort(new Error('called off')))).rejects.toThrow('called off');
    const release = hold();
    const stop = new AbortController();
    const search = memory.memory.search({ text: 'queues', limit: 5 }, stop.signal);
    stop.abort(new Error('called off'));
    await expect(search).rejects.toThrow('called off');
    release();
  });
});

it('forgotten passages get no vector from a batch that was under way', async () => {
  remember(0, 5);
  memory.start();
  const release = hold();
  await memory.client.chooseEmbedder({ embedderId: model.id });
  await vi.waitFor(() => expect(model.calls).toHaveLength(1));
  model.hold = undefined;
  const held = hold();
  release();
  await vi.waitFor(() => expect(model.calls).toHaveLength(2));
  const [first] = (await memory.client.list({})).items;
  await memory.client.forget({ itemId: first?.itemId ?? '' });
  held();
  await memory.idle();
  expect(store.sql.prepare('SELECT count(*) FROM memory_vector_2_rowids').pluck().get()).toBe(4);
});

it('makes built-in vectors that are missing in slices that leave the loop free, and drops those of an older version', async () => {
  memory.memory.remember(Array.from({ length: 800 }, (_, seq) => turn(seq, `Answer number ${seq}. ${'We measured the slow query and added an index on a copy first. '.repeat(15)}`)));
  await memory.queue.close();
  // As an older version leaves it: another built-in embedder's vectors, none of this one's.
  store.sql.exec("UPDATE memory_embedder SET embedder_id = 'built-in-0'");
  store.close();
  open({ clock: memory.clock, ids: { next: (prefix) => `${prefix}-${Math.random()}` } });
  expect(sets()).toEqual(['built-in-1']);
  expect((await memory.client.status()).building).toEqual({ embedder: 'Built-in', done: 0, of: 800 });
  expect((await memory.client.search({ text: 'slow query' })).hits[0]?.why).toMatchObject({ keyword: {}, vector: null });
  memory.start();
  const set = Number(store.sql.prepare("SELECT id FROM memory_embedder WHERE embedder_id = 'built-in-1'").pluck().get());
  const seen = await seenMeanwhile(() => Number(store.sql.prepare(`SELECT count(*) FROM memory_vector_${set}_rowids`).pluck().get()), () => memory.idle());
  // No more than this at once, however long a slice takes on a busy machine.
  expect(Math.max(...seen.slice(1).map((count, index) => count - (seen[index] ?? 0)))).toBeLessThanOrEqual(64);
  expect(seen.at(-1)).toBe(800);
  expect((await memory.client.status()).building).toBeNull();
  expect(await comparedWith('slow query')).toBe('Built-in');
});
