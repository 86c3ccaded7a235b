import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import type { MemoryHit } from '../../../core/contract/memory.ts';
import { startStrings } from '../../app/strings.ts';
import { MarkedPassage } from './marked-passage.tsx';
import { WhyHere } from './why-here.tsx';

beforeAll(async () => {
  await startStrings();
  await import('./memory-strings.ts');
});

const hit = (score: number, why: MemoryHit['why']): MemoryHit => ({
  itemId: 'memory-1', kind: 'note', fact: null, title: 'Figures', passage: 'lag', start: 0, end: 3, marks: [], source: null, at: '2026-11-20T10:00:00.000Z', pinned: false, score, why,
});
const draw = (drawn: MemoryHit): string => renderToStaticMarkup(<WhyHere hit={drawn} nameOf={(embedder) => embedder} />);
const figures = (html: string): number[] => [...html.matchAll(/<td>([\d.]+)<\/td>/g)].map(([, value]) => Number(value));

test('the parts of a rank add up to the rank as they are shown, also where each was rounded', () => {
  for (const [keyword, vector] of [[0.474, 0.2249], [0.125, 0.125], [0.004, 0.996], [0.3349, 0.3349]] as const) {
    const html = draw(hit(keyword + vector, { keyword: { score: keyword, terms: ['kafka', 'lag'] }, vector: { score: vector, cosine: 0.37, embedder: 'Built-in' }, alike: null }));
    const [words, meaning, sum] = figures(html);
    expect((words ?? 0) + (meaning ?? 0)).toBeCloseTo(sum ?? Number.NaN, 6);
    expect(html).toContain('found: kafka, lag');
    expect(html).toContain('compared by Built-in, 37 % alike');
  }
});

test('what was not compared, or not found, says so', () => {
  expect(draw(hit(0.5, { keyword: { score: 0.5, terms: ['lag'] }, vector: null, alike: null }))).toContain('not compared');
  expect(draw(hit(0.2, { keyword: null, vector: { score: 0.2, cosine: -0.1, embedder: 'Built-in' }, alike: 0.1 }))).toMatch(/none of the words stands in it.*0 % alike.*moved down/);
});

test('marks enclose the found words and nothing of the text is read as markup', () => {
  expect(renderToStaticMarkup(<MarkedPassage text="the <b>lag</b> & more" marks={[{ start: 7, end: 10 }]} />)).toBe('the &lt;b&gt;<mark>lag</mark>&lt;/b&gt; &amp; more');
});
