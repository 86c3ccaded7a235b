/** Words as they are compared: small letters, without marks around them. */
export const wordsOf = (text: string): string[] => plain(text).toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:'\p{L}+)*/gu) ?? [];

const plain = (text: string): string => text.normalize('NFC').replace(/[’‘]/g, "'");
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether a phrase stands in a text as whole words, in any case; blanks of any kind and length are alike. */
export function saysPhrase(text: string, phrase: string): boolean {
  const words = plain(phrase).trim().split(/\s+/).map(escaped).join('\\s+');
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${words}(?![\\p{L}\\p{M}\\p{N}])`, 'iu').test(plain(text));
}

/** The first `length` words in a row of `source` that stand in a text too; of a shorter source, all of it. Undefined when there are none. */
export function quotedFrom(text: string, source: string, length: number): string | undefined {
  const said = ` ${wordsOf(text).join(' ')} `;
  const words = wordsOf(source);
  const run = Math.min(length, words.length);
  if (run === 0) return undefined;
  for (let at = 0; at + run <= words.length; at++) {
    const stretch = words.slice(at, at + run).join(' ');
    if (said.includes(` ${stretch} `)) return stretch;
  }
  return undefined;
}

/** Small words that other languages written in Latin letters do not share. */
const ENGLISH = new Set('the and of to you your yours with that this these those what which who how why when where it is are were have has had for from we they would could should did does not my our about there here let us next one any anything be been was i a by or as if more than then thank thanks please'.split(' '));
const OTHERS = new Set('der die das und ist nicht ich sie wir ein eine mit für auf wie haben le la les des et est vous que qui pas une dans pour el los las es por con una del usted cómo qué il di che non sono per gli della het een niet van voor hoe zijn o os não você com para como foi'.split(' '));
/** One word in seven of English speech at least is one of its small words; English prose has one in two or three. */
const ENGLISH_SHARE = 1 / 7;
/** Fewer words do not tell their language, and in few of them one small word is enough. */
const FEWEST_WORDS = 4;
const FEW_WORDS = 12;
const FOREIGN_LETTERS = 0.1;

/** Why a text is not English, by its letters and its small words; undefined when it may be. Cannot tell names and single words apart. */
export function whyNotEnglish(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters - latin > letters * FOREIGN_LETTERS) return `${letters - latin} of ${letters} letters are not Latin`;
  const words = wordsOf(text).map((word) => word.replace(/'.*$/, ''));
  if (words.length < FEWEST_WORDS) return undefined;
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const others = words.filter((word) => OTHERS.has(word) && !ENGLISH.has(word)).length;
  return english < (words.length < FEW_WORDS ? 1 : words.length * ENGLISH_SHARE) || others > english ? `${english} of ${words.length} words are small English words, ${others} those of other languages` : undefined;
}
