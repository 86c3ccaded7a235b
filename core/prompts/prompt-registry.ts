import type { ConfigProblem, Lane } from '../contract/models.ts';
import type { Clock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import type { PromptExperiment } from './prompt-config.ts';
import type { Prompt, Prompts } from './prompt.ts';
import type { PromptShelf } from './prompt-shelf.ts';

export interface PromptRegistryOptions {
  store: Store; clock: Clock;
  /** The `prompts/` that came with the app: files, `labels.json`, `experiments.json`, `prompts.lock.json`. Never written. */
  appDir: string;
  /** The person's own: `<slug>/*.prompt`, `labels.json`, `experiments.json`. Need not exist. */
  ownDir: string;
  laneTokens: (lane: Lane) => number;
  /** Reload when a file changes. */
  watch: boolean;
}

/** An experiment with what it is at this moment. */
export interface RunningExperiment { experiment: PromptExperiment; state: 'planned' | 'running' | 'ended' }

/** Prompt files, labels, experiments and pins, in force together; what features see of it is {@link Prompts}. */
export interface PromptRegistry extends Prompts {
  readonly shelf: PromptShelf;
  readonly ownDir: string;
  /** Labels in force by label, for one prompt; only those that point at a version that is there. */
  labels(id: string): ReadonlyMap<string, string>;
  /** All experiments whose prompt and arms are there, oldest first. */
  experiments(): RunningExperiment[];
  /** The words behind a hash: on the shelf now or since the start, or kept in the database. */
  words(hash: string): Prompt | undefined;
  /** Writes the person's own file, whole or not at all. @throws EngineError CONFIG_UNWRITABLE */
  saveLabel(id: string, label: string, version: string | null): void;
  /** Adds it, or replaces the one of the same id. @throws EngineError CONFIG_UNWRITABLE */
  saveExperiment(experiment: PromptExperiment): void;
  problems(): ConfigProblem[];
  /** Reads all files again now. */
  reload(): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
