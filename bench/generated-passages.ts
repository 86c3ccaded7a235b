import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Pack } from '../core/interview/pack-schema.ts';
import { PROJECT } from '../testing/engine.ts';
import { readSearchCollection } from './search-collection.ts';

/** Of a passage's words, the part that belongs to what it is about; the rest is drawn from all words. */
const TOPICAL = 0.4;
const WORDS = { least: 60, most: 300 };
const WORDS_OF_A_SENTENCE = 14;

/**
 * Passages that look to a search as real ones do: words of the packs and of the search collection in their own, Zipf-like frequencies, each passage
 * about one of their texts. The same seed gives the same passages.
 */
export function generatePassages(seed: number): () => { title: string; text: string } {
  const topics = [...packTexts(), ...readSearchCollection().docs.map(({ title, text }) => ({ title, words: wordsOf(text) }))];
  const all = topics.flatMap(({ words }) => words);
  let state = seed >>> 0;
  const next = (): number => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const from = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  return () => {
    const topic = from(topics);
    const length = WORDS.least + Math.floor(next() * (WORDS.most - WORDS.least + 1));
    const words = Array.from({ length }, (_, at) => (next() < TOPICAL ? from(topic.words) : from(all)) + (at % WORDS_OF_A_SENTENCE === WORDS_OF_A_SENTENCE - 1 ? '.' : ''));
    return { title: topic.title, text: words.join(' ') };
  };
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’/+#.-]*[\p{L}\p{N}+#]|[\p{L}\p{N}]/gu) ?? [];

function packTexts(): { title: string; words: string[] }[] {
  const folder = join(PROJECT, 'packs/interview');
  return readdirSync(folder).flatMap((file) => (parse(readFileSync(join(folder, file), 'utf8')) as Pack).questions).map((question) => ({
    title: wordsOf(question.question).slice(0, 8).join(' '), words: wordsOf(`${question.question} ${question.model_answer}`),
  }));
}
