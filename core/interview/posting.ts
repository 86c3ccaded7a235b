import { EngineError } from '../contract/errors.ts';
import { POSTING_LIMIT } from '../contract/interview.ts';
import { checkedText } from './text-guard.ts';

/** A topic of the packs that a job description names. */
export interface PostingSkill {
  topic: string;
  /** The topic as words, for people. */
  skill: string;
  /** The words of the posting that name it. */
  quote: string;
  /** How much the posting wants it: 1 for a mention, more when required or repeated; at most 2. */
  weight: number;
}
export interface PostingMatch { skills: PostingSkill[] }

/** Splits text into canonical words with their place, aliases resolved ("k8s" and "kubernetes" are one word). */
export type CanonicalWords = (text: string) => { word: string; start: number; end: number }[];

const REQUIRED = /\b(must|required?|requirements?|essential|strong|proven|expert|years?|solid|deep)\b/i;
const OPTIONAL = /\b(nice to have|bonus|plus|optional|ideally|preferred|advantage|desirable)\b/i;

/**
 * Finds which topics of the packs a job description names, most wanted first.
 * @throws EngineError POSTING_TOO_LONG, POSTING_NOT_TEXT
 */
export function matchPosting(text: string, topics: Iterable<string>, canonical: CanonicalWords): PostingMatch {
  if (text.length > POSTING_LIMIT) throw new EngineError('POSTING_TOO_LONG', { characters: text.length, limit: POSTING_LIMIT });
  const words = canonical(checkedText(text, 'POSTING_NOT_TEXT'));
  const starts = new Map<string, number[]>();
  words.forEach(({ word }, index) => starts.set(word, [...(starts.get(word) ?? []), index]));
  const skills: (PostingSkill & { first: number })[] = [];
  for (const topic of new Set(topics)) {
    const wanted = canonical(topic.replaceAll('-', ' ')).map(({ word }) => word);
    const [head] = wanted;
    if (head === undefined) continue;
    const found = (starts.get(head) ?? []).filter((index) => wanted.every((word, offset) => words[index + offset]?.word === word));
    const at = found[0];
    if (at === undefined) continue;
    const from = words[at]?.start ?? 0;
    const to = words[at + wanted.length - 1]?.end ?? from;
    const line = lineAround(text, from, to);
    const wantedMore = REQUIRED.test(line.text) && !OPTIONAL.test(line.text) ? 0.5 : OPTIONAL.test(line.text) ? -0.3 : 0;
    skills.push({ topic, skill: topic.replaceAll('-', ' '), quote: line.text, weight: Math.min(2, 1 + wantedMore + 0.15 * (found.length - 1)), first: from });
  }
  const sorted = skills.toSorted((a, b) => b.weight - a.weight || a.first - b.first);
  return { skills: sorted.map(({ topic, skill, quote, weight }) => ({ topic, skill, quote, weight })) };
}

/** The line that holds a range, cut to a readable length around it. */
function lineAround(text: string, from: number, to: number): { text: string } {
  const start = text.lastIndexOf('\n', from) + 1;
  const next = text.indexOf('\n', to);
  const end = next === -1 ? text.length : next;
  const left = Math.max(start, from - 60);
  const right = Math.min(end, to + 60);
  const cut = text.slice(left, right).replace(/^[\s*#>-]+/, '').trim();
  return { text: `${left > start ? '…' : ''}${cut}${right < end ? '…' : ''}` };
}
