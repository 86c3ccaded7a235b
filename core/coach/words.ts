/** One word of a text, lower-cased and without accents, with its place in the original. */
export interface Word { word: string; start: number; end: number }

/** Complexity classes, names with signs in them, numbers with their unit, then plain words with an apostrophe inside. */
const WORD = /o\([^()\n]{1,12}\)|asp\.net|\.net\b|ci\/cd|tcp\/ip|i\/o|a\/b|[a-z]\+\+|[a-z]#(?![\p{L}\d])|[a-z0-9]+\.(?:js|io)(?![\p{L}\d])|\dxx(?![\p{L}\d])|\d+(?:[.,]\d+)*%?|%|\p{L}[\p{L}\p{M}\d]*(?:['’]\p{L}{1,3}(?![\p{L}\d]))?/giu;

/** Cuts a text into words. Linear; never throws. */
export function splitWords(text: string): Word[] {
  const found: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    let word = match[0].toLowerCase();
    if (/[^\u0020-\u007e]/.test(word)) word = word.replace(/’/g, "'").normalize('NFKD').replace(/\p{M}/gu, '');
    if (word.startsWith('o(')) word = word.replace(/\s+/g, ' ').replace(/\( | \)/g, (side) => side.trim()).replace('²', '^2');
    if (word.length > 40) continue;
    if (word.endsWith('%') && word.length > 1) {
      found.push({ word: word.slice(0, -1), start: match.index, end: match.index + match[0].length - 1 });
      found.push({ word: '%', start: match.index + match[0].length - 1, end: match.index + match[0].length });
      continue;
    }
    found.push({ word, start: match.index, end: match.index + match[0].length });
  }
  return found;
}
