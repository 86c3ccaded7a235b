import { expect, it } from 'vitest';
import type { MemoryHit } from '../contract/memory.ts';
import type { MemoryQuery } from '../memory/memory.ts';
import { recall } from './recall.ts';

const hit = (passage: string, change: Partial<MemoryHit> = {}): MemoryHit => ({
  itemId: 'item', kind: 'turn', fact: null, title: 'Title', passage, start: 0, end: passage.length, marks: [], source: null, at: '2026-05-04T10:00:00.000Z', pinned: false, score: 1,
  why: { keyword: null, vector: null, alike: null }, ...change,
});
const finds = (hits: MemoryHit[], asked: MemoryQuery[] = []) => ({ search: async (query: MemoryQuery) => { asked.push(query); return { hits, keywordOnly: null }; } });
const query = { text: 'a release that went wrong', sessionId: 'this', without: ['Works at Siemens'] };

it('gives passages with their day and kind, without those that the call holds anyway, and never of the interview itself', async () => {
  const asked: MemoryQuery[] = [];
  expect(await recall(finds([hit('We rolled\nback.'), hit('works at  Siemens', { kind: 'fact' }), hit('x'.repeat(900), { kind: 'resume' })], asked), query)).toEqual([
    '2026-05-04, turn: We rolled back.', expect.stringMatching(/^2026-05-04, resume: x{320} …$/),
  ]);
  expect(asked).toEqual([{ text: query.text, notSessionId: 'this', kinds: ['resume', 'job', 'note', 'fact', 'turn'], limit: 6, diverse: true }]);
});

it('waits for nobody: too late is none, and the search is told to stop', async () => {
  let stopped = false;
  const slow = { search: (_: MemoryQuery, signal?: AbortSignal) => new Promise<never>(() => { signal?.addEventListener('abort', () => { stopped = true; }); }) };
  const begun = performance.now();
  expect(await recall(slow, query, 20)).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(500);
  expect(stopped).toBe(true);
});

it('asks nobody without a memory or without words', async () => {
  const asked: MemoryQuery[] = [];
  expect(await recall(undefined, query)).toEqual([]);
  expect(await recall(finds([hit('one')], asked), { ...query, text: ' \n' })).toEqual([]);
  expect(asked).toEqual([]);
});
