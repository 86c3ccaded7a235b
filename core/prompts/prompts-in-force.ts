import { join } from 'node:path';
import type { z } from 'zod';
import type { ConfigProblem, Lane } from '../contract/models.ts';
import { ConfigFile, type ConfigFileOptions } from '../storage/config-file.ts';
import { experimentsFileSchema, labelsFileSchema, lockFileSchema, type ExperimentsFile, type LabelsFile, type LockFile, type PromptExperiment } from './prompt-config.ts';
import { checkExperiments, usableExperiments, type KnownVersions } from './prompt-experiments.ts';
import { resolveLabels, type Labels } from './prompt-labels.ts';
import { createPromptShelf, type PromptShelf, type ShelvedPrompt } from './prompt-shelf.ts';
import { LAST_GOOD } from './prompt-watch.ts';

/** All that is read of both folders. */
export interface PromptFiles {
  shelf: PromptShelf;
  labels: { app: ConfigFile<LabelsFile>; own: ConfigFile<LabelsFile> };
  experiments: { app: ConfigFile<ExperimentsFile>; own: ConfigFile<ExperimentsFile> };
  lock: ConfigFile<LockFile>;
}
/** What the files say together; `released` are paths in the app's folder. */
export interface PromptsInForce { labels: Labels; experiments: PromptExperiment[]; released: ReadonlySet<string>; problems: ConfigProblem[] }

/** Nothing is read before {@link loadPromptFiles}. */
export function openPromptFiles({ appDir, ownDir, laneTokens }: { appDir: string; ownDir: string; laneTokens: (lane: Lane) => number }): PromptFiles {
  const pair = <T>(name: string, schema: z.ZodType<T>, check?: ConfigFileOptions<T>['check']): { app: ConfigFile<T>; own: ConfigFile<T> } => ({
    app: new ConfigFile<T>({ path: join(appDir, name), label: `prompts/${name}`, schema, required: true, ...(check && { check }) }),
    own: new ConfigFile<T>({ path: join(ownDir, name), label: `own prompts/${name}`, schema, required: false, copy: join(ownDir, LAST_GOOD, name), ...(check && { check }) }),
  });
  return {
    shelf: createPromptShelf({ appDir, ownDir, laneTokens }),
    labels: pair('labels.json', labelsFileSchema), experiments: pair('experiments.json', experimentsFileSchema, checkExperiments),
    lock: new ConfigFile({ path: join(appDir, 'prompts.lock.json'), label: 'prompts/prompts.lock.json', schema: lockFileSchema, required: false }),
  };
}

/** Reads what changed; true when anything did. */
export function loadPromptFiles({ shelf, labels, experiments, lock }: PromptFiles): boolean {
  return [shelf, labels.app, labels.own, experiments.app, experiments.own, lock].map((file) => file.load()).includes(true);
}

/** Brings the files together, as they are in force at `now` (ms). What one of them says and another makes impossible is left out and told, with file and line. */
export function promptsInForce({ shelf, labels, experiments, lock }: PromptFiles, before: Pick<PromptsInForce, 'labels'>, now: number): PromptsInForce {
  const known: KnownVersions = { hasPrompt: (id) => shelf.versions(id).length > 0, hasVersion: (id, version) => shelf.version(id, version) !== undefined };
  const found = resolveLabels({ own: labels.own.value, app: labels.app.value }, before.labels, known);
  const { usable, leftOut } = usableExperiments({ own: experiments.own.value, app: experiments.app.value }, known, now);
  const told = (file: Pick<ConfigFile<never>, 'lineOf'> & { options: { label: string } }, { path, reason }: Pick<(typeof leftOut)[number], 'path' | 'reason'>, lastGoodInUse: boolean): ConfigProblem => ({ file: file.options.label, line: file.lineOf(path), reason, lastGoodInUse });
  return {
    labels: found.labels, experiments: usable, released: new Set(Object.keys(lock.value?.released ?? {})),
    problems: [
      ...shelf.problems(), ...[labels.app, labels.own, experiments.app, experiments.own].flatMap(({ problems }) => problems),
      ...found.lost.map((lost) => told(labels[lost.from], lost, lost.lastGoodInUse)), ...leftOut.map((left) => told(experiments[left.from], left, false)),
    ],
  };
}

/** What is used of a prompt without a label: the newest released version, before its variants; else the oldest of the app. A file that is only added never goes live. */
export function unlabelled(versions: readonly ShelvedPrompt[], released: ReadonlySet<string>): ShelvedPrompt | undefined {
  const number = ({ prompt }: ShelvedPrompt): number => Number.parseInt(prompt.version, 10);
  const locked = versions.filter(({ prompt, origin }) => origin === 'app' && released.has(`${prompt.id}.v${prompt.version}.prompt`));
  const newest = locked.at(-1);
  return (newest && locked.find((version) => number(version) === number(newest))) ?? versions.find(({ origin }) => origin === 'app') ?? versions[0];
}
