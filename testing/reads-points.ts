import type { AskedRequest, Say } from './fault-server/fault-server.ts';

/** One call of the scoring prompt, taken apart. */
export interface AskedPoint { question: string; answer: string; point: string }
export type Reads = (asked: AskedPoint) => { quote: string; verdict: string };

const between = (text: string, tag: string): string => text.split(`<${tag}>\n`)[1]?.split(`\n</${tag}>`)[0] ?? '';

/** The point that a request asks about; undefined for a request of another prompt. */
export function askedPoint({ asked }: AskedRequest): AskedPoint | undefined {
  const text = asked?.messages.at(-1)?.text ?? '';
  const point = between(text, 'point').split('\nWays other people')[0] ?? '';
  return point === '' ? undefined : { question: between(text, 'question'), answer: between(text, 'answer'), point };
}

/** A server that fills the checklist as `reads` says, and lets the interviewer's words be what they are. */
export const readsPoints = (reads: Reads): Say => (request) => {
  const asked = askedPoint(request);
  return asked && JSON.stringify(reads(asked));
};

const STOP = new Set(['with', 'that', 'from', 'this', 'what', 'they', 'into', 'before', 'because', 'names', 'says', 'where', 'which', 'their', 'than', 'have', 'would', 'about']);
const words = (text: string): Set<string> => new Set((text.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => !STOP.has(word)).map((word) => word.slice(0, 6)));

/**
 * Reads as a small model might: points at the sentence that shares most words with the point, is easily content, and once in a while
 * quotes what nobody said. The same words always get the same reading.
 */
export const lenientReader: Reads = ({ answer, point }) => {
  const wanted = words(point);
  const sentences = answer.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.split(/\s+/).length >= 3 && !sentence.startsWith('<asked>'));
  const best = sentences.map((sentence) => ({ sentence, shared: [...words(sentence)].filter((word) => wanted.has(word)).length })).toSorted((a, b) => b.shared - a.shared)[0];
  if (!best || best.shared === 0) return point.length % 5 === 0 ? { quote: 'we agreed on a clear plan and followed it through', verdict: 'met' } : { quote: '', verdict: 'missing' };
  const quote = best.sentence.split(/\s+/).slice(0, 14).join(' ').replace(/[.,;:!?]$/, '');
  return { quote, verdict: best.shared >= 2 || point.length % 2 === 0 ? 'met' : 'partly' };
};
