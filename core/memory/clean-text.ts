import { withoutPageLines, withoutRepeatedBlocks } from './duplicates.ts';
import { fenceFollower, isIndented } from './markdown-lines.ts';

/** Share of characters that never occur in typed text, above which it is a file and not words. */
const NOT_TEXT_SHARE = 0.01;
/** C0 and C1 controls but tab and line ends, DEL, the replacement character and lone halves of characters. */
const STRANGE = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffd]|\p{Cs}/gu;
/** Beside them what has no width: soft hyphens, marks of direction and order, joiners that join nothing. */
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffd\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|\p{Cs}/gu;
/** Joiners mean something in Persian, in Indic scripts and between the parts of an emoji, but not beside Latin letters, blanks and signs. */
const IDLE_JOINERS = /(?<=^|[\p{ASCII}\p{Script=Latin}\u0300-\u036f])[\u200c\u200d]+|[\u200c\u200d]+(?=$|[\p{ASCII}\p{Script=Latin}])/gu;
/** Blanks of every width but the usual one. */
const BLANKS = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const EMPTY_LINES_MOST = 2;

/** Whether it is words at all, and not a file's bytes; to be asked before cleaning. `share` is that of strange characters, 0 to 1. */
export function looksLikeText(text: string): { ok: true } | { ok: false; share: number } {
  const share = text === '' ? 0 : (text.match(STRANGE)?.length ?? 0) / text.length;
  return share > NOT_TEXT_SHARE || text.includes('\u0000') ? { ok: false, share } : { ok: true };
}

/**
 * A pasted text as it is remembered: one kind of line ends, composed characters (NFC), nothing that cannot be seen, single blanks, two empty
 * lines at most, and each page's header and each repeated block once. Columns stay apart: three blanks and more, or a tab among them, become
 * one tab. Code, fenced or indented, keeps its lines and blanks. Cleaning what is clean changes nothing. Never throws.
 */
export function cleanText(text: string): string {
  const visible = visibleText(text);
  let lines = squeezedLines(visible.split('\n'));
  // What goes makes neighbours of what was apart, so it is looked at again until nothing goes.
  for (let before = -1; before !== lines.length;) {
    before = lines.length;
    lines = withoutEmptyLines(withoutRepeatedBlocks(withoutPageLines(lines)));
  }
  return lines.join('\n');
}

function visibleText(text: string): string {
  const lines = text.replace(/\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g, '\n');
  if (!/[^\t\n\u0020-\u007e]/.test(lines)) return lines;
  // Ligatures and the bullets of word processors' own fonts, as they come out of PDF files.
  const plain = lines.replace(UNSEEN, '').replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize('NFKC')).replace(/[\uf0a7\uf0b7]/g, '•');
  return plain.replace(BLANKS, ' ').normalize('NFC').replace(IDLE_JOINERS, '').normalize('NFC');
}

function squeezedLines(lines: readonly string[]): string[] {
  const isFenced = fenceFollower();
  return lines.map((line) => {
    if (isFenced(line)) return line;
    const plain = line.trimEnd();
    if (isIndented(plain)) return plain;
    const from = plain.length - plain.trimStart().length;
    return plain.slice(0, from) + plain.slice(from).replace(/[ \t]{2,}/g, (run) => (run.length > 2 || run.includes('\t') ? '\t' : ' '));
  });
}

/** Without more than two empty lines in a row, and without any at the beginning and the end. */
function withoutEmptyLines(lines: readonly string[]): string[] {
  const isFenced = fenceFollower();
  const kept: string[] = [];
  let empty = 0;
  for (const line of lines) {
    const fenced = isFenced(line);
    empty = !fenced && line === '' ? empty + 1 : 0;
    if (empty > EMPTY_LINES_MOST || (empty > 0 && kept.length === 0)) continue;
    kept.push(line);
  }
  while (kept.at(-1) === '') kept.pop();
  return kept;
}
