import { createHash } from 'node:crypto';
import { analyseText, type AnalysedText, type Token } from './analysed-text.ts';
import { figuresOf } from './contradiction.ts';
import type { Language } from './language.ts';
import { normalise, type RelatedWords } from './related-words.ts';
import { extractRelations, type Relation } from './relations.ts';
import type { RedFlag, Rubric } from './rubric.ts';
import { movesAsked } from './story-moves.ts';
import { createTermMatcher, type TermMatcher } from './term-similarity.ts';
import { termWeights } from './text-similarity.ts';

/** One way of saying a point or a red flag, reduced to what is compared. */
export interface PreparedPhrase {
  /** Content terms: index into `PreparedRubric.terms`, weight, and whether the phrase negates them. */
  terms: { term: number; weight: number; negated: boolean }[];
  totalWeight: number;
  vector: Float32Array;
}

/** A claim to look for: a rubric point or a red flag. */
export interface PreparedClaim {
  phrases: PreparedPhrase[];
  /** All terms of all phrases, weighted by how many phrases use them. */
  pooled: { term: number; weight: number; negated: boolean }[];
  /** Matched pooled weight that counts as one whole way of saying it. */
  pooledFull: number;
  /** Terms whose opposite the claim uses as well ("reads" and "writes"); there an opposite word tells nothing. */
  paired: ReadonlySet<number>;
  /** Pooled weight by term. */
  weightOf: ReadonlyMap<number, number>;
  /** The rarer half of its terms; without any of them a window is about something else. */
  telling: ReadonlySet<number>;
  /** What the claim asks a story to do, as bits; 0 for red flags and for questions that do not ask for a story. */
  moves: number;
}
export interface PreparedPoint extends PreparedClaim {
  id: string;
  shows: string;
  weight: number;
  /** What the phrases say about order, cause, direction and comparison. */
  relations: Relation[];
  /** Figures with a unit that most phrases repeat. */
  figures: { number: string; unit: string }[];
  /** How strongly the model answer, which is right, seems to deny the point; an answer must deny it more. */
  innocentDenial: number;
  /** The model answer has opposites of the point's words beside it, so they tell nothing. */
  innocentOpposite: boolean;
}
export interface PreparedFlag extends PreparedClaim {
  flag: RedFlag;
  contradicts: Set<string>;
  /** How strongly the model answer, which is right, seems to say it; an answer must say it more. */
  innocent: number;
}

/** Everything about a rubric that does not depend on the answer. */
export interface PreparedRubric {
  rubric: Rubric;
  /** Hash of the rubric's content, 12 hex digits: grades are comparable only when it is the same. */
  version: string;
  derived: boolean;
  terms: Token[];
  numberOfTerm: ReadonlyMap<string, number>;
  matcher: TermMatcher;
  questionTerms: Set<string>;
  question: AnalysedText;
  model: AnalysedText;
  /** Numbers that question and model answer use; none of them is a wrong figure. */
  numbers: Set<string>;
  /** Everything the rubric says, as one: what an answer on this topic is about. */
  topic: { vector: Float32Array; weights: ReadonlyMap<string, number> };
  points: PreparedPoint[];
  flags: PreparedFlag[];
}

/** A term the question already says tells little about the answer. */
const QUESTION_TERM_SHARE = 0.4;

/** Hash of what a grade depends on in a rubric. */
export function rubricVersion(rubric: Rubric): string {
  const { id: _id, ...content } = rubric;
  return createHash('sha256').update(JSON.stringify(content, Object.keys(content).sort())).update(JSON.stringify(rubric.points)).update(JSON.stringify(rubric.red_flags)).digest('hex').slice(0, 12);
}

/** What `prepareRubric` is given for each point; derived points come without a follow-up. */
export interface ClaimSource { id: string; shows: string; weight: number; saidAs: readonly string[] }

/** Analyses every phrase of a rubric once. */
export function prepareRubric(rubric: Rubric, sources: ClaimSource[], derived: boolean, language: Language, table: RelatedWords): PreparedRubric {
  const terms: Token[] = [];
  const numbers = new Map<string, number>();
  const analyse = (text: string) => analyseText(text, language, table);
  const question = analyse(rubric.question);
  const questionTerms = new Set(question.tokens.filter((token) => !token.stop).map((token) => token.term));

  // One block for all vectors of a rubric: thousands of small ones leave holes in the process's memory.
  const vectors = new Float32Array(table.dimensions * (sources.reduce((sum, { saidAs }) => sum + saidAs.length + 1, 0) + rubric.red_flags.reduce((sum, flag) => sum + flag.said_as.length + 1, 0)));
  let vectorsUsed = 0;

  function phrase(analysed: AnalysedText): PreparedPhrase {
    const found = new Map<number, { term: number; weight: number; negated: boolean }>();
    const vector = vectors.subarray(vectorsUsed, vectorsUsed += table.dimensions);
    for (const token of analysed.tokens) {
      if (token.stop) continue;
      let number = numbers.get(token.term);
      if (number === undefined) { number = terms.length; numbers.set(token.term, number); terms.push(token); }
      const weight = token.weight * (questionTerms.has(token.term) ? QUESTION_TERM_SHARE : 1);
      if (!found.has(number)) found.set(number, { term: number, weight, negated: token.negated });
      for (const word of token.word.split(' ')) table.addWord(vector, word);
    }
    const list = [...found.values()];
    return { terms: list, totalWeight: list.reduce((sum, term) => sum + term.weight, 0), vector: normalise(vector) };
  }

  function claim(texts: readonly AnalysedText[]): PreparedClaim {
    const phrases = texts.map(phrase).filter((entry) => entry.totalWeight > 0);
    const pooled = new Map<number, { term: number; weight: number; negated: boolean; count: number }>();
    for (const entry of phrases) for (const term of entry.terms) {
      const before = pooled.get(term.term);
      if (before) before.count++;
      else pooled.set(term.term, { ...term, count: 1 });
    }
    const weights = [...pooled.values()].map(({ weight }) => weight).sort((a, b) => b - a);
    const tellingFrom = weights[Math.floor(weights.length / 2)] ?? 0;
    const mean = phrases.reduce((sum, entry) => sum + entry.totalWeight, 0) / Math.max(1, phrases.length);
    return {
      phrases, pooledFull: mean, moves: 0,
      weightOf: new Map([...pooled.values()].map(({ term, weight, count }) => [term, weight * Math.sqrt(count)])),
      telling: new Set([...pooled.values()].filter(({ weight }) => weight >= tellingFrom).map(({ term }) => term)),
      paired: new Set([...pooled.keys()].filter((number) => language.antonyms(terms[number]!.term).some((opposite) => pooled.has(numbers.get(opposite) ?? -1)))),
      pooled: [...pooled.values()].map(({ term, weight, negated, count }) => ({ term, weight: weight * Math.sqrt(count), negated })),
    };
  }

  const model = analyseText(rubric.model_answer, language, table);
  const whole = [rubric.question, rubric.model_answer, ...sources.flatMap((source) => [source.shows, ...source.saidAs])].join('\n');
  const points = sources.map((source) => {
    const texts = [source.shows, ...source.saidAs].map(analyse);
    const said = claim(texts);
    return {
      id: source.id, shows: source.shows, weight: source.weight, ...said, moves: rubric.kind === 'behavioural' ? movesAsked(texts[0]!, language) : 0, innocentDenial: 0, innocentOpposite: false,
      relations: texts.flatMap((text) => extractRelations(text, language)),
      figures: figuresOf(texts, derived ? 1 : Math.max(2, Math.ceil(texts.length / 2))),
    };
  });
  const flags = rubric.red_flags.map((flag) => ({ flag, contradicts: new Set(flag.contradicts), innocent: 0, ...claim([flag.says, ...flag.said_as].map(analyse)) }));
  return {
    topic: { vector: table.embed(whole), weights: termWeights(analyseText(whole, language, table)) },
    rubric, version: rubricVersion(rubric), derived, terms, questionTerms, question,
    model, numbers: new Set([...question.tokens, ...model.tokens].map((token) => token.word).filter((word) => /^\d/.test(word))),
    points, flags, numberOfTerm: numbers, matcher: createTermMatcher(terms, table),
  };
}
