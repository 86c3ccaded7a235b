/**
 * What never belongs into text that is shown: controls but tab and newline, zero-width characters, marks and overrides of writing direction
 * (Unicode TR36: they can make text read as something else), tag characters, and halves of surrogate pairs.
 * Zero-width joiners stay where they join letters or emoji that need them.
 */
const UNWANTED = new RegExp([
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]',
  '[\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]',
  '[\\u{e0000}-\\u{e007f}]',
  '(?<![\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])[\\u200c\\u200d]',
  '[\\u200c\\u200d](?![\\p{L}\\p{M}\\p{Extended_Pictographic}])',
  '(?<=[A-Za-z0-9])[\\u200c\\u200d]',
  '\\p{Surrogate}',
].join('|'), 'gu');

/** Cheap test that spares most texts the expression above. */
const SUSPICIOUS = /[^\t\n\u0020-\u007e\u00a1-\u00ac\u00ae-\u061b\u061d-\u180d\u180f-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufff8]/;

/** A whole text without what never belongs there; line ends become newlines. */
export function cleanText(text: string): string {
  return SUSPICIOUS.test(text) ? text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(UNWANTED, '') : text;
}

/** The same for a text that arrives in pieces: what cannot be judged alone waits for its neighbour. */
export class TextCleaner {
  #undecided = '';
  /** The last character that went out: joiners are judged by what stands before them. */
  #before = '';

  push(piece: string, isLast = false): string {
    const text = this.#undecided + piece;
    const end = isLast ? text.length : text.length - undecidedTail(text);
    this.#undecided = text.slice(end);
    const clean = cleanText(this.#before + text.slice(0, end)).slice(this.#before.length);
    this.#before = /.$/su.exec(clean)?.[0] ?? this.#before;
    return clean;
  }
}

/** How many characters at the end cannot be judged before the next ones are there: half a pair, a joiner, a carriage return. */
const undecidedTail = (text: string): number => /(?:(?:\u200c|\u200d|\r)?[\ud800-\udbff]|\u200c|\u200d|\r)$/.exec(text)?.[0].length ?? 0;
