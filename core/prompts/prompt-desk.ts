import type { ExperimentResults, ExperimentView, PromptsView, PromptWords, RenderedPrompt } from '../contract/prompts.ts';
import type { promptDetailSchema } from '../contract/prompts.ts';
import type { z } from 'zod';

/** What the Prompts screen does; each method answers one call of the contract, with its errors. */
export interface PromptDesk {
  list(): PromptsView;
  detail(id: string): z.infer<typeof promptDetailSchema>;
  words(id: string, version: string): PromptWords;
  wordsOf(hash: string): PromptWords;
  render(id: string, version: string, input: Record<string, string | number | boolean>): Promise<RenderedPrompt>;
  moveLabel(id: string, version: string, label: string): Promise<PromptsView>;
  removeLabel(id: string, label: string): PromptsView;
  newVersion(id: string, from: string): { version: string; file: string };
  startExperiment(wanted: { promptId: string; about: string; until: string | null; arms: { version: string; weight: number }[] }): ExperimentView;
  stopExperiment(experimentId: string): ExperimentView;
  results(experimentId: string): ExperimentResults;
}
