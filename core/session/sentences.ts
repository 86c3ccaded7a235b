/** After these a full stop ends no sentence. */
const ABBREVIATION = /(^|[\s(“"])(e\.g|i\.e|etc|vs|cf|approx|mr|mrs|ms|dr|no|fig|inc|ltd)\.$|^\s*\d{1,2}\.$/i;

/** The sentences of what a person wrote, without the blanks around them. Lines of a list are sentences too. Linear. */
export function sentencesIn(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/[.?!]["”’')\]]*(?=\s)|\n/g)) {
    const to = match.index + match[0].length;
    const said = text.slice(from, to);
    if (match[0] !== '\n' && ABBREVIATION.test(said.slice(-12))) continue;
    found.push(said);
    from = to;
  }
  return [...found, text.slice(from)].map((said) => said.replace(/\s+/g, ' ').replace(/^ ?[-*•] /, '').trim()).filter((said) => /[\p{L}\p{N}]/u.test(said));
}

/** The beginning of a sentence, cut between words. */
export function cutSentence(said: string, characters: number): string {
  if (said.length <= characters) return said;
  const blank = said.lastIndexOf(' ', characters);
  return `${said.slice(0, blank > 0 ? blank : characters).toWellFormed()} …`;
}
