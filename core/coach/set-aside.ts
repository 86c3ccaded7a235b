import type { AnalysedText } from './analysed-text.ts';
import { spanOf } from './delivery.ts';
import type { Finding } from './grade-types.ts';
import type { Language } from './language.ts';
import { messages } from './messages.ts';
import type { PreparedRubric } from './prepared-rubric.ts';
import type { WordOrder } from './word-order.ts';

/** Sentences that earn nothing, and why. `aside[part][sentence]` names the reason. */
export interface SetAside { aside: (Finding['kind'] | undefined)[][]; findings: Finding[]; wordsKept: number }

/** A sentence that holds this share of its content in words of the question, in the question's order, repeats it. */
const REPEATED_SHARE = 0.8;
/** English sentences are nearly half grammar words, terse notes a fifth; bare lists of terms hardly any. */
const LIST_GRAMMAR_SHARE = 0.15;
const LIST_LEAST_TERMS = 11;
/** Ten items of two words on average between commas are a list, whatever the words. */
const LIST_PIECES = 10, LIST_PIECE_WORDS = 2.2;
/** Word order below which an answer, or one sentence of it, is no prose: 95 % of shuffled answers lie below, broken English and notes above. */
const ORDER_LEAST = -0.22, ORDER_LEAST_PAIRS = 12, ORDER_LEAST_OF_SENTENCE = -0.45;

/** Finds what does not count as answering: text aimed at the grader, the question said back, bare lists of terms. */
export function setAside(parts: readonly AnalysedText[], rubric: PreparedRubric, language: Language, wordOrder: WordOrder): SetAside {
  const aside: SetAside['aside'] = parts.map(() => []);
  const findings: Finding[] = [];
  let wordsKept = 0;
  const topic = rubric.rubric.question.toLowerCase();
  const questionPairs = pairsOf(rubric.question, 0, rubric.question.tokens.length);
  const sentencesOf = (part: AnalysedText) => part.sentences.map(({ first, end }) => part.tokens.slice(first, end).flatMap((token) => token.word.split(' ')));
  const shuffled = parts.map((part) => {
    const order = wordOrder(sentencesOf(part));
    return order.pairs >= ORDER_LEAST_PAIRS && order.value < ORDER_LEAST;
  });
  parts.forEach((part, number) => {
    part.sentences.forEach((sentence, index) => {
      const kind = reason(part, sentence.first, sentence.end, shuffled[number]!);
      if (!kind) { wordsKept += sentence.end - sentence.first; return; }
      aside[number]![index] = kind;
      const span = spanOf(part.text, number, part.tokens[sentence.first]!.start, part.tokens[sentence.end - 1]!.end);
      const why = kind === 'aimed-at-grader' ? messages.aimedAtGrader : kind === 'question-repeated' ? messages.questionRepeated : messages.keywordStuffing;
      findings.push({ kind, span, why });
    });
  });
  return { aside, findings, wordsKept };

  function reason(part: AnalysedText, first: number, end: number, shuffled: boolean): Finding['kind'] | undefined {
    const tokens = part.tokens.slice(first, end);
    const said = tokens.flatMap((token) => token.word.split(' '));
    for (let i = 0; i < said.length; i++) {
      const hit = language.graderDirected.at(said, i);
      if (hit && !language.topicalWords.some((word) => hit.value.includes(word) && topic.includes(word))) return 'aimed-at-grader';
    }
    const order = wordOrder([said]);
    if (shuffled || (order.pairs >= ORDER_LEAST_PAIRS && order.value < ORDER_LEAST_OF_SENTENCE)) return 'keyword-stuffing';
    const content = tokens.filter((token) => !token.stop);
    if (content.length >= 3) {
      const repeated = content.filter((token) => rubric.questionTerms.has(token.term)).length / content.length;
      const pairs = pairsOf(part, first, end);
      const samePairs = [...pairs].filter((pair) => questionPairs.has(pair)).length / Math.max(1, pairs.size);
      if (repeated >= REPEATED_SHARE && samePairs >= 0.5) return 'question-repeated';
    }
    if (content.length >= LIST_LEAST_TERMS) {
      const pieces = part.text.slice(tokens[0]!.start, tokens.at(-1)!.end).split(/[,;|/]/).length;
      if (pieces >= LIST_PIECES && said.length / pieces <= LIST_PIECE_WORDS) return 'keyword-stuffing';
      const grammar = said.filter((word) => language.isStop(word) && word !== 'and' && word !== 'or').length;
      const verbs = said.filter((word) => language.isVerb(word) || /(?:ed|ing)$/.test(word)).length;
      if (grammar / said.length < LIST_GRAMMAR_SHARE && verbs / said.length < 0.12) return 'keyword-stuffing';
    }
    return undefined;
  }
}

/** Neighbouring content terms, the fingerprint of an order of words. */
function pairsOf(text: AnalysedText, first: number, end: number): Set<string> {
  const terms = text.tokens.slice(first, end).filter((token) => !token.stop).map((token) => token.term);
  return new Set(terms.slice(1).map((term, i) => `${terms[i]} ${term}`));
}
