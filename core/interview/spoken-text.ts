/** A sentence with the blank after it; `ended` when its full stop is there. */
export interface Sentence { said: string; ended: boolean }

/** After these a full stop ends no sentence. */
const ABBREVIATION = /(^|[\s(“"])(e\.g|i\.e|etc|vs|cf|approx|mr|mrs|ms|dr|no|fig|\d{1,2})\.$/i;

/**
 * The sentences of a text, in order; together they are the text. A sentence ends at a full stop, question or exclamation mark
 * with a blank or nothing after it. Unlike Unicode's rules this never looks further, so that what has ended stays ended as words come.
 */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let from = 0;
  for (const match of text.matchAll(/[.?!]+["”’')\]]*(\s+|$)/g)) {
    const to = match.index + match[0].length;
    if (ABBREVIATION.test(text.slice(from, to).trimEnd())) continue;
    found.push({ said: text.slice(from, to), ended: true });
    from = to;
  }
  if (from < text.length) found.push({ said: text.slice(from), ended: false });
  return found;
}

/** What a text has in whole sentences; the unfinished rest is dropped. */
export const wholeSentences = (text: string): string => sentencesOf(text).filter(({ ended }) => ended).map(({ said }) => said).join('').trim();

/**
 * The speech inside of what a model wrote: without its thinking, a name before the first word and quotation marks around it all.
 * With `whole` false a beginning that may still turn out to be one of these is held back.
 */
export function unwrapped(raw: string, whole: boolean): string {
  let text = raw.trimStart();
  if (text.startsWith('<think>')) {
    const end = text.indexOf('</think>');
    if (end === -1) return '';
    text = text.slice(end + '</think>'.length).trimStart();
  } else if (!whole && '<think>'.startsWith(text)) return '';
  text = text.replace(/^\**(interviewer|assistant|you|me|reply|(follow-?up )?question|follow-?up)\**\s*:\**\s*/i, '').replaceAll('**', '');
  if (!whole) text = text.replace(/\*$/, '');
  if (/^["“]/.test(text)) {
    const closing = text.slice(1).search(/["”]/) + 1;
    const around = closing === 0 || text.slice(closing + 1).trim() === '';
    // Only marks around the whole are taken off, and whether they are around it shows in the end.
    if (around && !whole) return '';
    if (around) text = text.slice(1).replace(/["”]\s*$/, '');
  }
  return whole ? text.trim() : text.trimStart();
}

/** A line that begins a list, a heading or a table, or in which somebody else begins to speak. */
const OTHER_LINE = /^(#{1,6}\s|[-*•]\s|\d{1,2}[.)]\s|\||\**(interviewer|candidate|assistant|user|system|you|example|note|answer|(next |follow-?up )?question|follow-?up)\**\s*:)/i;

/** Lines run together as speech, up to one that is not speech; nothing when the first one is not. */
export function firstParagraphs(text: string, whole: boolean): string {
  const lines = text.split('\n').map((line) => line.trim());
  const other = lines.findIndex((line) => OTHER_LINE.test(line));
  const mine = other === -1 ? lines : lines.slice(0, other);
  const newest = text.slice(text.lastIndexOf('\n') + 1).trimStart();
  // What kind of line it is may only have begun to show.
  const waits = !whole && other === -1 && newest.length < 24 && !/\p{L}[.?!]\s/u.test(newest);
  if (waits) mine.pop();
  const spoken = mine.filter((line) => line !== '').join(' ');
  return !whole && spoken !== '' && (waits || other > 0 || /\s$/.test(text)) ? `${spoken} ` : spoken;
}
