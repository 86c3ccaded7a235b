import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stemmer } from 'stemmer';
import { parse } from 'yaml';
import { z } from 'zod';
import { createWordPhrases, type WordPhrases } from './word-phrases.ts';
import { splitWords } from './words.ts';

const words = z.string().transform((text) => text.split(/\s+/).filter(Boolean));
const list = z.array(z.coerce.string().min(1)).min(1);
const files = {
  'function-words': z.strictObject({ stop: words, light: words, verbs: words }),
  aliases: z.strictObject({ groups: z.array(list) }),
  synonyms: z.strictObject({ groups: z.array(list), broad: z.array(list) }),
  polarity: z.strictObject({ negators: list, not_negators: list, dismissals: list, antonyms: z.array(z.tuple([z.string(), z.string()])) }),
  relations: z.record(z.enum(['order', 'cause', 'direction', 'comparison']), z.strictObject({ forward: z.array(z.string()), backward: z.array(z.string()) })),
  delivery: z.strictObject({ fillers: list, hedges: list, first_person: list, first_person_plural: list, number_words: list, units: list }),
  dismissals: z.strictObject({ waves_away: list, claims_too_much: list, poor_conduct: list }),
  'grader-directed': z.strictObject({ phrases: list, topical: list }),
  story: z.strictObject({ moves: z.record(z.string(), z.strictObject({ asked: list, told: list })) }),
  star: z.strictObject({ situation: list, task: list, action: list, result: list, told_verbs: list }),
};
type FileName = keyof typeof files;

export type RelationKind = 'order' | 'cause' | 'direction' | 'comparison';
export type StarPartName = 'situation' | 'task' | 'action' | 'result';
export const STAR_PARTS: readonly StarPartName[] = ['situation', 'task', 'action', 'result'];
/** A connective between two sides; `forward` means that the left side is the first one. */
export interface Connective { kind: RelationKind; forward: boolean }

/** The word lists of `packs/language/`, ready to be looked up. */
export interface Language {
  /** Changes whenever a list changes; part of what a grade depends on. */
  readonly source: string;
  isStop(word: string): boolean;
  isLight(word: string): boolean;
  isVerb(word: string): boolean;
  /** Porter stem (Porter 1980), cached. */
  stem(word: string): string;
  /** Abbreviations and spellings that name one thing; the value is the term they all become. */
  readonly aliases: WordPhrases<string>;
  /** Groups of near-synonyms (0 and up) and broad families (below 0) that a term belongs to. */
  synonymGroups(term: string): readonly number[];
  /** Near-synonyms that take several words; the value is the group. */
  readonly synonymPhrases: WordPhrases<number>;
  /** `turn`: negates what follows; `keep`: looks like a negation and is none; `dismiss`: negates its whole clause. */
  readonly negations: WordPhrases<'turn' | 'keep' | 'dismiss'>;
  /** Terms that contradict a term when they stand in its place. */
  antonyms(term: string): readonly string[];
  readonly connectives: WordPhrases<Connective>;
  readonly fillers: WordPhrases<true>;
  readonly hedges: WordPhrases<true>;
  readonly firstPerson: ReadonlySet<string>;
  readonly firstPersonPlural: ReadonlySet<string>;
  readonly numberWords: ReadonlySet<string>;
  readonly units: ReadonlySet<string>;
  /** Ways of waving a requirement away, of claiming too much, and what speaks against the teller of a story. */
  readonly dismissals: WordPhrases<'waves-away' | 'claims-too-much' | 'poor-conduct'>;
  readonly graderDirected: WordPhrases<string>;
  readonly topicalWords: readonly string[];
  /** Irregular past forms. */
  readonly toldVerbs: ReadonlySet<string>;
  readonly starCues: WordPhrases<StarPartName>;
  /** What a story does whatever it is about (tells a result, asks the other side ...): words that ask for it and words that tell it, as bits. */
  readonly storyMoves: { asked: WordPhrases<number>; told: WordPhrases<number>; figure: number };
}

/** Reads and checks `packs/language/*.yaml`. Throws with the file's name when one is missing or malformed. */
export function loadLanguage(folder: string): Language {
  let source = '';
  function read<N extends FileName>(name: N): z.infer<(typeof files)[N]> {
    const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
    source += text;
    const parsed = files[name].safeParse(parse(text));
    if (!parsed.success) throw new Error(`${name}.yaml: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`);
    return parsed.data as z.infer<(typeof files)[N]>;
  }
  const functionWords = read('function-words'), polarity = read('polarity'), delivery = read('delivery'), directed = read('grader-directed');
  const stems = new Map<string, string>();
  const stem = (word: string): string => {
    let known = stems.get(word);
    if (known === undefined) {
      known = /^[a-z']+$/.test(word) ? stemmer(word.replace(/'s$/, '')) : word;
      if (stems.size > 20_000) stems.clear();
      stems.set(word, known);
    }
    return known;
  };
  const cut = (text: string) => splitWords(text).map((word) => word.word);
  const phrases = <T>(texts: readonly string[], value: T) => texts.map((text) => ({ words: cutKeepingGaps(text), value }));

  const aliases = read('aliases').groups.flatMap((group) => {
    const term = termOfAlias(group[0]!);
    return group.map((text) => ({ words: cut(text), value: term }));
  });
  function termOfAlias(text: string): string {
    const parts = cut(text);
    return parts.length === 1 ? stem(parts[0]!) : parts.map(stem).join('_');
  }
  const aliasTerms = new Map(aliases.map((alias) => [alias.words.join(' '), alias.value]));
  const termOf = (text: string) => aliasTerms.get(cut(text).join(' ')) ?? cut(text).map(stem).join('_');

  const groups = new Map<string, number[]>();
  const synonymPhrases: { words: string[]; value: number }[] = [];
  const synonyms = read('synonyms');
  const numbered = [...synonyms.groups.map((group, i) => ({ group, number: i })), ...synonyms.broad.map((group, i) => ({ group, number: -1 - i }))];
  for (const { group, number } of numbered) group.forEach((text) => {
    const parts = cut(text), term = termOf(text);
    if (parts.length > 1 && !aliasTerms.has(parts.join(' '))) synonymPhrases.push({ words: parts, value: number });
    else groups.set(term, [...groups.get(term) ?? [], number]);
  });

  const opposite = new Map<string, string[]>();
  for (const [a, b] of polarity.antonyms) for (const [from, to] of [[termOf(a), termOf(b)], [termOf(b), termOf(a)]] as const) {
    opposite.set(from, [...opposite.get(from) ?? [], to]);
  }
  const connectives = Object.entries(read('relations')).flatMap(([kind, sides]) => [
    ...phrases(sides.forward, { kind: kind as RelationKind, forward: true }), ...phrases(sides.backward, { kind: kind as RelationKind, forward: false }),
  ]);
  const stop = new Set(functionWords.stop), light = new Set(functionWords.light), verbs = new Set(functionWords.verbs);
  const star = read('star'), moves = Object.entries(read('story').moves), dismissals = read('dismissals');
  /** One phrase may belong to several moves; its bits are then joined. */
  function byPhrase(side: 'asked' | 'told'): WordPhrases<number> {
    const bits = new Map<string, number>();
    moves.forEach(([, move], i) => { for (const text of move[side]) if (text !== '#') bits.set(text, (bits.get(text) ?? 0) | (1 << i)); });
    return createWordPhrases([...bits].map(([text, value]) => ({ words: cutKeepingGaps(text), value })));
  }
  return {
    get source() { return source; },
    isStop: (word) => stop.has(word), isLight: (word) => light.has(word), isVerb: (word) => verbs.has(word), stem,
    aliases: createWordPhrases(aliases),
    synonymGroups: (term) => groups.get(term) ?? [],
    synonymPhrases: createWordPhrases(synonymPhrases),
    negations: createWordPhrases([
      ...phrases(polarity.negators, 'turn' as const), ...phrases(polarity.not_negators, 'keep' as const), ...phrases(polarity.dismissals, 'dismiss' as const),
    ]),
    antonyms: (term) => opposite.get(term) ?? [],
    connectives: createWordPhrases(connectives),
    fillers: createWordPhrases(phrases(delivery.fillers, true as const)),
    hedges: createWordPhrases(phrases(delivery.hedges, true as const)),
    firstPerson: new Set(delivery.first_person), firstPersonPlural: new Set(delivery.first_person_plural),
    numberWords: new Set(delivery.number_words), units: new Set(delivery.units),
    dismissals: createWordPhrases([
      ...phrases(dismissals.waves_away, 'waves-away' as const), ...phrases(dismissals.claims_too_much, 'claims-too-much' as const),
      ...phrases(dismissals.poor_conduct, 'poor-conduct' as const),
    ]),
    graderDirected: createWordPhrases(directed.phrases.map((text) => ({ words: cutKeepingGaps(text), value: text }))),
    topicalWords: directed.topical,
    toldVerbs: new Set(star.told_verbs),
    storyMoves: {
      asked: byPhrase('asked'), told: byPhrase('told'),
      figure: moves.reduce((bits, [, { told }], i) => (told.includes('#') ? bits | (1 << i) : bits), 0),
    },
    starCues: createWordPhrases(STAR_PARTS.flatMap((part) => phrases(star[part], part))),
  };
}

function cutKeepingGaps(text: string): string[] {
  return text.split(/\s+/).flatMap((piece) => (piece === '...' ? [piece] : splitWords(piece).map((word) => word.word)));
}
