import type { Language } from '../coach/language.ts';
import { splitWords, type Word } from '../coach/words.ts';
import type { ClaimCues, NamedClaim } from './claim-cues.ts';
import { CLAIM_RULES as RULES } from './context-rules.ts';
import { cutSentence, sentencesIn } from './sentences.ts';

/** Something a person said about themselves, with where they said it. It is what they claim, not what is so. */
export interface Claim {
  readonly kind: NamedClaim | 'figure';
  /** What it is about, as said: "Siemens", "a billing service". A figure's is the whole sentence. */
  readonly about: string;
  readonly sentence: string;
  readonly seq: number;
}

type Words = Pick<Language, 'negations' | 'hedges' | 'firstPerson' | 'firstPersonPlural' | 'units' | 'toldVerbs' | 'isStop'>;

/**
 * Claims of a person about themselves, without a model. Only plain statements in the first person count: a sentence with a question,
 * a quotation, an "if" or "would", a hedge, or a denial where none belongs gives nothing. A fact missed is found again; a wrong one stays.
 */
export function extractClaims(turns: readonly { readonly seq: number; readonly text: string }[], cues: ClaimCues, language: Words): Claim[] {
  const seen = new Set<string>();
  return turns.flatMap(({ seq, text }) => sentencesIn(text).flatMap((sentence) => claimsOf(sentence, cues, language).map((claim) => ({ ...claim, sentence: cutSentence(sentence, RULES.sentenceCharacters), seq })))).filter(({ kind, about }) => {
    const key = `${kind} ${about.toLowerCase()}`;
    return !seen.has(key) && seen.add(key);
  });
}

function claimsOf(sentence: string, cues: ClaimCues, language: Words): Pick<Claim, 'kind' | 'about'>[] {
  if (/[?"“”«»„`<>]|(^|\s)['‘]/.test(sentence)) return [];
  const found = splitWords(sentence);
  const words = found.map(({ word }) => word);
  const claims: Pick<Claim, 'kind' | 'about'>[] = [];
  const cued = new Set<number>();
  for (let index = 0; index < words.length; index++) {
    const cue = cues.claims.at(words, index);
    if (!cue) continue;
    for (let inside = index; inside < index + cue.length; inside++) cued.add(inside);
    const about = cue.value === 'employer' ? nameAfter(sentence, found, index + cue.length, cues) : thingAfter(sentence, found, index + cue.length, cues);
    if (about !== null && (cue.value !== 'project' || isNamed(about, language))) claims.push({ kind: cue.value, about });
    index += cue.length - 1;
  }
  // A cue may hold such a word itself ("I have never used"); any other one makes the sentence unsure.
  const unsure = words.some((word, index) => !cued.has(index) && (cues.unreal.at(words, index) !== null || cues.reported.has(word) || language.hedges.at(words, index) !== null || language.negations.at(words, index)?.value === 'turn'));
  if (unsure) return [];
  return claims.length === 0 && isFigure(words, language) ? [{ kind: 'figure', about: cutSentence(sentence, RULES.sentenceCharacters) }] : claims;
}

/** Somebody's own result in numbers: first person, a verb of the past, digits with a unit. */
function isFigure(words: readonly string[], language: Words): boolean {
  const own = words.findIndex((word) => language.firstPerson.has(word) || language.firstPersonPlural.has(word));
  const told = words.some((word) => language.toldVerbs.has(word) || /[a-z]{2,}ed$/.test(word));
  return own !== -1 && told && words.some((word, index) => (/^\d+([.,]\d+)*$/.test(word) && language.units.has(words[index + 1] ?? '')));
}

/** "a billing service" tells a project from others, "a script" does not. */
const isNamed = (about: string, language: Words): boolean => /\p{Ll}.*\p{Lu}|\s\p{Lu}/u.test(about) || splitWords(about).filter(({ word }) => !language.isStop(word)).length > 1;

/** A proper name: capitals in a row, and nothing after it that would make it part of something else ("Zoom calls"). */
function nameAfter(sentence: string, found: readonly Word[], from: number, cues: ClaimCues): string | null {
  let to = from;
  while (to < found.length && to - from <= RULES.employerWords && /^\p{Lu}/u.test(original(sentence, found[to])) && (to === from || joins(sentence, found, to))) to++;
  if (to === from || to - from > RULES.employerWords || cues.vague.has(found[from]?.word ?? '')) return null;
  if (to < found.length && joins(sentence, found, to) && !cues.ends.has(found[to]?.word ?? '')) return null;
  return sentence.slice(found[from]?.start, found[to - 1]?.end).replace(/['’]s$/, '');
}

/** What follows up to the next comma or joining word, if that is short enough to be one thing. */
function thingAfter(sentence: string, found: readonly Word[], from: number, cues: ClaimCues): string | null {
  let to = from;
  while (to < found.length && !cues.ends.has(found[to]?.word ?? '') && (to === from ? blankBefore(sentence, found, to) : joins(sentence, found, to))) to++;
  if (to === from || to - from > RULES.objectWords || cues.vague.has(found[from]?.word ?? '')) return null;
  return sentence.slice(found[from]?.start, found[to - 1]?.end);
}

const original = (sentence: string, word: Word | undefined): string => (word ? sentence.slice(word.start, word.end) : '');
const gap = (sentence: string, found: readonly Word[], at: number): string => sentence.slice(found[at - 1]?.end ?? 0, found[at]?.start);
/** Nothing but a blank, a hyphen or an ampersand stands between a word and the one before. */
const joins = (sentence: string, found: readonly Word[], at: number): boolean => /^(\s|-|\/|\s&\s)$/.test(gap(sentence, found, at));
const blankBefore = (sentence: string, found: readonly Word[], at: number): boolean => /^\s$/.test(gap(sentence, found, at));
