import type { Finding } from '../storage/config-file.ts';
import type { JsonPath } from '../storage/json-document.ts';
import type { ExperimentsFile, PromptExperiment } from './prompt-config.ts';

/** How far the weights may be from 1 together. */
const WEIGHT_TOLERANCE = 1e-6;

/** What an experiment is at an instant (ms): it takes sessions from `from` on and before `until`. One that ended before it began never ran. */
export function experimentState({ from, until }: Pick<PromptExperiment, 'from' | 'until'>, now: number): 'planned' | 'running' | 'ended' {
  const [begin, end] = span({ from, until });
  return now >= end || begin >= end ? 'ended' : now < begin ? 'planned' : 'running';
}

/** Whether there is an instant at which both take sessions of the same prompt. */
export function overlap(one: PromptExperiment, other: PromptExperiment): boolean {
  const [begin, end] = span(one);
  const [otherBegin, otherEnd] = span(other);
  return one.prompt === other.prompt && Math.max(begin, otherBegin) < Math.min(end, otherEnd);
}

const span = ({ from, until }: Pick<PromptExperiment, 'from' | 'until'>): [number, number] => [Date.parse(from), until === null ? Infinity : Date.parse(until)];

/** What is wrong with an experiment by itself, its schema aside; paths begin at the experiment. */
export function checkExperiment({ arms }: Pick<PromptExperiment, 'arms'>): Finding[] {
  const versions = arms.map(({ version }) => version);
  const sum = arms.reduce((total, { weight }) => total + weight, 0);
  return [
    ...versions.flatMap((version, index) => (versions.indexOf(version) < index ? [{ path: ['arms', index, 'version'], reason: `version ${version} is an arm already` }] : [])),
    ...(Math.abs(sum - 1) > WEIGHT_TOLERANCE ? [{ path: ['arms'], reason: `the weights sum to ${Number(sum.toFixed(6))}, not to 1` }] : []),
  ];
}

/** What is wrong within one `experiments.json`, its schema aside. */
export function checkExperiments({ experiments }: ExperimentsFile): Finding[] {
  const ids = experiments.map(({ id }) => id);
  return experiments.flatMap((experiment, index) => [
    ...(ids.indexOf(experiment.id) < index ? [{ path: ['experiments', index, 'id'], reason: `the id "${experiment.id}" is taken already` }] : []),
    ...checkExperiment(experiment).map(({ path, reason }) => ({ path: ['experiments', index, ...path], reason })),
  ]);
}

/** What has to be known of the prompts to judge an experiment or a label. */
export interface KnownVersions { hasPrompt(id: string): boolean; hasVersion(id: string, version: string): boolean }
/** An entry that is left out, and by which file. */
export interface LeftOut { from: 'own' | 'app'; path: JsonPath; reason: string }

/**
 * The experiments of both files that can be run, oldest first, and those left out. One of the person's own stands for the app's with the
 * same id; of two that overlap on one prompt the person's stays, and within a file the earlier entry. One that has ended by `now` (ms)
 * needs its arms no more: people delete the version that they decided against, and want to see why later.
 */
export function usableExperiments(files: { own: ExperimentsFile | undefined; app: ExperimentsFile | undefined }, known: KnownVersions, now: number): { usable: PromptExperiment[]; leftOut: LeftOut[] } {
  const usable: PromptExperiment[] = [];
  const leftOut: LeftOut[] = [];
  const replaced = new Set(files.own?.experiments.map(({ id }) => id));
  for (const from of ['own', 'app'] as const) {
    for (const [index, experiment] of (files[from]?.experiments ?? []).entries()) {
      if (from === 'app' && replaced.has(experiment.id)) continue;
      const fault = whyNot(experiment, usable, experimentState(experiment, now) === 'ended' ? { ...known, hasVersion: () => true } : known);
      if (fault) leftOut.push({ from, path: ['experiments', index, ...fault.path], reason: `the experiment "${experiment.id}" is left out: ${fault.reason}` });
      else usable.push(experiment);
    }
  }
  return { usable: usable.toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from) || (one.id < other.id ? -1 : 1)), leftOut };
}

/** Why an experiment cannot stand beside others and with the prompts there are; undefined when it can. Paths begin at the experiment. */
export function whyNot(experiment: PromptExperiment, others: readonly PromptExperiment[], known: KnownVersions): Finding | undefined {
  if (!known.hasPrompt(experiment.prompt)) return { path: ['prompt'], reason: `there is no prompt ${experiment.prompt}` };
  const missing = experiment.arms.findIndex(({ version }) => !known.hasVersion(experiment.prompt, version));
  if (missing >= 0) return { path: ['arms', missing, 'version'], reason: `there is no version ${experiment.arms[missing]?.version} of ${experiment.prompt} that can be used` };
  const rival = others.find((other) => other.id !== experiment.id && overlap(experiment, other));
  return rival && { path: ['from'], reason: `"${rival.id}" runs on ${experiment.prompt} at the same time` };
}
