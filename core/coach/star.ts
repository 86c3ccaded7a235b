import type { AnalysedText } from './analysed-text.ts';
import { spanOf } from './delivery.ts';
import type { StarCoverage, StarPart } from './grade-types.ts';
import { STAR_PARTS, type Language, type StarPartName } from './language.ts';

/** Words a part needs to count as fully told. */
const FULL_WORDS = 12;
/** How far through the answer each part usually stands, 0..1; breaks ties between cues. */
const USUAL_PLACE: Record<StarPartName, number> = { situation: 0.1, task: 0.25, action: 0.55, result: 0.9 };

/** Splits a told story into situation, task, action and result by cue phrases and place; sentences without a cue follow the one before. */
export function coverStar(parts: readonly AnalysedText[], language: Language): StarCoverage {
  const coverage: StarCoverage = { situation: none(), task: none(), action: none(), result: none() };
  const words: Record<StarPartName, number> = { situation: 0, task: 0, action: 0, result: 0 };
  const cued = new Set<StarPartName>();
  const total = parts.reduce((sum, part) => sum + part.tokens.length, 0);
  let before = 0;
  parts.forEach((part, number) => {
    let current: StarPartName = number === 0 ? 'situation' : 'action';
    for (const sentence of part.sentences) {
      const tokens = part.tokens.slice(sentence.first, sentence.end);
      const said = tokens.flatMap((token) => token.word.split(' '));
      const place = total === 0 ? 0 : (before + sentence.first) / total;
      const scores: Record<StarPartName, number> = { situation: 0, task: 0, action: 0, result: 0 };
      for (let i = 0; i < said.length; i++) {
        const cue = language.starCues.at(said, i);
        if (cue) scores[cue.value] += 1 + cue.length * 0.2;
      }
      let best: StarPartName | null = null, bestScore = 0;
      for (const name of STAR_PARTS) {
        const score = scores[name] === 0 ? 0 : scores[name] - 1.2 * Math.abs(place - USUAL_PLACE[name]) + 1.2;
        if (score > bestScore) { best = name; bestScore = score; }
      }
      if (best) { current = best; cued.add(best); }
      words[current] += tokens.length;
      if (best && tokens.length > 0) coverage[current].spans.push(spanOf(part.text, number, tokens[0]!.start, tokens.at(-1)!.end));
    }
    before += part.tokens.length;
  });
  for (const name of STAR_PARTS) {
    coverage[name].share = total === 0 ? 0 : words[name] / total;
    if (cued.has(name)) coverage[name].strength = words[name] >= FULL_WORDS ? 'full' : 'weak';
  }
  return coverage;
}

function none(): StarPart {
  return { share: 0, strength: 'none', spans: [] };
}

const CONDITIONAL = new Set(["i'd", "we'd", "i'll", "we'll"]);
const MODAL = new Set(['would', 'could', 'will', 'might', 'should']);

/**
 * How many times the teller says what they did themselves ("I" or "we", then a past form within three words), and how many times
 * what they would do. "I'd checked" is told, "I'd check" and "I'd put" are not.
 */
export function toldActions(parts: readonly AnalysedText[], language: Language): { told: number; supposed: number } {
  let told = 0, supposed = 0;
  const isPast = (word: string) => language.toldVerbs.has(word) || (word.length > 4 && word.endsWith('ed'));
  for (const { words, tokens, clauses } of parts) {
    // Notes leave the "I" out: "Checked the cache, found the leak."
    for (const clause of clauses) if (isPast(tokens[clause.first]!.word)) told++;
    words.forEach((word, i) => {
    const next = words[i + 1] ?? '';
    if (CONDITIONAL.has(word)) {
      if (word.endsWith("'d") && next.length > 4 && next.endsWith('ed')) told++;
      else supposed++;
    } else if (word === 'i' || word === 'we') {
      if (MODAL.has(next)) supposed++;
      else if (words.slice(i + 1, i + 4).some(isPast)) told++;
    }
    });
  }
  return { told, supposed };
}
