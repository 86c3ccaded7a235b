import type { ConfigProblem, Lane } from '../contract/models.ts';
import type { PromptVersionView } from '../contract/prompts.ts';
import type { CaseFile } from './case-file.ts';
import type { Prompt } from './prompt.ts';

/** A prompt with where it stands. */
export interface ShelvedPrompt { prompt: Prompt; origin: PromptVersionView['origin']; state: PromptVersionView['state']; file: string }

export interface PromptShelfOptions {
  /** The `prompts/` that came with the app, and the person's own folder, which need not exist. */
  appDir: string; ownDir: string;
  /** What prompt and answer may have together on a lane, in tokens. */
  laneTokens: (lane: Lane) => number;
}

/** All prompt files of both folders as they were when they last made sense. Reading is synchronous and cheap; nothing here throws. */
export interface PromptShelf {
  /** Reads what changed; true when anything did. */
  load(): boolean;
  ids(): string[];
  /** Oldest version first, each before its variants. */
  versions(id: string): ShelvedPrompt[];
  version(id: string, version: string): ShelvedPrompt | undefined;
  /** Also words that a file had since the start and has no more. */
  byHash(hash: string): Prompt | undefined;
  cases(id: string): CaseFile | undefined;
  problems(): ConfigProblem[];
}
