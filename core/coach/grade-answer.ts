import { analyseText, type AnalysedText } from './analysed-text.ts';
import { buildWindows, type AnswerWindow, type NumberRoom } from './answer-windows.ts';
import { findContradiction } from './contradiction.ts';
import { measureDelivery, spanOf } from './delivery.ts';
import { bestEvidence, type Evidence } from './evidence.ts';
import type { AnswerPart, Finding, Grade, PointGrade, Span } from './grade-types.ts';
import { GRADER_VERSION, ramp, rules } from './grading-rules.ts';
import type { Language } from './language.ts';
import { messages } from './messages.ts';
import type { PreparedPoint, PreparedRubric } from './prepared-rubric.ts';
import { findRedFlags } from './red-flags.ts';
import { extractRelations } from './relations.ts';
import { cosine, type RelatedWords } from './related-words.ts';
import { setAside } from './set-aside.ts';
import { shareEvidence } from './shared-evidence.ts';
import { coverStar, toldActions } from './star.ts';
import { weightedCosine } from './text-similarity.ts';
import { findWavingAway } from './waving-away.ts';
import type { WordOrder } from './word-order.ts';
import { splitWords } from './words.ts';

/** What grading needs besides rubric and answer. */
export interface GradingTools { language: Language; table: RelatedWords; room: NumberRoom; wordOrder: WordOrder }

/** Fills in the checklist of one rubric from an answer and computes the score from it. Deterministic; no model. */
export function gradeAnswer(rubric: PreparedRubric, answer: readonly AnswerPart[], tools: GradingTools): Grade {
  const { language, table, room } = tools;
  const { texts, cut } = cutToLength(answer);
  const parts = texts.map((text) => analyseText(text, language, table));
  const delivery = measureDelivery(parts, language);
  const grade: Grade = {
    grader: 'coach', graderVersion: GRADER_VERSION, rubricVersion: rubric.version, enough: false, score: null, range: null,
    points: [], findings: [], star: rubric.rubric.kind === 'behavioural' ? coverStar(parts, language) : null, delivery,
  };
  const aside = setAside(parts, rubric, language, tools.wordOrder);
  grade.findings.push(...aside.findings);
  const least = leastWords(rubric);
  const notEnough = delivery.words === 0 ? messages.empty : delivery.words < least ? messages.tooShort(delivery.words, least)
    : aside.wordsKept < least ? messages.onlySetAside : null;
  if (notEnough) {
    grade.reason = notEnough;
    grade.points = rubric.points.map((point) => ({ pointId: point.id, shows: point.shows, weight: point.weight, verdict: 'not-assessable', credit: 0, evidence: [] }));
    return grade;
  }
  grade.enough = true;
  if (cut) grade.reason = messages.tooLong(rules.mostWords);
  const usable = (part: number, clause: number) => aside.aside[part]![parts[part]!.clauses[clause]!.sentence] === undefined;
  const windows = buildWindows(parts, usable, rubric, language, table, room);
  const evidence = shareEvidence(rubric, rubric.points.map((point) => bestEvidence(point, windows)), windows, parts);
  const behavioural = rubric.rubric.kind === 'behavioural';
  // A short answer touches less of the rubric than a long one on the same topic.
  const about = topicality(rubric, parts, table) + rules.shortAllowance * Math.exp(-delivery.words / 40);
  // A told story shares few words with another on the same question, so being told counts towards being on topic.
  const actions = behavioural ? toldActions(parts, language) : { told: 0, supposed: 0 };
  const told = behavioural ? ramp(actions.told, 1, rules.storyActions) * ramp(about, rules.story.elsewhere, rules.story.onTopic) : 0;
  // What somebody would do is no answer to what they did.
  const happened = behavioural ? ramp(actions.told, ...rules.story.toldActions) * (actions.supposed > 1 ? ramp((actions.told + 0.5) / (actions.told + actions.supposed + 0.5), ...rules.story.toldShare) : 1) : 1;
  const topical = happened * Math.max(told, ramp(about, rules.elsewhere, rules.onTopic)) ** 2;
  if (topical === 0) grade.findings.push({ kind: 'off-topic', span: null, why: messages.offTopic });
  const depth = behavioural ? rules.story.leastDepth + (1 - rules.story.leastDepth) * ramp(countDetails(parts, rubric, usable, language), ...rules.story.details) : 1;
  grade.points = rubric.points.map((point, i) => gradePoint(point, evidence[i] ?? null, topical * depth, behavioural, parts));
  const { nothing, everything } = behavioural ? rules.story : rules;
  const uncertain = evidence.map((found) => (found ? ramp(found.strength + rules.evidenceError, nothing, everything) - ramp(found.strength - rules.evidenceError, nothing, everything) : 0) / 2);
  const denials = applyContradictions(rubric, windows, parts, grade.points, tools);
  const flags = applyRedFlags(rubric, windows, parts, grade.points);
  const waving = findWavingAway(parts, behavioural, (part, sentence) => aside.aside[part]![sentence] === undefined, language);
  grade.findings.push(...denials.findings, ...flags.findings, ...waving.findings);
  for (const point of grade.points) settleVerdict(point);
  grade.score = denials.factor * flags.factor * (1 - waving.cost) * grade.points.reduce((sum, point) => sum + point.weight * point.credit, 0);
  grade.range = rangeOf(grade.score, grade.points, uncertain, delivery.words);
  return grade;
}

/**
 * Score ± 1.3 standard errors, points taken as independent: a point is least certain halfway and where a little more or less
 * evidence would change its credit, a short answer less certain than a long one. Never without width: each point keeps an error.
 */
function rangeOf(score: number, points: readonly PointGrade[], uncertain: readonly number[], words: number): { low: number; high: number } {
  const short = Math.exp(-words / 60);
  const variance = points.reduce((sum, { weight, credit }, i) => sum + (weight * (0.1 + 0.15 * short + credit * (1 - credit) + uncertain[i]!)) ** 2, 0);
  const margin = 1.3 * Math.sqrt(variance);
  return { low: Math.max(0, Math.min(score, 1 - margin) - margin), high: Math.min(1, Math.max(score, margin) + margin) };
}

/** Different telling words that the question does not already hold: what makes a story concrete. Chatter adds few. */
function countDetails(parts: readonly AnalysedText[], rubric: PreparedRubric, usable: (part: number, clause: number) => boolean, language: Language): number {
  const details = new Set<string>();
  parts.forEach((part, number) => part.clauses.forEach((clause, index) => {
    if (!usable(number, index)) return;
    for (const token of part.tokens.slice(clause.first, clause.end)) if (!token.stop && !language.isLight(token.word) && !rubric.questionTerms.has(token.term)) details.add(token.term);
  }));
  return details.size;
}

/** A question whose model answer is short may be answered shortly. */
function leastWords(rubric: PreparedRubric): number {
  return rubric.derived ? Math.max(1, Math.min(rules.leastWords, Math.floor(rubric.model.words.length / 3))) : rules.leastWords;
}

function gradePoint(point: PreparedPoint, evidence: Evidence | null, topical: number, behavioural: boolean, parts: readonly AnalysedText[]): PointGrade {
  const { nothing, everything } = behavioural ? rules.story : rules;
  const credit = evidence ? topical * ramp(evidence.strength, nothing, everything) : 0;
  const graded: PointGrade = { pointId: point.id, shows: point.shows, weight: point.weight, verdict: 'missing', credit, evidence: [] };
  if (evidence && credit >= rules.partly) graded.evidence = [spanOfWindow(evidence.window, parts)];
  return graded;
}

function settleVerdict(point: PointGrade): void {
  point.verdict = point.credit >= rules.met ? 'met' : point.credit >= rules.partly ? 'partly' : 'missing';
  if (point.verdict === 'missing') point.evidence = [];
}

/** How much the whole answer is about what the rubric is about: cosine of related words plus cosine of weighted terms, 0..2. */
function topicality(rubric: PreparedRubric, parts: readonly AnalysedText[], table: RelatedWords): number {
  const weights = new Map<string, number>();
  for (const part of parts) for (const token of part.tokens) {
    if (token.stop) continue;
    // A misspelt word or a near-synonym counts as the rubric's word.
    const near = rubric.matcher.matches(token).reduce((best, match) => (match.strength > best.strength ? match : best), { term: -1, strength: 0 });
    const meant = near.strength >= 0.8 ? rubric.terms[near.term]!.term : token.term;
    weights.set(meant, (weights.get(meant) ?? 0) + token.weight);
  }
  const vector = table.embed(parts.map((part) => part.text).join('\n'));
  return Math.max(0, cosine(vector, rubric.topic.vector)) + weightedCosine(weights, rubric.topic.weights);
}

/** Takes back the credit of points whose opposite the answer says. */
function applyContradictions(rubric: PreparedRubric, windows: readonly AnswerWindow[], parts: readonly AnalysedText[], points: PointGrade[], tools: GradingTools): { findings: Finding[]; factor: number } {
  const findings: Finding[] = [];
  const said = parts.flatMap((part, number) => extractRelations(part, tools.language).map((relation) => ({ part: number, relation })));
  let factor = 1;
  rubric.points.forEach((prepared, i) => {
    const found = findContradiction(prepared, rubric, windows, said, parts);
    const point = points[i]!;
    if (!found || found.sureness === 0) return;
    point.credit *= 1 - found.sureness;
    factor *= 1 - found.sureness * rules.contradictionCost;
    if (found.sureness < 0.5) return;
    const span = spanOfTokens(parts, found.part, found.first, found.end);
    point.contradicted = { span, why: found.why };
    findings.push({ kind: 'contradiction', span, why: messages.contradiction(prepared.shows) });
  });
  return { findings, factor };
}

/** Takes back the credit that the wrong claims in the answer undo, and tells which. */
function applyRedFlags(rubric: PreparedRubric, windows: readonly AnswerWindow[], parts: readonly AnalysedText[], points: PointGrade[]): { findings: Finding[]; factor: number } {
  const findings: Finding[] = [];
  let factor = 1;
  for (const { flag, evidence, sureness } of findRedFlags(rubric, windows)) {
    const span = spanOfWindow(evidence.window, parts);
    if (sureness >= 0.5) findings.push({ kind: 'red-flag', span, why: messages.redFlag(flag.flag.says) });
    const whole = flag.contradicts.size === 0;
    factor *= 1 - sureness * (whole ? 2 * rules.flagCost : rules.flagCost);
    for (const point of points) {
      if (!flag.contradicts.has(point.pointId)) continue;
      point.credit *= 1 - sureness;
      if (sureness >= 0.5) point.contradicted = { span, why: messages.flagged };
    }
  }
  return { findings, factor };
}

function spanOfWindow(window: AnswerWindow, parts: readonly AnalysedText[]): Span {
  return spanOfTokens(parts, window.part, window.first, window.end);
}

function spanOfTokens(parts: readonly AnalysedText[], number: number, first: number, end: number): Span {
  const part = parts[number]!;
  return spanOf(part.text, number, part.tokens[first]!.start, part.tokens[end - 1]!.end);
}

/** The first `mostWords` words of an answer, over its parts. A megabyte of text is cut before it is analysed. */
function cutToLength(answer: readonly AnswerPart[]): { texts: string[]; cut: boolean } {
  let left: number = rules.mostWords, cut = false;
  const texts = answer.map(({ text }) => {
    // Nine characters a word is more than English needs; the exact count follows on what is left.
    const start = text.slice(0, left * 9);
    const words = splitWords(start);
    const last = words[left];
    const kept = last ? start.slice(0, last.start) : start;
    cut ||= kept.length < text.trimEnd().length;
    left = Math.max(0, left - words.length);
    return kept;
  });
  return { texts, cut };
}
