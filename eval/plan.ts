import { casesOf, type PromptCase } from '../core/prompts/case-file.ts';
import { PRODUCTION } from '../core/contract/prompts.ts';
import type { Prompt } from '../core/prompts/prompt.ts';
import type { PromptRegistry } from '../core/prompts/prompt-registry.ts';
import type { EvalOptions } from './options.ts';
import { Unusable } from './unusable.ts';

/** One version of a prompt and the cases it is to be tried with. */
export interface PlannedPrompt { prompt: Prompt; labels: string[]; cases: PromptCase[] }
export interface Plan { items: PlannedPrompt[]; /** Prompts that nobody wrote cases for. */ withoutCases: string[] }

/** What is to be tried: production and whatever has a label, or the versions that were asked for. @throws Unusable */
export function planEval(registry: PromptRegistry, { prompts, cases, version, compare }: Pick<EvalOptions, 'prompts' | 'cases' | 'version' | 'compare'>): Plan {
  const { shelf } = registry;
  const strangers = prompts.filter((id) => !shelf.ids().includes(id));
  if (strangers.length > 0) throw new Unusable(`there is no prompt ${strangers.join(', ')}; there are: ${shelf.ids().join(', ')}`);
  const ids = prompts.length > 0 ? prompts : shelf.ids();
  const found = ids.map((id) => ({ id, versions: versionsOf(id), all: casesFor(id) }));
  const wanted = compare ?? (version === undefined ? [] : [version]);
  const missing = wanted.filter((one) => found.every(({ versions }) => !versions.some(({ prompt }) => prompt.version === one)));
  if (missing.length > 0) throw new Unusable(...missing.map((one) => `there is no version ${one} of ${prompts.join(', ') || 'any prompt'}`));
  const unknown = cases.filter((id) => !found.some(({ all }) => all.some((one) => one.id === id)));
  if (unknown.length > 0) throw new Unusable(`there is no case ${unknown.join(', ')}`);
  const items = found.flatMap(({ versions, all }) => {
    const chosen = cases.length > 0 ? all.filter(({ id }) => cases.includes(id)) : all;
    return chosen.length > 0 ? versions.map((one) => ({ ...one, cases: chosen })) : [];
  });
  if (items.length === 0) throw new Unusable(`there are no cases for ${prompts.join(', ') || 'any prompt'}`);
  return { items, withoutCases: found.filter(({ all }) => all.length === 0).map(({ id }) => id) };

  function versionsOf(id: string): Omit<PlannedPrompt, 'cases'>[] {
    const labels = registry.labels(id);
    const inUse = registry.current(id)?.version;
    const withLabels = shelf.versions(id).map(({ prompt }) => ({
      prompt, labels: [...new Set([...(prompt.version === inUse ? [PRODUCTION] : []), ...[...labels].filter(([, target]) => target === prompt.version).map(([label]) => label)])],
    }));
    if (compare) return compare.flatMap((one) => withLabels.filter(({ prompt }) => prompt.version === one));
    return withLabels.filter(({ prompt, labels: own }) => (version === undefined ? own.length > 0 : prompt.version === version));
  }

  function casesFor(id: string): PromptCase[] {
    const file = shelf.cases(id);
    return file ? casesOf(file) : [];
  }
}
