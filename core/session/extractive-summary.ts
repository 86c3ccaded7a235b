import type { Language } from '../coach/language.ts';
import type { WordPhrases } from '../coach/word-phrases.ts';
import { splitWords } from '../coach/words.ts';
import { most, textsAsMessages, type Count, type Frame } from './context-messages.ts';
import { SUMMARY_RULES as RULES } from './context-rules.ts';
import { cutSentence, sentencesIn } from './sentences.ts';

/** One thing that is remembered of a conversation; a line that a model wrote has no title. */
export interface SummaryEntry {
  readonly seq: number;
  /** The question it belongs to. */
  readonly title: string;
  /** The person's own sentence, or the points an answer earned; empty for a question that left nothing behind. */
  readonly said: string;
  readonly weight: number;
  /** A model wrote it, so that the model's next summary takes its place. */
  readonly byModel?: true;
}

/** A turn to summarise, in the person's own words and without any fence. */
export interface SummaryTurn {
  readonly seq: number; readonly role: 'user' | 'assistant'; readonly text: string;
  /** The question's title, on the turn that asks it. */
  readonly title?: string;
  /** What the answer showed, as the rubric says it, if it was graded. */
  readonly points?: readonly string[];
}

export interface SummaryCues { readonly language: Pick<Language, 'starCues' | 'units' | 'numberWords' | 'hedges' | 'fillers' | 'firstPerson'>; readonly decided: WordPhrases<true> }

/**
 * A summary without a model: titles of questions, and of the person's own sentences those with figures, decisions, results and names,
 * word for word. What weighs least goes first when it does not fit, so an old fact outlives a new phrase (extraction by surface
 * features: Edmundson 1969).
 */
export function summariseTurns(input: { before: readonly SummaryEntry[]; turns: readonly SummaryTurn[]; limitTokens: number; count: Count; frame: Frame; cues: SummaryCues }): SummaryEntry[] {
  const { limitTokens, count, frame } = input;
  return heaviestThatFit(summaryCandidates(input), (entries) => count(textsAsMessages([frame('summary', summaryLines(entries))])) <= limitTokens);
}

/** All that a summary may hold, in order: the entries before, a little lighter now, and what the turns bring. Nothing twice. */
export function summaryCandidates({ before, turns, cues }: { before: readonly SummaryEntry[]; turns: readonly SummaryTurn[]; cues: SummaryCues }): SummaryEntry[] {
  const seen = new Set<string>();
  return [...before.map((entry) => ({ ...entry, weight: entry.weight * RULES.ageing })), ...entriesOf(turns, before.at(-1)?.title ?? '', cues)].filter(({ title, said }) => {
    const key = `${said === '' ? title : said}`.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

/** The heaviest entries that fit together, of equals the newest; in the order they came in. */
export function heaviestThatFit(entries: readonly SummaryEntry[], fits: (entries: readonly SummaryEntry[]) => boolean): SummaryEntry[] {
  const ranked = entries.map((entry, order) => ({ entry, order })).toSorted((a, b) => b.entry.weight - a.entry.weight || b.order - a.order);
  const taken = (size: number): SummaryEntry[] => ranked.slice(0, size).toSorted((a, b) => a.order - b.order).map(({ entry }) => entry);
  return taken(most(ranked.length, (size) => fits(taken(size))));
}

/** One line a question: its title, then what was said. */
export function summaryLines(entries: readonly SummaryEntry[]): string[] {
  const lines: { title: string; said: string[] }[] = [];
  for (const { title, said } of entries) {
    const line = lines.at(-1);
    if (line && line.title === title && title !== '') line.said.push(said);
    else lines.push({ title, said: [said] });
  }
  return lines.map(({ title, said }) => [title, said.filter((text) => text !== '').join(' ')].filter((part) => part !== '').join(': '));
}

function entriesOf(turns: readonly SummaryTurn[], titleBefore: string, cues: SummaryCues): SummaryEntry[] {
  let title = titleBefore;
  return turns.flatMap(({ seq, role, text, title: asked, points }): SummaryEntry[] => {
    const begins = asked !== undefined && asked !== title;
    title = asked ?? title;
    return [
      ...(begins ? [{ seq, title, said: '', weight: RULES.title }] : []),
      ...(role === 'user' ? sentencesIn(text).map((said) => ({ seq, title, said: cutSentence(said, RULES.sentenceCharacters), weight: weigh(said, cues) })).filter(({ weight }) => weight >= RULES.least) : []),
      ...(points && points.length > 0 ? [{ seq, title, said: `(+ ${points.join('; ')})`, weight: RULES.points }] : []),
    ];
  });
}

/** What a sentence tells that a summary should keep. */
export function weigh(said: string, { language, decided }: SummaryCues): number {
  const found = splitWords(said);
  const words = found.map(({ word }) => word);
  let [weight, named, figure] = [0, 0, 0];
  const cues = new Set<string>();
  words.forEach((word, index) => {
    const digits = /^\d/.test(word);
    if (digits || language.numberWords.has(word)) {
      const unit = language.units.has(words[index + 1] ?? '') || /^\d+[a-z]+$/.test(word);
      figure = Math.max(figure, unit ? RULES.figureWithUnit : digits ? RULES.figure : 0);
    }
    const original = said.slice(found[index]?.start, found[index]?.end);
    if (index > 0 && !language.firstPerson.has(word) && (/^\p{Lu}/u.test(original) || /[\p{L}][+#./]|\.\p{L}/u.test(original))) named++;
    if (decided.at(words, index)) cues.add('decision');
    if (language.starCues.at(words, index)?.value === 'result') cues.add('result');
    if (language.firstPerson.has(word)) cues.add('own');
    if (language.hedges.at(words, index)) weight += RULES.hedge;
    if (language.fillers.at(words, index)) weight += RULES.filler;
  });
  for (const cue of ['decision', 'result', 'own'] as const) if (cues.has(cue)) weight += RULES[cue];
  if (words.length < RULES.shortWords && figure === 0) weight += RULES.short;
  if (words.length > RULES.longWords) weight += RULES.long;
  return weight + figure + Math.min(RULES.mostNamed, named * RULES.named);
}
