import { implement } from '@orpc/server';
import { contract } from '../contract/index.ts';
import type { PromptDesk } from './prompt-desk.ts';

/** The calls about prompts of the contract, each one line to the desk. */
export function createPromptsRouter(desk: PromptDesk) {
  const os = implement(contract.prompts);
  return os.router({
    list: os.list.handler(() => desk.list()),
    detail: os.detail.handler(({ input }) => desk.detail(input.id)),
    words: os.words.handler(({ input }) => desk.words(input.id, input.version)),
    wordsOf: os.wordsOf.handler(({ input }) => desk.wordsOf(input.hash)),
    render: os.render.handler(({ input }) => desk.render(input.id, input.version, input.input)),
    moveLabel: os.moveLabel.handler(({ input }) => desk.moveLabel(input.id, input.version, input.label)),
    removeLabel: os.removeLabel.handler(({ input }) => desk.removeLabel(input.id, input.label)),
    newVersion: os.newVersion.handler(({ input }) => desk.newVersion(input.id, input.version)),
    startExperiment: os.startExperiment.handler(({ input }) => desk.startExperiment(input)),
    stopExperiment: os.stopExperiment.handler(({ input }) => desk.stopExperiment(input.experimentId)),
    results: os.results.handler(({ input }) => desk.results(input.experimentId)),
  });
}
