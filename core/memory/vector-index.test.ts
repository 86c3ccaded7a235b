import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { openPassageStore, type PassageStore } from '../../testing/passage-store.ts';

let folder: ReturnType<typeof temporaryFolder>;
let memory: PassageStore;
beforeEach(() => { folder = temporaryFolder(); memory = openPassageStore(folder.path); });
afterEach(() => { memory.close(); folder.dispose(); });

const WITHOUT = (): string => join(import.meta.dirname, 'no-such-extension');
function reopen(extensionFile?: () => string): void { memory.close(); memory = openPassageStore(folder.path, extensionFile); }
const unit = (...values: number[]): Float32Array => { const length = Math.hypot(...values); return Float32Array.from(values, (value) => value / length); };
const near = (id: number, query: Float32Array, k: number): number[] => memory.vectors.nearest(id, query, k).map(({ chunk }) => chunk);
const forget = (chunk: number): void => { memory.store.write(() => memory.store.prepare('DELETE FROM memory_item WHERE id = (SELECT item FROM memory_chunk WHERE id = ?)').run(chunk)); };
/** Whether the bytes of a vector stand anywhere in the database's file. */
function inFile(bytes: Buffer): boolean {
  memory.store.sql.pragma('wal_checkpoint(TRUNCATE)');
  return readFileSync(join(folder.path, 'memory.db')).includes(bytes);
}
const bytesOf = (id: number, chunk: number): Buffer => Buffer.from(memory.vectors.vectors(id, [chunk]).get(chunk)!.buffer);
const tables = (): string[] => memory.store.prepare<string, []>("SELECT name FROM sqlite_master WHERE name LIKE 'memory_vector%'").pluck().all() as string[];

describe('a set of vectors', () => {
  it('is made once for an embedder, and says what it is and how much it holds', () => {
    const id = memory.vectors.open('table-1', 'Built-in', 3);
    expect(memory.vectors.open('table-1', 'Built in', 3)).toBe(id);
    const [chunk = 0] = memory.add({ passages: ['one'] });
    memory.vectors.put(id, [{ chunk, vector: unit(1, 2, 3) }]);
    expect(memory.vectors.sets()).toEqual([{ id, embedderId: 'table-1', name: 'Built in', dimensions: 3, state: 'building', vectors: 1 }]);
    memory.vectors.setReady(id);
    expect(memory.vectors.sets()[0]?.state).toBe('ready');
  });

  it('is replaced when its embedder’s vectors have another length', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    const before = memory.vectors.open('m', 'M', 3);
    memory.vectors.put(before, [{ chunk, vector: unit(1, 0, 0) }]);
    const id = memory.vectors.open('m', 'M', 5);
    expect(memory.vectors.sets()).toEqual([{ id, embedderId: 'm', name: 'M', dimensions: 5, state: 'building', vectors: 0 }]);
    memory.vectors.put(id, [{ chunk, vector: unit(1, 1, 1, 1, 1) }]);
    expect(near(id, unit(1, 1, 1, 1, 0), 10)).toEqual([chunk]);
  });

  it('keeps apart from others, and leaves no table when it is dropped', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    const [one, other] = [memory.vectors.open('a', 'A', 2), memory.vectors.open('b', 'B', 3)];
    memory.vectors.put(one, [{ chunk, vector: unit(1, 0) }]);
    expect(near(other, unit(1, 0, 0), 5)).toEqual([]);
    memory.vectors.drop(one);
    memory.vectors.drop(other);
    expect(memory.vectors.sets()).toEqual([]);
    expect(tables()).toEqual([]);
  });

  it('knows what it lacks, in the middle and at the end', () => {
    const chunks = [1, 2, 3, 4, 5].flatMap((n) => memory.add({ title: `T${n}`, passages: [`text ${n}`] }));
    const id = memory.vectors.open('m', 'M', 2);
    const put = (...at: number[]): void => memory.vectors.put(id, at.map((n) => ({ chunk: chunks[n]!, vector: unit(1, n) })));
    expect(memory.vectors.missing(id, 2)).toEqual([{ chunk: chunks[0], heading: 'T1', text: 'text 1' }, { chunk: chunks[1], heading: 'T2', text: 'text 2' }]);
    put(0, 2, 3);
    expect(memory.vectors.countMissing(id)).toBe(2);
    put(4);
    expect(memory.vectors.missing(id, 9).map(({ chunk }) => chunk)).toEqual([chunks[1]]);
    put(1);
    expect(memory.vectors.missing(id, 9)).toEqual([]);
    expect(memory.vectors.countMissing(id)).toBe(0);
  });

  it('refuses vectors of another length and such that hold no numbers, all of them', () => {
    const [chunk = 0, other = 0] = memory.add({ passages: ['one', 'two'] });
    const id = memory.vectors.open('m', 'M', 2);
    expect(() => memory.vectors.put(id, [{ chunk, vector: unit(1, 1) }, { chunk: other, vector: unit(1, 1, 1) }])).toThrow(RangeError);
    expect(() => memory.vectors.put(id, [{ chunk, vector: unit(1, 1) }, { chunk: other, vector: Float32Array.of(Number.NaN, 1) }])).toThrow(RangeError);
    expect(memory.vectors.sets()[0]?.vectors).toBe(0);
  });

  it('takes no vector of a passage that is gone', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    const id = memory.vectors.open('m', 'M', 2);
    forget(chunk);
    memory.vectors.put(id, [{ chunk, vector: unit(1, 1) }]);
    expect(memory.vectors.left([chunk])).toBe(0);
  });

  it('keeps a text without direction as done, and never finds it near', () => {
    const [chunk = 0, other = 0] = memory.add({ passages: ['☃', 'two'] });
    const id = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(id, [{ chunk, vector: Float32Array.of(0, 0) }, { chunk: other, vector: unit(-1, -1) }]);
    expect(memory.vectors.countMissing(id)).toBe(0);
    expect(near(id, unit(1, 1), 10)).toEqual([other]);
    expect([...memory.vectors.vectors(id, [chunk, other]).keys()]).toEqual([other]);
  });

  it('keeps vectors with length 1, whatever length they came with', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    const id = memory.vectors.open('m', 'M', 2);
    memory.vectors.put(id, [{ chunk, vector: Float32Array.of(30, 40) }]);
    expect([...memory.vectors.vectors(id, [chunk]).get(chunk)!]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
    expect(memory.vectors.nearest(id, unit(1, 0), 1)).toEqual([{ chunk, cosine: expect.closeTo(0.6) as number }]);
  });

  it('is as it was when a transaction is taken back', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    expect(() => memory.store.write(() => {
      const id = memory.vectors.open('m', 'M', 2);
      memory.vectors.put(id, [{ chunk, vector: unit(1, 1) }]);
      throw new Error('the disk is full');
    })).toThrow('full');
    expect(memory.vectors.sets()).toEqual([]);
    expect(tables()).toEqual([]);
    expect(memory.vectors.open('m', 'M', 2)).toBe(1);
  });

  it('finds the nearest ones exactly, of all or of a part', () => {
    const whole = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const id = memory.vectors.open('m', 'M', 3);
    const of = new Map<number, Float32Array>();
    fc.assert(fc.property(fc.array(whole, { minLength: 1, maxLength: 30 }), whole, fc.integer({ min: 1, max: 12 }), (vectors, query, k) => {
      const added = vectors.map((values) => ({ chunk: memory.add({ passages: ['x'] })[0]!, vector: unit(...values) }));
      memory.vectors.put(id, added);
      for (const { chunk, vector } of added) of.set(chunk, vector);
      const cosine = (chunk: number): number => of.get(chunk)!.reduce((sum, value, at) => sum + value * unit(...query)[at]!, 0);
      const expected = [...of.keys()].map(cosine).sort((a, b) => b - a).slice(0, k);
      const found = memory.vectors.nearest(id, unit(...query), k);
      expect(found.map((one) => one.cosine)).toEqual(expected.map((value) => expect.closeTo(value, 5) as number));
      for (const one of found) expect(cosine(one.chunk)).toBeCloseTo(one.cosine, 5);
      const part = added.map(({ chunk }) => chunk);
      const within = memory.vectors.nearest(id, unit(...query), k, { sql: 'SELECT value FROM json_each(?)', params: [JSON.stringify(part)] }).map((one) => one.chunk);
      expect(within.length).toBe(Math.min(k, part.length));
      expect(within.every((chunk) => part.includes(chunk))).toBe(true);
    }), { numRuns: 40 });
  });
});

describe('vectors of what was forgotten', () => {
  it('are purged from all sets, and their bytes with them', () => {
    const [kept = 0] = memory.add({ passages: ['kept'] }), [gone = 0] = memory.add({ passages: ['gone'] });
    const telling = unit(0.123, 0.456, 0.789);
    for (const name of ['a', 'b']) memory.vectors.put(memory.vectors.open(name, name, 3), [{ chunk: kept, vector: unit(1, 0, 0) }, { chunk: gone, vector: telling }]);
    const bytes = bytesOf(1, gone);
    expect(inFile(bytes)).toBe(true);
    forget(gone);
    expect(memory.vectors.left([gone, kept])).toBe(4);
    expect(memory.vectors.purge()).toBe(2);
    expect(memory.vectors.left([gone])).toBe(0);
    expect(memory.vectors.left([kept])).toBe(2);
    expect(memory.store.prepare('SELECT count(*) FROM memory_dead_chunk').pluck().get()).toBe(0);
    expect(inFile(bytes)).toBe(false);
    expect(memory.vectors.purge()).toBe(0);
  });

  it('go where sqlite-vec cannot be loaded too, at the price of making the others again', () => {
    const [kept = 0] = memory.add({ passages: ['kept'] }), [gone = 0] = memory.add({ passages: ['gone'] });
    const telling = unit(0.123, 0.456, 0.789);
    const id = memory.vectors.open('a', 'A', 3);
    memory.vectors.put(id, [{ chunk: kept, vector: unit(1, 0, 0) }, { chunk: gone, vector: telling }]);
    memory.vectors.setReady(id);
    const bytes = bytesOf(id, gone);
    expect(inFile(bytes)).toBe(true);
    reopen(WITHOUT);
    expect(memory.vectors.unavailable).toMatch(/words only/);
    forget(gone);
    expect(memory.vectors.left([gone])).toBe(1);
    expect(memory.vectors.purge()).toBe(1);
    expect(memory.vectors.left([gone, kept])).toBe(0);
    expect(memory.vectors.sets()).toMatchObject([{ id, state: 'building', vectors: 0 }]);
    expect(memory.vectors.missing(id, 5).map(({ chunk }) => chunk)).toEqual([kept]);
    expect(inFile(bytes)).toBe(false);
    memory.store.sql.exec('VACUUM');
    reopen();
    memory.vectors.put(id, [{ chunk: kept, vector: unit(1, 0, 0) }]);
    expect(near(id, unit(1, 0, 0), 5)).toEqual([kept]);
    memory.vectors.drop(id);
    expect(tables()).toEqual([]);
  });

  it('and nothing else happens without sqlite-vec: no vector is added, none is near, and nothing throws', () => {
    const [chunk = 0] = memory.add({ passages: ['one'] });
    const id = memory.vectors.open('a', 'A', 2);
    memory.vectors.put(id, [{ chunk, vector: unit(1, 0) }]);
    reopen(WITHOUT);
    expect(memory.vectors.open('a', 'A', 2)).toBe(id);
    expect(() => memory.vectors.open('b', 'B', 2)).toThrow(/words only/);
    memory.vectors.put(id, [{ chunk, vector: unit(0, 1) }]);
    expect(memory.vectors.purge()).toBe(0);
    expect(memory.vectors.sets()).toMatchObject([{ vectors: 1 }]);
    expect(near(id, unit(1, 0), 5)).toEqual([]);
    expect(memory.vectors.vectors(id, [chunk]).size).toBe(0);
    memory.vectors.drop(id);
    expect(memory.vectors.sets()).toEqual([]);
    reopen();
    expect(memory.vectors.open('c', 'C', 7)).toBe(id);
    memory.vectors.put(id, [{ chunk, vector: unit(1, 1, 1, 1, 1, 1, 1) }]);
    expect(near(id, unit(1, 1, 1, 1, 1, 1, 0), 5)).toEqual([chunk]);
  });
});
