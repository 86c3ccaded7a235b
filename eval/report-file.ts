import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CaseResult } from './run-case.ts';
import type { EvalResults, PromptResults, ProviderResults } from './run-eval.ts';
import { reasons, summaryOf, titleOf } from './terminal-table.ts';
import { Unusable } from './unusable.ts';

/** Writes the report as Markdown, and everything it rests on as JSON beside it. @throws Unusable when the files cannot be written */
export function writeReport(file: string, results: EvalResults, at: string): string[] {
  const files = [file, `${file.replace(/\.md$/i, '')}.json`];
  try {
    mkdirSync(dirname(file), { recursive: true });
    for (const [index, text] of [markdownOf(results, at), jsonOf(results, at)].entries()) writeFileSync(files[index] ?? file, text);
  } catch (error) {
    throw new Unusable(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
  return files;
}

/** Names of connections and models, prompts, cases and answers; nothing of settings, so that no key and no address is in it. */
function jsonOf({ providers, judge, withoutCases, enough }: EvalResults, at: string): string {
  const said = providers.map(({ id, name, threshold, passed, failed, enough: good, ms, prompts, comparison }) => ({
    provider: id, name, threshold, passed, failed, enough: good, ms,
    changed: comparison && { better: comparison.better, worse: comparison.worse, cases: comparison.changed.map(({ caseId }) => caseId) },
    prompts: prompts.map(({ prompt, labels, results }) => ({ prompt: prompt.id, version: prompt.version, hash: prompt.hash, labels, cases: results })),
  }));
  return `${JSON.stringify({ at, judge: judge ?? null, enough, withoutCases, providers: said }, null, 2)}\n`;
}

function markdownOf({ providers, judge, withoutCases, enough }: EvalResults, at: string): string {
  return [
    '# Evaluation of the prompts', '', `${at}. ${enough ? 'Enough cases passed.' : 'Too few cases passed.'}${judge ? ` Judged by ${judge}.` : ''}${withoutCases.length > 0 ? ` Without cases: ${withoutCases.join(', ')}.` : ''}`,
    ...providers.flatMap(sectionOf), '',
  ].join('\n');
}

function sectionOf(provider: ProviderResults): string[] {
  const { comparison, prompts } = provider;
  return [
    '', `## ${provider.name}`, '', `${summaryOf(provider)}. ${(provider.ms / 1000).toFixed(1)} s; ${percent(provider.threshold)} have to pass.`,
    '', '| Prompt | Passed | Prompt tokens, mean | Answer tokens, mean |', '|---|---|---|---|',
    ...prompts.map((item) => `| ${titleOf(item)} \`${item.prompt.hash}\` | ${item.results.filter(({ passed }) => passed).length} of ${item.results.length} | ${mean(item.results, 'promptTokens')} | ${mean(item.results, 'outputTokens')} |`),
    ...(comparison ? ['', `### Changed: ${comparison.changed.length} of ${comparison.changed.length + comparison.same.length} (${comparison.better} better, ${comparison.worse} worse)`, ...comparison.changed.flatMap(({ before, after }) => [...caseOf(before), ...caseOf(after)])] : prompts.flatMap(failedOf)),
    ...prompts.flatMap(tableOf),
  ];
}

function failedOf(item: PromptResults): string[] {
  const failed = item.results.filter(({ passed }) => !passed);
  return failed.length > 0 ? ['', `### Failed: ${titleOf(item)}`, ...failed.flatMap(caseOf)] : [];
}

function caseOf(result: CaseResult): string[] {
  const whys = reasons(result).map((reason) => `- ${inline(reason)}`);
  return [
    '', `**${result.caseId}** (v${result.version}, ${result.passed ? 'passed' : 'failed'}): ${inline(result.about)}`, '',
    ...whys, ...(whys.length > 0 ? [''] : []), ...(result.answer === null ? ['No answer.'] : result.answer.trim().split('\n').map((line) => `> ${inline(line)}`)),
  ];
}

function tableOf(item: PromptResults): string[] {
  return ['', `### ${titleOf(item)}`, '', '| Case | Verdict | Prompt tokens | Answer tokens | ms | Answer |', '|---|---|---|---|---|---|',
    ...item.results.map(({ caseId, passed, promptTokens, outputTokens, ms, answer }) => `| ${caseId} | ${passed ? 'passed' : '**failed**'} | ${promptTokens ?? ''} | ${outputTokens ?? ''} | ${ms ?? ''} | ${inline(answer ?? '')} |`)];
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
/** One line of a list or a cell, in which nothing can end it or begin something else. */
const inline = (text: string): string => text.trim().replace(/\s+/g, ' ').replace(/[\\|<>*_`[\]]/g, '\\$&');

function mean(results: readonly CaseResult[], what: 'promptTokens' | 'outputTokens'): string {
  const known = results.flatMap((result) => result[what] ?? []);
  return known.length === 0 ? '' : String(Math.round(known.reduce((sum, value) => sum + value, 0) / known.length));
}
