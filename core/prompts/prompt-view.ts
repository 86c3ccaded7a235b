import type { z } from 'zod';
import type { ExperimentView, promptDetailSchema, PromptField, PromptView, PromptWords } from '../contract/prompts.ts';
import { casesOf } from './case-file.ts';
import type { PromptRegistry, RunningExperiment } from './prompt-registry.ts';
import type { PromptShelf } from './prompt-shelf.ts';
import type { Prompt } from './prompt.ts';

export type PromptDetail = z.infer<typeof promptDetailSchema>;
type Sample = PromptDetail['samples'][number];

/** A prompt as the window sees it; undefined when no version of it can be used. */
export function promptView(registry: Pick<PromptRegistry, 'shelf' | 'current' | 'labels' | 'experiments'>, id: string): PromptView | undefined {
  const versions = registry.shelf.versions(id);
  const current = registry.current(id) ?? versions[0]?.prompt;
  if (!current) return undefined;
  const labels = [...registry.labels(id)];
  const running = registry.experiments().find(({ experiment, state }) => experiment.prompt === id && state === 'running');
  return {
    id, about: current.about, lane: current.lane, inUse: current.version, experimentId: running?.experiment.id ?? null, cases: registry.shelf.cases(id)?.cases.length ?? 0,
    versions: versions.map(({ prompt: { version, hash, about, changelog }, origin, state, file }) => ({
      version, hash, origin, state, file, about, changelog, labels: labels.filter(([, labelled]) => labelled === version).map(([label]) => label).toSorted(),
    })),
  };
}

/** The words of a prompt; `now` is the version that has them now. */
export const wordsView = ({ id, version, hash, source, partials }: Prompt, now: string | null): PromptWords => ({ id, version, hash, source, partials: [...partials], now });

export const experimentView = ({ experiment: { id, prompt, about, arms, from, until }, state }: RunningExperiment): ExperimentView => ({ experimentId: id, promptId: prompt, about, state, arms, from, until });

/** Inputs to try a prompt with: those of its cases; without any, one made up from what its schema says. */
export function samplesOf(shelf: Pick<PromptShelf, 'cases'>, { id, inputs }: Pick<Prompt, 'id' | 'inputs'>): Sample[] {
  const file = shelf.cases(id);
  const samples = file ? casesOf(file).map((found) => ({ name: found.id, about: found.about, input: found.input })) : [];
  return samples.length > 0 ? samples : [{ name: 'sample', about: 'Made up from what each input is.', input: Object.fromEntries(inputs.map((field) => [field.name, madeUp(field)])) }];
}

function madeUp({ type, about, options, name }: PromptField): string | number | boolean {
  if (type === 'enum') return options[0] ?? '';
  if (type === 'boolean') return true;
  return type === 'string' ? `‹${about || name}›` : 3;
}
