import { analyseText } from './analysed-text.ts';
import { buildWindows, createNumberRoom } from './answer-windows.ts';
import { oppositeWord, reversal, strongestDenial } from './contradiction.ts';
import { measureDelivery } from './delivery.ts';
import { derivePoints } from './derived-points.ts';
import { gradeAnswer, type GradingTools } from './grade-answer.ts';
import type { AnswerPart, Delivery, Grade } from './grade-types.ts';
import { loadLanguage, type Language } from './language.ts';
import { prepareRubric, type PreparedRubric } from './prepared-rubric.ts';
import { innocentStrength } from './red-flags.ts';
import { readRelatedWords, type RelatedWords } from './related-words.ts';
import { extractRelations } from './relations.ts';
import { expectedMark, featuresOfGrade } from './reference-grading.ts';
import type { Rubric } from './rubric.ts';
import { createWordOrder } from './word-order.ts';
import { textSimilarity } from './text-similarity.ts';

export type * from './grade-types.ts';
export { GRADER_VERSION } from './grading-rules.ts';

/** Grades answers without any model: the same answer and rubric always give the same grade. */
export interface Coach {
  grade(rubric: Rubric, parts: AnswerPart[]): Grade;
  delivery(text: string): Delivery;
  /** Analyses a rubric ahead of its first answer; optional. */
  prepare(rubric: Rubric): void;
  /** Ids of points still worth a follow-up, heaviest loss first. */
  rankMissing(rubric: Rubric, grade: Grade): string[];
  /** Words with abbreviations and spellings resolved to one canonical term, with their place in the text. */
  canonicalWords(text: string): { word: string; start: number; end: number }[];
  /** The distinct content terms of a text, aliases resolved: "k8s" and "Kubernetes" give the same term. */
  expandTerms(text: string): Set<string>;
  /**
   * Grades a short answer by a reference answer alone: the mark a human would be expected to give, 0..1, with the features it
   * rests on. An empty answer earns 0.
   */
  gradeByReference(item: { question: string; reference: string; answer: string }): { mark: number; features: number[] };
  /** How alike two texts are in their telling words, 0..1. */
  similarity(a: string, b: string): number;
  /** What it rests on, for the memory and for summaries: loaded once. */
  readonly table: RelatedWords;
  readonly language: Language;
}

/** A prepared rubric weighs some hundred kB; an interview comes back only to the last few of its questions. */
const PREPARED_MOST = 16;
const REFERENCES_MOST = 64;

/**
 * Loads the table of related words and the language lists; some 50 ms.
 * Throws when a file is missing or malformed, naming it.
 */
export function loadCoach(options: { tableFile: string; languageDir: string }): Coach {
  const table = readRelatedWords(options.tableFile);
  const language = loadLanguage(options.languageDir);
  const tools: GradingTools = { table, language, room: createNumberRoom(), wordOrder: createWordOrder(language) };
  const cache = new Map<Rubric, PreparedRubric>();
  const referenceRubrics = new Map<string, Rubric>();

  function prepared(rubric: Rubric): PreparedRubric {
    let ready = cache.get(rubric);
    if (ready) {
      cache.delete(rubric); // put back at the end, so that the first is the one used longest ago
      cache.set(rubric, ready);
    } else {
      const derived = rubric.points.length === 0;
      const sources = derived ? derivePoints(rubric.model_answer, language, table)
        : rubric.points.map((point) => ({ id: point.id, shows: point.shows, weight: point.weight, saidAs: point.said_as }));
      ready = prepareRubric(rubric, sources, derived, language, table);
      const right = buildWindows([ready.model], () => true, ready, language, table, tools.room);
      for (const flag of ready.flags) flag.innocent = innocentStrength(flag, right);
      for (const point of ready.points) {
        point.innocentDenial = strongestDenial(point, right)?.value ?? 0;
        point.innocentOpposite = oppositeWord(point, right) !== null;
      }
      const said = extractRelations(ready.model, language).map((relation) => ({ part: 0, relation }));
      for (const point of ready.points) if (reversal(point, said, ready.matcher)) point.relations = [];
      if (cache.size >= PREPARED_MOST) cache.delete(cache.keys().next().value!);
      cache.set(rubric, ready);
    }
    return ready;
  }
  const analyse = (text: string) => analyseText(text, language, table);

  return {
    grade: (rubric, parts) => gradeAnswer(prepared(rubric), parts, tools),
    delivery: (text) => measureDelivery([analyse(text)], language),
    prepare: (rubric) => { prepared(rubric); },
    rankMissing: (_rubric, grade) => grade.points.filter((point) => point.verdict === 'missing' || point.verdict === 'partly' || point.verdict === 'not-assessable')
      .toSorted((a, b) => b.weight * (1 - b.credit) - a.weight * (1 - a.credit)).map((point) => point.pointId),
    canonicalWords: (text) => analyse(text).tokens.map(({ term, start, end }) => ({ word: term, start, end })),
    expandTerms: (text) => new Set(analyse(text).tokens.filter((token) => !token.stop).map((token) => token.term)),
    gradeByReference({ question, reference, answer }) {
      const key = `${question}\n${reference}`;
      let rubric = referenceRubrics.get(key);
      if (!rubric) {
        rubric = { id: 'reference', kind: 'technical', question, points: [], red_flags: [], model_answer: reference };
        if (referenceRubrics.size >= REFERENCES_MOST) referenceRubrics.clear();
        referenceRubrics.set(key, rubric);
      }
      const grade = gradeAnswer(prepared(rubric), [{ text: answer }], tools);
      const features = featuresOfGrade(prepared(rubric), grade, answer, tools);
      return { mark: answer.trim() === '' ? 0 : expectedMark(features), features };
    },
    similarity: (a, b) => textSimilarity(analyse(a), analyse(b)),
    table, language,
  };
}
