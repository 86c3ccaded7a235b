import { join } from 'node:path';
import { bulkhead } from 'cockatiel';
import { loadCoach, type Coach } from '../core/coach/index.ts';
import { createPromptRegistry, type PromptRegistry } from '../core/prompts/prompt-registry.ts';
import { systemClock } from '../core/sources.ts';
import { PROJECT } from '../testing/engine.ts';
import { compareResults, type Comparison } from './compare.ts';
import { openConnection, readModelSettings, type ModelSettings } from './connection.ts';
import { createJudge, JUDGE_PROMPT, type Judge } from './judge.ts';
import type { EvalOptions } from './options.ts';
import { planEval, type Plan, type PlannedPrompt } from './plan.ts';
import { runCase, type CaseResult } from './run-case.ts';
import { connectionOf, openSpeaker } from './speakers.ts';
import { Unusable } from './unusable.ts';
import { openWorkspace } from './workspace.ts';

/** One version of a prompt with what came of its cases, in the order of the file. */
export interface PromptResults extends Omit<PlannedPrompt, 'cases'> { results: CaseResult[] }
/** All that one provider answered. */
export interface ProviderResults {
  id: string; name: string; threshold: number;
  /** Why its words were not held to expectations. */
  meaningless: string | undefined;
  prompts: PromptResults[];
  /** With `--compare`. */
  comparison: Comparison | undefined;
  /** What the threshold is held to: all cases, or those of the later version. */
  passed: number; failed: number; enough: boolean;
  ms: number;
}
export interface EvalResults { providers: ProviderResults[]; judge: string | undefined; withoutCases: string[]; enough: boolean }

/**
 * Runs the golden cases with each provider in turn.
 * @param onProvider told of each provider's results as soon as they are there
 * @throws Unusable when files or options cannot be used; nothing has been asked then
 */
export async function runEval(options: EvalOptions, onProvider: (results: ProviderResults) => void = () => {}): Promise<EvalResults> {
  const workspace = openWorkspace();
  let registry: PromptRegistry | undefined;
  let judge: Judge | undefined;
  try {
    const settings = await readModelSettings(options, workspace);
    registry = createPromptRegistry({
      store: workspace.store, clock: systemClock, watch: false, laneTokens: (lane) => settings.lanes[lane].contextTokens,
      appDir: options.promptsDir ?? join(PROJECT, 'prompts'), ownDir: options.ownDir ?? join(workspace.path, 'no-own-prompts'),
    });
    const problems = [...settings.problems, ...registry.problems(), ...registry.shelf.caseProblems()];
    if (problems.length > 0) throw new Unusable(...problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`));
    const plan = planEval(registry, options);
    for (const id of options.providers) if (id !== 'coach' && id !== 'tiny') connectionOf(id, settings);
    judge = await openJudge(options.judge, settings, registry);
    const coach = loadCoach({ tableFile: join(PROJECT, 'models/embedder/related-words.rae'), languageDir: join(PROJECT, 'packs/language') });
    const providers: ProviderResults[] = [];
    for (const id of options.providers) {
      const results = await runProvider(id, plan, { options, settings, registry, judge, coach });
      onProvider(results);
      providers.push(results);
    }
    return { providers, judge: judge?.name, withoutCases: plan.withoutCases, enough: providers.every(({ enough }) => enough) };
  } finally {
    await judge?.close();
    await registry?.close();
    workspace.dispose();
  }
}

interface Tools { options: EvalOptions; settings: ModelSettings; registry: PromptRegistry; judge: Judge | undefined; coach: Coach }

async function openJudge(id: string | undefined, settings: ModelSettings, registry: PromptRegistry): Promise<Judge | undefined> {
  if (id === undefined) return undefined;
  const connection = await openConnection(connectionOf(id, settings), settings.lanes);
  try {
    return createJudge(connection, registry.current(JUDGE_PROMPT));
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function runProvider(id: string, plan: Plan, { options, settings, registry, judge, coach }: Tools): Promise<ProviderResults> {
  const speaker = await openSpeaker(id, settings);
  const start = performance.now();
  try {
    const inTurn = bulkhead(speaker.atOnce, Infinity);
    const tools = { speaker, judge, coach, current: (prompt: string) => registry.current(prompt) };
    const prompts = await Promise.all(plan.items.map(async ({ prompt, labels, cases }): Promise<PromptResults> => ({ prompt, labels, results: await Promise.all(cases.map((one) => inTurn.execute(() => runCase(prompt, one, tools)))) })));
    const [first, second] = prompts;
    const comparison = options.compare && first && second ? compareResults(first.results, second.results) : undefined;
    const counted = (comparison && second ? [second] : prompts).flatMap(({ results }) => results);
    const passed = counted.filter((result) => result.passed).length;
    const threshold = options.threshold ?? speaker.threshold;
    return {
      id, name: speaker.name, threshold, meaningless: speaker.meaningless, prompts, comparison,
      passed, failed: counted.length - passed, enough: passed / counted.length >= threshold, ms: Math.round(performance.now() - start),
    };
  } finally {
    await speaker.close();
  }
}
