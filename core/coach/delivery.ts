import type { AnalysedText } from './analysed-text.ts';
import type { Delivery, Span } from './grade-types.ts';
import type { Language } from './language.ts';
import { splitWords, type Word } from './words.ts';
import type { WordPhrases } from './word-phrases.ts';

/** Counts how an answer is said: length, fillers, hedges, numbers, "I" against "we". */
export function measureDelivery(parts: readonly AnalysedText[], language: Language): Delivery {
  const delivery: Delivery = { words: 0, sentences: 0, meanSentenceWords: 0, fillers: [], hedges: [], numbers: [], iCount: 0, weCount: 0 };
  parts.forEach((part, number) => {
    const words = splitWords(part.text).filter((word) => word.word !== '%');
    const plain = words.map((word) => word.word);
    delivery.words += words.length;
    delivery.sentences += part.sentences.length;
    delivery.fillers.push(...found(part.text, number, words, plain, language.fillers));
    delivery.hedges.push(...found(part.text, number, words, plain, language.hedges));
    delivery.numbers.push(...numbersIn(part.text, number, words, language));
    for (const word of plain) {
      if (language.firstPerson.has(word)) delivery.iCount++;
      else if (language.firstPersonPlural.has(word)) delivery.weCount++;
    }
  });
  delivery.meanSentenceWords = delivery.sentences === 0 ? 0 : delivery.words / delivery.sentences;
  return delivery;
}

function found(text: string, part: number, words: readonly Word[], plain: readonly string[], phrases: WordPhrases<true>): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < plain.length;) {
    const hit = phrases.at(plain, i);
    if (hit) spans.push(spanOf(text, part, words[i]!.start, words[i + hit.length - 1]!.end));
    i += hit?.length ?? 1;
  }
  return spans;
}

/** Figures with the unit that follows ("250 ms", "three weeks"); digits inside names (p95, k8s) do not count. */
function numbersIn(text: string, part: number, words: readonly Word[], language: Language): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!/^\d/.test(word.word) && !language.numberWords.has(word.word)) continue;
    let end = word.end;
    while (i + 1 < words.length && (/^\d/.test(words[i + 1]!.word) || language.numberWords.has(words[i + 1]!.word)) && words[i + 1]!.start - end <= 1) end = words[++i]!.end;
    const next = words[i + 1];
    if (next && language.units.has(next.word) && next.start - end <= 1) { end = next.end; i++; }
    if (text[end] === '%') end++;
    spans.push(spanOf(text, part, word.start, end));
  }
  return spans;
}

/** A quoted stretch of a part. */
export function spanOf(text: string, part: number, start: number, end: number): Span {
  return { part, start, end, text: text.slice(start, end) };
}
