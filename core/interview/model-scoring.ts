import { z } from 'zod';
import type { AnswerPart, Span, Verdict } from '../coach/grade-types.ts';
import type { Rubric } from '../coach/rubric.ts';
import { CHARACTERS_PER_TOKEN, estimateTokens } from '../prompts/tokens.ts';
import { findQuote, longestRun, quoteTokens, shareFrom, type FoundQuote, type QuoteToken } from './quote-finder.ts';
import { asData } from './speech-context.ts';
import { sentencesOf } from './spoken-text.ts';

/** The prompt that is asked once for each point. */
export const SCORE_PROMPT = 'interview/score-point';

/** One part of an answer, and the follow-up question that it answers; the first part answers the question itself. */
export interface AskedPart extends AnswerPart { asked?: string }

/** One small question to a model: does this stretch of the answer show this point? */
export interface PointCall {
  pointId: string;
  /** Counts the stretches that a long answer was cut into, from 0. */
  stretch: number;
  /** For {@link SCORE_PROMPT}. Alike up to `answer` for all points of one stretch, so that what was read of it can be used again. */
  input: { question: string; answer: string; point: string; examples: string };
}

/** Tokens of the prompt's own words, of the longest answer it allows, and of what a chat template adds. */
const FIXED_TOKENS = 500 + 128 + 40;
/** Code and names make more tokens of the same characters than prose. */
const DENSE = 0.8;
/** A longer answer is read up to here; the coach reads 4,000 words. */
const STRETCHES_MOST = 4;
/** A stretch shorter than this is not worth a call of its own, in characters. */
const STRETCH_LEAST = 600;

/**
 * The calls for one answer: one for each point, stretch by stretch. `contextTokens` is what prompt and answer may have together.
 * `cut` says that the end of a very long answer was left out. Nothing is asked about an answer without words.
 */
export function buildQuestions(rubric: Rubric, parts: readonly AskedPart[], { contextTokens }: { contextTokens: number }): { calls: PointCall[]; cut: boolean } {
  const question = asInput(rubric.question);
  const points = rubric.points.map(({ id, shows, said_as: saidAs }) => ({ id, point: asInput(shows), examples: saidAs.map((said) => `- ${asInput(said)}`).join('\n') }));
  const largest = Math.max(0, ...points.map(({ point, examples }) => estimateTokens([{ text: point }, { text: examples }])));
  const room = (contextTokens - FIXED_TOKENS - estimateTokens([{ text: question }]) - largest) * CHARACTERS_PER_TOKEN * DENSE;
  const { stretches, cut } = stretchesOf(parts, Math.max(STRETCH_LEAST, Math.floor(room)));
  return { calls: stretches.flatMap((answer, stretch) => points.map(({ id, ...of }): PointCall => ({ pointId: id, stretch, input: { question, answer, ...of } }))), cut };
}

/** The answer as the prompt takes it, in one stretch or several; cut between sentences where there are any. */
function stretchesOf(parts: readonly AskedPart[], limit: number): { stretches: string[]; cut: boolean } {
  const stretches: string[] = [];
  let open = '';
  for (const { text, asked } of parts) {
    if (text.trim() === '') continue;
    const heading = asked === undefined ? '' : `<asked>${asInput(asked)}</asked>\n`;
    const whole = asInput(text);
    const own = heading.length + whole.length;
    if (open !== '' && open.length + own + 2 > limit) close();
    open += `${open === '' ? '' : '\n\n'}${heading}`;
    for (const piece of own > limit ? piecesOf(whole, limit) : [whole]) {
      // What is asked goes with every stretch that answers it.
      if (open.length + piece.length > limit && open.trimEnd() !== heading.trimEnd()) { close(); open = heading; }
      open += piece;
    }
  }
  close();
  return { stretches: stretches.slice(0, STRETCHES_MOST), cut: stretches.length > STRETCHES_MOST };

  function close(): void {
    if (open.trim() !== '') stretches.push(open.trim());
    open = '';
  }
}

/** Sentences; what has none, such as code, in pieces that fit. */
const piecesOf = (text: string, limit: number): string[] => sentencesOf(text).flatMap(({ said }) => {
  const most = Math.max(100, Math.floor(limit / 2));
  return said.length <= most ? [said] : Array.from({ length: Math.ceil(said.length / most) }, (_, i) => said.slice(i * most, (i + 1) * most));
});

/** Text that cannot end a fence of this prompt. */
const asInput = (text: string): string => asData(text).replace(/<(?=\s*\/?\s*(asked|question|point)\b)/gi, '‹');

/** Why a model's reading is not used. */
export type Rejection =
  | 'unreadable' | 'no-quote' | 'too-short' | 'too-long' | 'not-in-answer' | 'from-the-question' | 'from-the-rubric' | 'negation-left-out';

/** What a model makes of one point. A rejected one changes nothing, whatever its verdict was. */
export type PointReading =
  | { pointId: string; verdict: Verdict; span: Span | null; rejected?: undefined }
  | { pointId: string; verdict: Verdict | null; span: null; rejected: Rejection };

const answerSchema = z.object({ quote: z.string().nullish(), verdict: z.enum(['met', 'partly', 'missing', 'not-assessable']) });

/** One word is a term and not a statement; two count when they are long enough. */
const QUOTE_LEAST_WORDS = 2, QUOTE_LEAST_CHARACTERS = 10;
/** Who quotes half the answer has not looked for the point. */
const QUOTE_MOST_WORDS = 60;
const QUOTE_MOST_CHARACTERS = 1_500;
/** A stretch of which this share stands in the question, in its order, is the question said back. */
const ECHO_SHARE = 0.8;
/** Words that turn what follows, looked for so many words before a quote in the same clause. */
const TURNS = new Set(['not', 'never', 'no', 'cannot', 'without', 'instead', 'rather', 'nobody', 'nothing', 'neither', 't']);
const TURNS_WITHIN = 3;

/**
 * Reads a model's answer to one call. Credit needs words of the candidate's own: found in the answer, long enough, not those of the
 * question or of the follow-up, and with the "not" before them. A point that is missing needs none. Never throws.
 */
export function readVerdict(json: unknown, { pointId, rubric, parts }: { pointId: string; rubric: Rubric; parts: readonly AskedPart[] }): PointReading {
  const read = answerSchema.safeParse(json);
  if (!read.success) return { pointId, verdict: null, span: null, rejected: 'unreadable' };
  const { verdict } = read.data;
  const quote = read.data.quote ?? '';
  // Looking for it would take as long as it is.
  if (quote.length > QUOTE_MOST_CHARACTERS) return verdict === 'met' || verdict === 'partly' ? { pointId, verdict, span: null, rejected: 'too-long' } : { pointId, verdict, span: null };
  const words = quoteTokens(quote);
  const found = findQuote(quote, parts);
  const rejected = why();
  if (verdict === 'missing' || verdict === 'not-assessable') return { pointId, verdict, span: rejected === undefined || rejected === 'negation-left-out' ? found?.span ?? null : null };
  return rejected === undefined ? { pointId, verdict, span: found?.span ?? null } : { pointId, verdict, span: null, rejected };

  function why(): Rejection | undefined {
    if (words.length === 0) return 'no-quote';
    if (tooShort(words)) return 'too-short';
    const asked = [rubric.question, ...parts.flatMap((part) => part.asked ?? [])];
    if (!found) return asked.some((text) => shareFrom(words, text) >= ECHO_SHARE) ? 'from-the-question' : saidBy(rubric, pointId).some((text) => shareFrom(words, text) >= ECHO_SHARE) ? 'from-the-rubric' : 'not-in-answer';
    const stretch = found.tokens.slice(found.first, found.end);
    if (tooShort(stretch)) return 'too-short';
    if (stretch.length > QUOTE_MOST_WORDS) return 'too-long';
    if (asked.some((text) => shareFrom(stretch, text) >= ECHO_SHARE)) return 'from-the-question';
    return negationBefore(found, parts, words) ? 'negation-left-out' : undefined;
  }
}

const tooShort = (words: readonly QuoteToken[]): boolean => words.length < QUOTE_LEAST_WORDS || (words.length === QUOTE_LEAST_WORDS && words.reduce((sum, { fold }) => sum + fold.length, 0) < QUOTE_LEAST_CHARACTERS);

const saidBy = (rubric: Rubric, pointId: string): string[] => rubric.points.filter(({ id }) => id === pointId).flatMap(({ shows, said_as: saidAs }) => [shows, ...saidAs]);

/** Whether a turning word stands right before the stretch, in its clause, without being quoted. */
function negationBefore({ span, first, tokens }: FoundQuote, parts: readonly AskedPart[], quoted: readonly QuoteToken[]): boolean {
  const { text } = parts[span.part]!;
  for (let at = first - 1; at >= Math.max(0, first - TURNS_WITHIN); at--) {
    if (/[.,;:!?\n]/.test(text.slice(tokens[at]!.end, tokens[at + 1]!.start))) return false;
    if (TURNS.has(tokens[at]!.fold)) return longestRun([tokens[at]!], quoted).length === 0;
  }
  return false;
}

/** A rejected reading stands before "missing": that a point is missing is known only when no stretch may hold it. */
const rankOf = ({ verdict, rejected }: PointReading): number => (rejected !== undefined ? 2 : verdict === 'met' ? 4 : verdict === 'partly' ? 3 : verdict === 'missing' ? 1 : 0);

/** One reading for each point from those of all stretches: the best that stands. */
export function joinReadings(readings: readonly PointReading[]): PointReading[] {
  const best = new Map<string, PointReading>();
  for (const reading of readings) {
    const before = best.get(reading.pointId);
    if (!before || rankOf(reading) > rankOf(before)) best.set(reading.pointId, reading);
  }
  return [...best.values()];
}
