/* oxlint-disable vitest/no-standalone-expect -- the model's steps are methods that only the test below calls */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { checkIndexes, openMemoryStore, openTestMemory, type TestMemory } from '../../testing/memory.ts';
import { EngineError } from '../contract/errors.ts';
import type { MemoryKind } from '../contract/memory.ts';
import type { Remembered } from './memory.ts';

/** What the memory should hold, kept as simply as possible. */
interface Entry { kind: MemoryKind; key: string; text: string; pinned: boolean; edited: boolean; sources: Set<string> }
interface Model { entries: Map<string, Entry>; forgotten: Set<string>; everGone: Set<string> }
interface Real { memory: TestMemory }

const SESSIONS = ['a', 'b', 'c'] as const;
const AT = '2026-11-01T10:00:00.000Z';
/** One word that stands nowhere else, so that a search for it is about one text. */
const textOf = (word: number): string => `zq${String.fromCharCode(97 + word)}word was measured`;
const keyOf = (kind: MemoryKind, text: string, source: string | undefined): string => (kind === 'turn' ? `turn ${source}` : `${kind} ${text}`);
const nth = <T>(all: Iterable<T>, index: number): T | undefined => { const list = [...all]; return list[index % Math.max(1, list.length)]; };

class Remember implements fc.AsyncCommand<Model, Real> {
  readonly kind: 'turn' | 'fact' | 'note'; readonly word: number; readonly session: string; readonly seq: number;
  constructor(kind: 'turn' | 'fact' | 'note', word: number, session: string, seq: number) { this.kind = kind; this.word = word; this.session = session; this.seq = seq; }
  check(): boolean { return true; }
  async run(model: Model, { memory }: Real): Promise<void> {
    const text = textOf(this.word);
    const source = this.kind === 'note' ? undefined : `${this.session}/${this.seq}`;
    const key = keyOf(this.kind, text, source);
    const item: Remembered = { kind: this.kind, title: 'T', text, at: AT, ...(this.kind === 'fact' ? { fact: 'skill' as const } : {}), ...(source ? { source: { sessionId: this.session, seq: this.seq, at: AT } } : {}) };
    const [id] = memory.memory.remember([item]);
    const known = [...model.entries].find(([, entry]) => entry.key === key);
    if (model.forgotten.has(key)) return expect(id).toBeUndefined();
    if (known) expect(id).toBe(known[0]); else expect(model.entries.has(id ?? '')).toBe(false);
    const entry = known?.[1] ?? { kind: this.kind, key, text, pinned: false, edited: false, sources: new Set<string>() };
    if (source) entry.sources.add(source);
    model.entries.set(id as string, entry);
    await agree(model, memory);
  }
  toString(): string { return `remember(${this.kind}, ${this.word}, ${this.session}/${this.seq})`; }
}

class Add implements fc.AsyncCommand<Model, Real> {
  readonly word: number;
  constructor(word: number) { this.word = word; }
  check(): boolean { return true; }
  async run(model: Model, { memory }: Real): Promise<void> {
    const text = textOf(this.word);
    const key = keyOf('note', text, undefined);
    const known = [...model.entries].find(([, entry]) => entry.key === key);
    const { item, same } = await memory.client.add({ kind: 'note', title: 'T', text });
    expect(same).toBe(known !== undefined);
    model.forgotten.delete(key);
    if (!known) model.entries.set(item.itemId, { kind: 'note', key, text, pinned: false, edited: false, sources: new Set() });
    await agree(model, memory);
  }
  toString(): string { return `add(${this.word})`; }
}

class Edit implements fc.AsyncCommand<Model, Real> {
  readonly which: number; readonly word: number;
  constructor(which: number, word: number) { this.which = which; this.word = word; }
  check({ entries }: Readonly<Model>): boolean { return entries.size > 0; }
  async run(model: Model, { memory }: Real): Promise<void> {
    const [itemId, entry] = nth(model.entries, this.which) as [string, Entry];
    const text = textOf(this.word);
    const key = entry.kind === 'turn' ? entry.key : keyOf(entry.kind, text, undefined);
    const taken = [...model.entries].some(([id, other]) => id !== itemId && other.key === key);
    const result = await memory.client.edit({ itemId, title: 'T', text }).catch((error: unknown) => error);
    if (taken) return expect(result).toMatchObject({ code: 'MEMORY_SAME' });
    expect(result).not.toBeInstanceOf(EngineError);
    if (text !== entry.text) {
      entry.edited = true;
      if (key !== entry.key) { model.forgotten.add(entry.key); model.forgotten.delete(key); }
    }
    Object.assign(entry, { key, text });
    await agree(model, memory);
  }
  toString(): string { return `edit(${this.which}, ${this.word})`; }
}

class Pin implements fc.AsyncCommand<Model, Real> {
  readonly which: number; readonly pinned: boolean;
  constructor(which: number, pinned: boolean) { this.which = which; this.pinned = pinned; }
  check({ entries }: Readonly<Model>): boolean { return entries.size > 0; }
  async run(model: Model, { memory }: Real): Promise<void> {
    const [itemId, entry] = nth(model.entries, this.which) as [string, Entry];
    entry.pinned = (await memory.client.pin({ itemId, pinned: this.pinned })).pinned;
    expect(entry.pinned).toBe(this.pinned);
    await agree(model, memory);
  }
  toString(): string { return `pin(${this.which}, ${this.pinned})`; }
}

class Forget implements fc.AsyncCommand<Model, Real> {
  readonly which: number;
  constructor(which: number) { this.which = which; }
  check({ entries }: Readonly<Model>): boolean { return entries.size > 0; }
  async run(model: Model, { memory }: Real): Promise<void> {
    const [itemId, entry] = nth(model.entries, this.which) as [string, Entry];
    expect(await memory.client.forget({ itemId })).toMatchObject({ verified: true });
    model.entries.delete(itemId);
    model.everGone.add(itemId);
    model.forgotten.add(entry.key);
    await agree(model, memory);
  }
  toString(): string { return `forget(${this.which})`; }
}

class DeleteInterview implements fc.AsyncCommand<Model, Real> {
  readonly session: string;
  constructor(session: string) { this.session = session; }
  check(): boolean { return true; }
  async run(model: Model, { memory }: Real): Promise<void> {
    memory.store.write(() => {
      insertInterview(memory, this.session);
      memory.store.sql.prepare('DELETE FROM interview WHERE id = ?').run(this.session);
      memory.memory.purge();
    });
    for (const [itemId, entry] of model.entries) {
      const before = entry.sources.size;
      for (const source of entry.sources) if (source.startsWith(`${this.session}/`)) entry.sources.delete(source);
      if (before === 0 || entry.sources.size > 0 || entry.sources.size === before || entry.pinned || entry.edited) continue;
      model.entries.delete(itemId);
      model.everGone.add(itemId);
    }
    await agree(model, memory);
  }
  toString(): string { return `deleteInterview(${this.session})`; }
}

function insertInterview({ store }: TestMemory, id: string): void {
  store.sql.prepare(`INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at) VALUES (?, 'T', 'p', 'P', '{}', 1, 1, 'question', 1, '{}', ?, ?)`).run(id, AT, AT);
}

/** List, counts, search and every index say what the model says. */
async function agree({ entries, everGone }: Model, memory: TestMemory): Promise<void> {
  const { items, total } = await memory.client.list({ limit: 200 });
  const plain = (itemId: string, { kind, text, pinned, edited }: Pick<Entry, 'kind' | 'text' | 'pinned' | 'edited'>, sources: Iterable<string>): string => JSON.stringify([itemId, kind, text, pinned, edited, [...sources].toSorted()]);
  expect(items.map((item) => plain(item.itemId, item, item.sources.map(({ sessionId, seq }) => `${sessionId}/${seq}`))).toSorted()).toEqual([...entries].map(([id, entry]) => plain(id, entry, entry.sources)).toSorted());
  expect(total).toBe(entries.size);
  expect(items.map(({ pinned }) => pinned)).toEqual(items.map(({ pinned }) => pinned).toSorted((one, other) => Number(other) - Number(one)));
  checkIndexes(memory.store);
  const text = nth([...entries.values()].map((entry) => entry.text), 0) ?? textOf(0);
  const { hits } = await memory.client.search({ text, limit: 50 });
  expect(hits.filter(({ itemId }) => everGone.has(itemId))).toEqual([]);
  expect(hits.filter(({ why }) => why.keyword?.terms[0]?.startsWith('zq')).map(({ itemId }) => itemId).toSorted()).toEqual([...entries].filter(([, entry]) => entry.text === text).map(([id]) => id).toSorted());
}

it('holds what was remembered and not forgotten, through any order of remembering, changing, forgetting and deleting', async () => {
  const folder = temporaryFolder();
  let run = 0;
  const word = fc.nat(4), which = fc.nat(20), session = fc.constantFrom(...SESSIONS);
  const commands = fc.commands([
    fc.tuple(fc.constantFrom('turn', 'fact', 'note'), word, session, fc.nat(2)).map(([kind, ...rest]) => new Remember(kind, ...rest)),
    word.map((each) => new Add(each)), fc.tuple(which, word).map((each) => new Edit(...each)), fc.tuple(which, fc.boolean()).map((each) => new Pin(...each)),
    which.map((each) => new Forget(each)), session.map((each) => new DeleteInterview(each)),
  ], { maxCommands: 30 });
  await fc.assert(fc.asyncProperty(commands, async (sequence) => {
    const store = openMemoryStore(join(folder.path, `memory-${run++}.db`));
    const memory = openTestMemory(store);
    try {
      await fc.asyncModelRun(() => ({ model: { entries: new Map<string, Entry>(), forgotten: new Set<string>(), everGone: new Set<string>() }, real: { memory } }), sequence);
      expect(memory.faults).toEqual([]);
    } finally { await memory.queue.close(); store.close(); }
  }), { numRuns: 60 });
  folder.dispose();
}, 60_000);
