import type { AnalysedText } from './analysed-text.ts';
import type { Finding } from './grade-types.ts';
import { spanOf } from './delivery.ts';
import { rules } from './grading-rules.ts';
import type { Language } from './language.ts';
import { messages } from './messages.ts';

/** What is waved away, overstated or, in a story, told against oneself: the share it takes from the score, and where. */
export interface WavingAway { cost: number; findings: Finding[] }

const WEIGHT = { 'waves-away': 1, 'claims-too-much': 0.6, 'poor-conduct': 1 } as const;

/** Counts such phrases against the number of sentences; the same number weighs less in a long answer. */
export function findWavingAway(parts: readonly AnalysedText[], behavioural: boolean, usable: (part: number, sentence: number) => boolean, language: Language): WavingAway {
  let weight = 0, sentences = 0;
  const findings: Finding[] = [];
  parts.forEach((part, number) => part.sentences.forEach((sentence, index) => {
    sentences++;
    if (!usable(number, index)) return;
    const words = part.tokens.slice(sentence.first, sentence.end).flatMap((token) => token.word.split(' '));
    let here = 0, conduct = false;
    for (let i = 0; i < words.length;) {
      const hit = language.dismissals.at(words, i);
      if (hit && (hit.value !== 'poor-conduct' || behavioural)) { here += WEIGHT[hit.value]; conduct ||= hit.value === 'poor-conduct'; }
      i += hit?.length ?? 1;
    }
    weight += here;
    if (here >= 1) findings.push({ kind: 'contradiction', span: spanOf(part.text, number, part.tokens[sentence.first]!.start, part.tokens[sentence.end - 1]!.end), why: conduct ? messages.poorConduct : messages.wavedAway });
  }));
  const cost = Math.min(rules.wavingMost, (rules.wavingCost * weight) / Math.max(4, sentences));
  return { cost, findings: cost >= rules.wavingTold ? findings : [] };
}
