import { styleText } from 'node:util';
import type { Comparison } from './compare.ts';
import type { CaseResult } from './run-case.ts';
import type { EvalResults, PromptResults, ProviderResults } from './run-eval.ts';

type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });
/** The name of a case may have 60 characters; the table leaves as much room as its longest needs. */
const NUMBER = 9;

/** Why a case failed, a line each. */
export const reasons = ({ faults, outcomes }: CaseResult): string[] => [...faults, ...outcomes.filter(({ ok }) => ok === false).map(({ expectation, why }) => `${expectation.slice(0, expectation.indexOf(':'))}: ${why}`)];
export const notJudged = (results: readonly CaseResult[]): number => results.flatMap(({ outcomes }) => outcomes).filter(({ ok }) => ok === null).length;
export const allCases = ({ prompts }: Pick<ProviderResults, 'prompts'>): CaseResult[] => prompts.flatMap(({ results }) => results);
export const titleOf = ({ prompt, labels }: Pick<PromptResults, 'prompt' | 'labels'>): string => `${prompt.id} v${prompt.version}${labels.length > 0 ? ` (${labels.join(', ')})` : ''}`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const figure = (value: number | null): string => (value === null ? '-' : String(value)).padStart(NUMBER);

/** `66 cases, 66 passed, 0 failed, 12 expectations not judged (tiny: its words mean nothing)`. */
export function summaryOf(provider: ProviderResults): string {
  const open = notJudged(allCases(provider));
  const whys = [...new Set(allCases(provider).flatMap(({ outcomes }) => outcomes.filter(({ ok }) => ok === null).map(({ why }) => why)))];
  const why = provider.meaningless ?? whys.join('; ');
  const { passed, failed, threshold } = provider;
  return `${counted(passed + failed, 'case')}${provider.comparison ? ` with version ${provider.prompts[1]?.prompt.version}` : ''}, ${passed} passed, ${failed} failed${open > 0 ? `, ${counted(open, 'expectation')} not judged (${provider.id}: ${why})` : ''}${provider.enough ? '' : `; fewer than ${Math.round(threshold * 1000) / 10} % passed`}`;
}

/** What one provider answered, as a table for each prompt or, of two versions, side by side. */
export function providerLines(provider: ProviderResults): string[] {
  const body = provider.comparison ? comparisonLines(provider.comparison, provider.prompts) : provider.prompts.flatMap(promptLines);
  return ['', paint('bold', `${provider.name}  ${(provider.ms / 1000).toFixed(1)} s`), ...body, '', paint(provider.enough ? 'green' : 'red', summaryOf(provider))];
}

function promptLines(item: PromptResults): string[] {
  const width = Math.max(4, ...item.results.map(({ caseId }) => caseId.length));
  return ['', paint('bold', titleOf(item)), paint('dim', `  ${'case'.padEnd(width)}  verdict${heading('prompt')}${heading('answer')}${heading('ms')}`), ...item.results.flatMap((result) => [
    `  ${result.caseId.padEnd(width)}  ${verdict(result)}${figure(result.promptTokens)}${figure(result.outputTokens)}${figure(result.ms)}`, ...reasons(result).map((reason) => paint('red', `      ${reason}`)),
  ])];
}

const heading = (text: string): string => text.padStart(NUMBER);
const verdict = ({ passed }: CaseResult): string => (passed ? paint('green', 'passed ') : paint('red', 'FAILED '));

function comparisonLines({ changed, same, better, worse }: Comparison, [before, after]: PromptResults[]): string[] {
  if (!before || !after) return [];
  const versions = [`v${before.prompt.version}`, `v${after.prompt.version}`] as const;
  const width = Math.max(4, ...[...changed, ...same].map(({ caseId }) => caseId.length));
  const row = (caseId: string, one: CaseResult, two: CaseResult): string => `  ${caseId.padEnd(width)}  ${verdict(one)} ${verdict(two)}${figure(one.promptTokens)}${figure(two.promptTokens)}${figure(one.outputTokens)}${figure(two.outputTokens)}`;
  const head = paint('dim', `  ${'case'.padEnd(width)}  ${versions[0].padEnd(7)} ${versions[1].padEnd(7)}${heading('prompt')}${heading('')}${heading('answer')}${heading('')}`);
  return [
    '', paint('bold', `${before.prompt.id}: ${versions[0]} and ${versions[1]}, ${changed.length} of ${changed.length + same.length} cases changed (${better} better, ${worse} worse)`), head,
    ...changed.flatMap((pair) => [row(pair.caseId, pair.before, pair.after), ...[pair.before, pair.after].flatMap((result, index) => [
      ...reasons(result).map((reason) => paint('red', `      ${versions[index]} ${reason}`)), `      ${versions[index]} ${result.answer === null ? 'no answer' : `“${result.answer.trim()}”`}`,
    ])]),
    ...(changed.length > 0 && same.length > 0 ? [paint('dim', '  the same:')] : []),
    ...same.map((pair) => row(pair.caseId, pair.before, pair.after)),
  ];
}

/** What holds of all providers together. */
export function closingLines({ withoutCases, judge }: EvalResults): string[] {
  return [...(judge ? [paint('dim', `judged by ${judge}`)] : []), ...(withoutCases.length > 0 ? [paint('dim', `no cases: ${withoutCases.join(', ')}`)] : [])];
}
