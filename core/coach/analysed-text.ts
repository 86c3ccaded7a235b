import type { Language } from './language.ts';
import type { RelatedWords } from './related-words.ts';
import { splitWords } from './words.ts';

/** One word, or several that name one thing ("service level objective"), as the coach compares them. */
export interface Token {
  /** The words as said, lower case. */
  word: string;
  /** Stem, or the usual name of an alias; equal terms mean the same. */
  term: string;
  /** Near-synonym groups the words belong to. */
  groups: readonly number[];
  start: number;
  end: number;
  /** Carries grammar only and is skipped in comparisons. */
  stop: boolean;
  /** How much the word tells: `max(0, −ln p − 5) + 0.3`, a third of it for light words, 0 for stop words. */
  weight: number;
  negated: boolean;
}

/** A stretch without inner punctuation or joining word; `first` and `end` are token indexes. */
export interface Clause { first: number; end: number; sentence: number }

export interface AnalysedText { text: string; tokens: Token[]; clauses: Clause[]; sentences: { first: number; end: number }[]; words: string[] }

/** Joining words that open a new clause. Kept here because they are the grammar of the splitter, not vocabulary. */
const OPENS_CLAUSE = new Set(['but', 'because', 'so', 'while', 'whereas', 'although', 'though', 'which', 'unless', 'if', 'when', 'then', 'since', 'until', 'before', 'after', 'and', 'or', 'once', 'therefore', 'rather', 'instead']);
/** Joining words after which the same statement goes on. */
const CONTINUES = new Set(['before', 'after', 'when', 'if', 'once', 'until', 'while', 'or', 'which']);
const NAMED_WEIGHT = 6;
const LONGEST_CLAUSE = 24;
const SHORTEST_CLAUSE = 3;

/** Cuts a text into tokens, clauses and sentences, resolves aliases and marks what is negated. Linear in the text's length. */
export function analyseText(text: string, language: Language, table: RelatedWords): AnalysedText {
  const words = splitWords(text);
  const plain = words.map((word) => word.word);
  const tokens: Token[] = [];
  /** Token index of every word, to carry boundaries and negations found over words. */
  const tokenOfWord: number[] = [];
  for (let i = 0; i < words.length;) {
    const alias = language.aliases.at(plain, i);
    const length = alias?.length ?? 1;
    const said = length === 1 ? plain[i]! : plain.slice(i, i + length).join(' ');
    const term = alias?.value ?? language.stem(plain[i]!);
    const phrase = language.synonymPhrases.at(plain, i);
    const groups = phrase ? [...language.synonymGroups(term), phrase.value] : language.synonymGroups(term);
    const stop = !alias && (language.isStop(said) || (said.length === 1 && !/[\dbcrnk%]/.test(said)));
    for (let j = 0; j < length; j++) tokenOfWord.push(tokens.length);
    tokens.push({
      word: said, term, groups, start: words[i]!.start, end: words[i + length - 1]!.end, stop,
      weight: stop ? 0 : weightOf(plain.slice(i, i + length)), negated: false,
    });
    i += length;
  }
  const { clauses, sentences } = splitClauses(text, tokens);
  markNegations();
  return { text, tokens, clauses, sentences, words: plain };

  function weightOf(parts: string[]): number {
    if (parts.length === 1 && /^[\d.,]+$/.test(parts[0]!)) return 2;
    const rarity = Math.max(...parts.map((part) => Math.min(13, table.rarity(part))));
    const weight = Math.max(0, rarity - 5) + 0.3;
    // A named thing tells more than its common words: "first in first out".
    if (parts.length > 1) return Math.max(weight, NAMED_WEIGHT);
    return language.isLight(parts[0]!) ? weight / 3 : weight;
  }

  function markNegations(): void {
    const clauseOf: number[] = [];
    clauses.forEach((clause, number) => { for (let i = clause.first; i < clause.end; i++) clauseOf[i] = number; });
    for (let i = 0; i < plain.length;) {
      const found = language.negations.at(plain, i);
      if (!found) { i++; continue; }
      const first = tokenOfWord[i]!;
      const clause = clauses[clauseOf[first]!]!;
      if (found.value === 'turn') {
        // "not by hand", "no retries": the rest of the clause. A second negation turns it back.
        for (let t = tokenOfWord[i + found.length - 1]! + 1; t < clause.end; t++) tokens[t]!.negated = !tokens[t]!.negated;
      } else if (found.value === 'dismiss') {
        // "Pinning a customer after a write is not needed": what is dismissed may begin before the last joining word.
        let from = clauseOf[first]!;
        while (from > 0 && CONTINUES.has(tokens[clauses[from]!.first]!.word) && clauses[from - 1]!.sentence === clause.sentence) from--;
        for (let t = clauses[from]!.first; t < clause.end; t++) tokens[t]!.negated = true;
        i = lastWordOf(clause.end) + 1;
        continue;
      }
      i += found.length;
    }
  }

  function lastWordOf(tokenEnd: number): number {
    let word = tokenOfWord.length - 1;
    while (word > 0 && tokenOfWord[word]! >= tokenEnd) word--;
    return word;
  }
}

/** Sentence ends are . ! ? and line ends; clauses also end at other punctuation and before joining words. */
function splitClauses(text: string, tokens: Token[]): Pick<AnalysedText, 'clauses' | 'sentences'> {
  const clauses: Clause[] = [];
  const sentences: { first: number; end: number }[] = [];
  let clauseStart = 0, sentenceStart = 0;
  for (let i = 0; i < tokens.length; i++) {
    const previous = tokens[i - 1];
    const between = previous ? text.slice(previous.end, Math.min(tokens[i]!.start, previous.end + 40)) : '';
    const endsSentence = i > 0 && /[.!?\n;]/.test(between) && /[\s]/.test(between);
    const soFar = i - clauseStart;
    const endsClause = endsSentence || (soFar > 0 && /[,:()\u2013\u2014]|\s-\s|--/.test(between))
      || (soFar >= SHORTEST_CLAUSE && OPENS_CLAUSE.has(tokens[i]!.word)) || soFar >= LONGEST_CLAUSE;
    if (endsClause) close(i);
    if (endsSentence) { sentences.push({ first: sentenceStart, end: i }); sentenceStart = i; }
  }
  if (tokens.length > 0) { close(tokens.length); sentences.push({ first: sentenceStart, end: tokens.length }); }
  return { clauses, sentences };

  function close(end: number): void {
    if (end > clauseStart) clauses.push({ first: clauseStart, end, sentence: sentences.length });
    clauseStart = end;
  }
}
