import { z } from 'zod';
import type { Language } from '../coach/language.ts';
import { splitWords } from '../coach/words.ts';
import { textsAsMessages, type Count, type Frame } from './context-messages.ts';
import { MODEL_SUMMARY_RULES as RULES } from './context-rules.ts';
import { heaviestThatFit, summaryCandidates, summaryLines, type SummaryCues, type SummaryEntry, type SummaryTurn } from './extractive-summary.ts';
import { asData, asItem, fenced } from './fenced-text.ts';
import { cutSentence } from './sentences.ts';

/** The prompt that has turns shortened by a model. */
export const SUMMARISE_PROMPT = 'session/summarise';

const answerSchema = z.object({ lines: z.array(z.string()) });
type Words = Pick<Language, 'isStop' | 'isLight' | 'isVerb' | 'stem' | 'numberWords' | 'toldVerbs'>;

/** What the prompt is given: turns between marks that say who spoke, and the lines a model wrote before. */
export function summariseInput(before: readonly SummaryEntry[], turns: readonly SummaryTurn[]): { turns: string; before?: string; most: number } {
  const lines = summaryLines(before).map(asItem);
  return {
    turns: turns.filter(({ role, text }) => role === 'user' || text.trim() !== '').map(({ role, text }) => (role === 'user' ? fenced('answer', text) : `<asked>${asData(text)}</asked>`)).join('\n'),
    ...(lines.length > 0 ? { before: lines.join('\n') } : {}), most: RULES.lines,
  };
}

/**
 * The summary that a model's answer gives: its lines but for those that hold a figure or a name nobody said, and beside them, where there
 * is room, the person's own sentences with figures. Null when none of its lines can be used.
 * @param prompted the prompt as it was sent without the turns: its small words may begin a line
 */
export function takeModelSummary(json: unknown, input: {
  before: readonly SummaryEntry[]; turns: readonly SummaryTurn[]; toSeq: number; limitTokens: number; count: Count; frame: Frame; cues: SummaryCues & { readonly language: Words }; prompted: string;
}): { entries: SummaryEntry[]; dropped: number } | null {
  const read = answerSchema.safeParse(json);
  if (!read.success) return null;
  const { before, turns, toSeq, limitTokens, count, frame, cues } = input;
  const sources = [...turns.flatMap(({ text, title = '' }) => [text, title]), ...summaryLines(before)];
  const isMadeUp = madeUpIn(sources, input.prompted, cues.language);
  const given = read.data.lines.map((line) => line.replace(/\s+/g, ' ').replace(/^[-*•]\s*/, '').trim()).filter((line) => line !== '').slice(0, RULES.lines);
  const stands = given.filter((line) => !isMadeUp(line));
  const size = (entries: readonly SummaryEntry[]): number => count(textsAsMessages([frame('summary', summaryLines(entries))]));
  const written = stands.map((line): SummaryEntry => ({ seq: toSeq, title: '', said: cutSentence(line, RULES.lineCharacters), weight: RULES.weight, byModel: true }));
  const around = size([]);
  while (written.length > 0 && size(written) - around > (limitTokens - around) * RULES.share) written.shift();
  if (written.length === 0) return null;
  const figures = summaryCandidates({ before: before.filter(({ byModel }) => !byModel), turns, cues }).filter(({ said }) => /\d/.test(said) && !written.some((line) => line.said.includes(said)));
  return { entries: [...written, ...heaviestThatFit(figures, (own) => size([...written, ...own]) <= limitTokens)], dropped: given.length - stands.length };
}

/** Whether a line holds a figure or a name that stands in none of the sources. */
function madeUpIn(sources: readonly string[], prompted: string, language: Words): (line: string) => boolean {
  const said = new Set(sources.flatMap((text) => splitWords(text).map(({ word }) => bare(word))));
  const stems = new Set([...said].map((word) => language.stem(word)));
  const small = new Set(splitWords(prompted).filter(({ start, end }) => prompted.slice(start, end) === prompted.slice(start, end).toLowerCase()).map(({ word }) => word));
  return (line) => {
    const found = splitWords(line);
    return found.some(({ word, start, end }, index) => {
      if (said.has(bare(word))) return false;
      if (/\d/.test(word) || (language.numberWords.has(word) && word !== 'one')) return true;
      if (!/\p{Lu}/u.test(line.slice(start, end))) return false;
      const begins = index === 0 || /[.?!:]/.test(line.slice(found[index - 1]?.end ?? 0, start));
      // A capital that only begins a sentence tells no name, if the word is known otherwise.
      const ordinary = language.isStop(word) || language.isLight(word) || language.isVerb(word) || language.toldVerbs.has(word) || small.has(word) || stems.has(language.stem(word));
      return !(begins && ordinary && !/\p{Lu}/u.test(line.slice(start + 1, end)));
    });
  };
}

/** "1,000" and "1000" are one figure, "Siemens'" and "Siemens's" one name. */
const bare = (word: string): string => word.replace(/(?<=\d),(?=\d{3})/g, '').replace(/['’]s?$/, '').toLowerCase();
