import { createPromptDesk } from './prompt-desk.ts';
import { createPromptRegistry, type PromptRegistryOptions } from './prompt-registry.ts';
import { PromptRepository } from './prompt-repository.ts';
import { createPromptsRouter } from './prompts-router.ts';

/** Prompt files in force for features (`registry`), and the calls of the Prompts screen (`router`). */
export function createPrompts(options: PromptRegistryOptions) {
  const { store, clock, laneTokens } = options;
  const registry = createPromptRegistry(options);
  const desk = createPromptDesk({ registry, repository: new PromptRepository(store), clock, laneTokens });
  return { registry, router: createPromptsRouter(desk) };
}
