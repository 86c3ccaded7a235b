import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { checkIndexes, openMemoryStore, openTestMemory, type TestMemory } from '../../testing/memory.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Store } from '../storage/store.ts';
import type { Remembered } from './memory.ts';
import { MEMORY_SQL } from './memory-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let memory: TestMemory;
beforeEach(() => {
  folder = temporaryFolder();
  store = openMemoryStore(join(folder.path, 'memory.db'));
  memory = openTestMemory(store);
});
afterEach(async () => {
  await memory.queue.close();
  store.close();
  folder.dispose();
  memory.refuseFaults();
});

const failure = (code: ErrorCode): unknown => expect.objectContaining({ code });
const turn = (sessionId: string, seq: number, text: string): Remembered => ({ kind: 'turn', title: 'A slow report', text, at: `2026-11-0${1 + (seq % 9)}T10:00:00.000Z`, source: { sessionId, seq, at: `2026-11-0${1 + (seq % 9)}T10:00:00.000Z` } });
const fact = (text: string, sessionId: string, seq: number): Remembered => ({ ...turn(sessionId, seq, text), kind: 'fact', fact: 'employer', title: 'Siemens', madeBy: { who: 'coach', version: 'claims-1' } });
const rows = (table: string): number => Number(store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
const found = async (text: string): Promise<string[]> => (await memory.client.search({ text, limit: 50 })).hits.map(({ itemId }) => itemId);

describe('what is remembered', () => {
  it('is found by its words and its vector as soon as remembering returns, with where it stands and where it comes from', async () => {
    const [id] = memory.memory.remember([turn('interview-1', 3, 'I moved the billing service to PostgreSQL and the nightly run fell from 40 to 4 minutes.')]);
    const { hits, keywordOnly } = await memory.client.search({ text: 'billing service' });
    expect(keywordOnly).toBeNull();
    expect(hits).toHaveLength(1);
    const [hit] = hits;
    expect(hit).toMatchObject({ itemId: id, kind: 'turn', title: 'A slow report', pinned: false, source: { sessionId: 'interview-1', title: 'Interview interview-1', seq: 3 }, why: { keyword: { terms: ['billing', 'service'] }, vector: { embedder: 'Built-in' } } });
    expect(hit?.marks.map(({ start, end }) => hit.passage.slice(start, end))).toEqual(['billing', 'service']);
    const { text } = await memory.client.item({ itemId: id ?? '' });
    expect(text.slice(hit?.start, hit?.end)).toBe(hit?.passage);
    checkIndexes(store);
  });

  it('is rolled back with its caller, and a fault in the middle leaves no halves in a transaction that goes on', () => {
    expect(() => store.write(() => { memory.memory.remember([turn('s', 1, 'All of this is taken back.')]); throw new Error('caller'); })).toThrow('caller');
    expect([rows('memory_item'), rows('memory_chunk')]).toEqual([0, 0]);
    store.write(() => {
      const faulty = { ...turn('s', 2, 'Second'), get text(): string { throw new Error('fault'); } };
      expect(() => memory.memory.remember([turn('s', 1, 'First'), faulty])).toThrow('fault');
      memory.memory.setRead('s', 1);
    });
    expect([rows('memory_item'), rows('memory_chunk'), memory.memory.turnsRead('s')]).toEqual([0, 0, 1]);
    checkIndexes(store);
  });

  it('said again only adds where it comes from; turns stay apart, whatever their words', async () => {
    const [first, again, other] = memory.memory.remember([fact('I worked at Siemens.', 'a', 1), fact('i  worked at\nSIEMENS.', 'b', 4), fact('I worked at Siemens for four years.', 'b', 4)]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect((await memory.client.item({ itemId: first ?? '' })).sources.map(({ sessionId, seq }) => `${sessionId} ${seq}`)).toEqual(['b 4', 'a 1']);
    const turns = memory.memory.remember([turn('a', 1, 'Yes.'), turn('a', 2, 'Yes.'), turn('b', 1, 'Yes.'), turn('a', 1, 'Yes.')]);
    expect(new Set(turns).size).toBe(3);
    expect(memory.memory.facts(10).map(({ itemId }) => itemId)).toEqual([other, first]);
    expect(memory.memory.remember([fact('  \n ', 'a', 9), fact('\u0000\u0001PDF\u0002', 'a', 9)])).toEqual([undefined, undefined]);
    checkIndexes(store);
  });

  it('refuses what the person puts in when it is empty, too long or no text, and says when it was there already', async () => {
    const note = (text: string) => ({ kind: 'note' as const, title: 'A note', text });
    await expect(memory.client.add(note(' \n '))).rejects.toEqual(failure('MEMORY_EMPTY'));
    await expect(memory.client.add(note('a'.repeat(500_001)))).rejects.toEqual(failure('MEMORY_TOO_LONG'));
    await expect(memory.client.add(note('%PDF\u0000\u0001'))).rejects.toEqual(failure('MEMORY_NOT_TEXT'));
    const { item, same } = await memory.client.add(note('Ask about on-call.'));
    expect(same).toBe(false);
    expect(await memory.client.add({ ...note('ask about  on-call.'), title: 'Another title' })).toEqual({ item, same: true });
    expect((await memory.client.add({ ...note('Ask about on-call.'), kind: 'job' })).same).toBe(false);
  });

  it('keeps nothing of what was on its way in when everything is deleted', async () => {
    const adding = memory.client.add({ kind: 'note', title: 'Late', text: 'A sentence of a long note. '.repeat(8_000) });
    await new Promise((resume) => setImmediate(resume));
    memory.forgetPerson();
    await expect(adding).rejects.toMatchObject({ code: 'MEMORY_NOT_FOUND' });
    expect((await memory.client.list({})).total).toBe(0);
  });

  it('is found again when it came out of a backup without its passages', async () => {
    const insert = store.sql.prepare("INSERT INTO memory_item (item_id, kind, title, text, hash, at, updated_at) VALUES (?, 'note', 'A note', ?, ?, '2026-11-01T10:00:00.000Z', '2026-11-01T10:00:00.000Z')");
    for (const number of [1, 2]) insert.run(`note-${number}`, `Ask about the Zwickel shift, number ${number}.`, `hash-${number}`);
    expect(await found('Zwickel')).toEqual([]);
    memory.dataReplaced();
    expect((await found('Zwickel')).toSorted()).toEqual(['note-1', 'note-2']);
    checkIndexes(store);
  });

  it('is listed pinned first, then the newest, page after page, each once', async () => {
    memory.memory.remember(Array.from({ length: 7 }, (_, seq) => turn('s', seq, `Answer number ${seq}`)));
    memory.memory.remember([fact('I worked at Siemens.', 's', 0)]);
    const all = (await memory.client.list({})).items;
    await memory.client.pin({ itemId: all[4]?.itemId ?? '', pinned: true });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await memory.client.list({ kind: 'turn', limit: 3, ...(cursor ? { cursor } : {}) });
      expect(page.total).toBe(7);
      seen.push(...page.items.map(({ text }) => text));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([2, 6, 5, 4, 3, 1, 0].map((seq) => `Answer number ${seq}`));
    expect((await memory.client.list({ cursor: 'nonsense', limit: 1 })).items).toHaveLength(1);
    expect(await memory.client.status()).toMatchObject({ items: 8, chunks: 8, kinds: [{ kind: 'fact', items: 1 }, { kind: 'turn', items: 7 }], building: null, keywordOnly: null });
  });
});

describe('what the person changes', () => {
  it('is searched anew, and the words before are found no more', async () => {
    const [id] = memory.memory.remember([turn('s', 1, 'I administered a Kubernetes cluster.')]);
    const edited = await memory.client.edit({ itemId: id ?? '', title: 'Clusters', text: 'I administered a Nomad cluster.' });
    expect(edited).toMatchObject({ itemId: id, title: 'Clusters', text: 'I administered a Nomad cluster.', edited: true, sources: [{ sessionId: 's' }] });
    expect(await found('nomad')).toEqual([id]);
    expect((await memory.client.search({ text: 'kubernetes' })).hits.filter(({ why }) => why.keyword)).toEqual([]);
    // The turn is read again: it is the same one, in the person's words.
    expect(memory.memory.remember([turn('s', 1, 'I administered a Kubernetes cluster.')])).toEqual([id]);
    expect((await memory.client.item({ itemId: id ?? '' })).text).toBe('I administered a Nomad cluster.');
    checkIndexes(store);
  });

  it('cannot become what another entry says, and does not come back as it was', async () => {
    const [wrong, right] = memory.memory.remember([fact('I worked at Simens.', 'a', 1), fact('I worked at Siemens.', 'a', 2)]);
    await expect(memory.client.edit({ itemId: wrong ?? '', title: 'Siemens', text: 'I worked at SIEMENS.' })).rejects.toMatchObject({ code: 'MEMORY_SAME', details: { title: 'Siemens' } });
    await memory.client.edit({ itemId: wrong ?? '', title: 'Siemens', text: 'I worked at Siemens Mobility.' });
    expect(memory.memory.remember([fact('I worked at Simens.', 'a', 1), fact('I worked at Siemens Mobility.', 'b', 5), fact('I worked at Siemens.', 'a', 2)])).toEqual([undefined, wrong, right]);
    // Changed back by the person, it is theirs again.
    await memory.client.edit({ itemId: wrong ?? '', title: 'Siemens', text: 'I worked at Simens.' });
    expect(memory.memory.remember([fact('I worked at Simens.', 'c', 1)])).toEqual([wrong]);
    await expect(memory.client.edit({ itemId: 'nothing', title: 'T', text: 'x' })).rejects.toEqual(failure('MEMORY_NOT_FOUND'));
    checkIndexes(store);
  });
});

describe('what is forgotten', () => {
  it('leaves nothing, is looked for again, and does not come back when it is read again', async () => {
    const [id, kept] = memory.memory.remember([fact('I worked at Zwickelwerke.', 's', 1), turn('s', 1, 'My first job was in Chemnitz.')]);
    const forgotten = await memory.client.forget({ itemId: id ?? '' });
    expect(forgotten.verified).toBe(true);
    expect(forgotten.checks.map(({ left }) => left)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await found('Zwickelwerke')).not.toContain(id);
    expect(memory.memory.remember([fact('I worked at Zwickelwerke.', 's', 1), fact('I worked at ZWICKELWERKE.', 'other', 7), turn('s', 1, 'My first job was in Chemnitz.')])).toEqual([undefined, undefined, kept]);
    await expect(memory.client.forget({ itemId: id ?? '' })).rejects.toEqual(failure('MEMORY_NOT_FOUND'));
    checkIndexes(store);
  });

  it('can be put in again by the person', async () => {
    const note = { kind: 'note' as const, title: 'N', text: 'Ask about on-call.' };
    const { item } = await memory.client.add(note);
    await memory.client.forget({ itemId: item.itemId });
    expect(memory.memory.remember([{ ...note, at: item.at }])).toEqual([undefined]);
    const again = await memory.client.add(note);
    expect(again.same).toBe(false);
    expect(memory.memory.remember([{ ...note, at: item.at }])).toEqual([again.item.itemId]);
  });

  it('stands in no byte of the database and its log', async () => {
    for (let seq = 0; seq < 30; seq++) memory.memory.remember([turn('s', seq, `Ordinary answer number ${seq} about queues and indexes.`)]);
    const [id] = memory.memory.remember([{ ...turn('s', 77, `Grundelwurz ${'and other words '.repeat(300)}Grundelwurz`), title: 'Grundelwurz' }]);
    const bytes = (): string => ['', '-wal'].map((suffix) => join(folder.path, `memory.db${suffix}`)).filter((file) => existsSync(file)).map((file) => readFileSync(file, 'latin1').toLowerCase()).join('');
    expect(bytes()).toContain('grundelwurz');
    expect((await memory.client.forget({ itemId: id ?? '' })).verified).toBe(true);
    expect(bytes()).not.toContain('grundelwurz');
  });

  it('leaves the facts and summaries of every conversation, word for word, also when it is changed', async () => {
    const [item] = memory.memory.remember([fact('I said "yes" at Siemens.', 's', 1)]);
    const tell = (said: string): void => { store.sql.prepare('INSERT OR REPLACE INTO conversation_summary VALUES (?, 7, ?, ?, ?, 1, ?)').run('other', JSON.stringify([{ seq: 1, title: 'Work', said, weight: 2.1870000000000003 }, { seq: 3, title: 'Team', said: 'We were six.', weight: 1 }]), JSON.stringify([said, 'I said "yes" at Siemens. Twice.']), '{}', '2026-11-20T09:00:00.000Z'); };
    const told = (): unknown[] => store.sql.prepare('SELECT summary, facts FROM conversation_summary').raw().all().flat().map((text) => JSON.parse(String(text)) as unknown);
    const left = [[{ seq: 3, title: 'Team', said: 'We were six.', weight: 1 }], ['I said "yes" at Siemens. Twice.']];
    tell('I said "yes" at Siemens.');
    await memory.client.edit({ itemId: item ?? '', title: 'Another title', text: 'I said "yes" at Siemens.' });
    expect(told()).not.toEqual(left);
    await memory.client.edit({ itemId: item ?? '', title: 'Employer', text: 'I worked at Bosch.' });
    expect(told()).toEqual(left);
    tell('I worked at Bosch.');
    await memory.client.forget({ itemId: item ?? '' });
    expect(told()).toEqual(left);
  });

  it('is told of when something of it is left', async () => {
    const [id] = memory.memory.remember([fact('I worked at Zwickelwerke.', 's', 1)]);
    store.sql.exec('DROP TRIGGER memory_chunk_unindexed');
    const { verified, checks } = await memory.client.forget({ itemId: id ?? '' });
    expect(verified).toBe(false);
    expect(checks.filter(({ left }) => left > 0).map(({ what }) => what)).toContain('passages found by its words');
  });
});

it('answers every call by an index', () => {
  const plan = (sql: string, ...params: unknown[]): string => store.sql.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...params).map(({ detail }) => detail).join('; ');
  for (const name of ['same', 'find', 'sources', 'chunks', 'chunkCount', 'passages', 'alive', 'isForgotten', 'turnsRead', 'set', 'byRow'] as const) {
    const params = Array.from({ length: MEMORY_SQL[name].split('?').length - 1 }, () => '1');
    expect(plan(MEMORY_SQL[name], ...params)).not.toMatch(/SCAN (?!wanted)/);
  }
  const page = { pinned: 0, at: '', id: 0, limit: 50, kind: 'turn' };
  for (const name of ['list', 'listKind'] as const) {
    expect(plan(MEMORY_SQL[name], page)).toMatch(/SEARCH memory_item USING INDEX/);
    expect(plan(MEMORY_SQL[name], page)).not.toContain('TEMP B-TREE');
  }
});
