import { EngineError } from '../contract/errors.ts';
import type { Lane } from '../contract/models.ts';
import { PRODUCTION, type ExperimentResults, type ExperimentView, type PromptsView, type PromptWords, type RenderedPrompt } from '../contract/prompts.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { experimentResults } from './experiment-results.ts';
import { writeNextVersion } from './next-version.ts';
import type { PromptExperiment } from './prompt-config.ts';
import { checkExperiment, whyNot } from './prompt-experiments.ts';
import type { PromptRegistry, RunningExperiment } from './prompt-registry.ts';
import type { PromptRepository } from './prompt-repository.ts';
import type { ShelvedPrompt } from './prompt-shelf.ts';
import { experimentView, promptView, samplesOf, wordsView, type PromptDetail } from './prompt-view.ts';
import type { Prompt } from './prompt.ts';
import { countTokens, estimateTokens, TOKENIZER } from './tokens.ts';

/** What the Prompts screen does; each method answers one call of the contract, with its errors. */
export interface PromptDesk {
  list(): PromptsView;
  /** @throws EngineError PROMPT_NOT_FOUND */
  detail(id: string): PromptDetail;
  /** @throws EngineError PROMPT_NOT_FOUND */
  words(id: string, version: string): PromptWords;
  /** @throws EngineError PROMPT_NOT_FOUND when no words with this hash are on record */
  wordsOf(hash: string): PromptWords;
  /** @throws EngineError PROMPT_NOT_FOUND, PROMPT_INPUT_INVALID */
  render(id: string, version: string, input: Record<string, string | number | boolean>): Promise<RenderedPrompt>;
  /** @throws EngineError PROMPT_NOT_FOUND, LABEL_REFUSED, CONFIG_UNWRITABLE */
  moveLabel(id: string, version: string, label: string): Promise<PromptsView>;
  /** Without `production` the newest released version is used. @throws EngineError PROMPT_NOT_FOUND, CONFIG_UNWRITABLE */
  removeLabel(id: string, label: string): PromptsView;
  /** `file` is an absolute path. @throws EngineError PROMPT_NOT_FOUND, CONFIG_UNWRITABLE */
  newVersion(id: string, from: string): { version: string; file: string };
  /** @throws EngineError EXPERIMENT_REFUSED, CONFIG_UNWRITABLE */
  startExperiment(wanted: { promptId: string; about: string; until: string | null; arms: { version: string; weight: number }[] }): ExperimentView;
  /** A planned one ends before it begins; one that ended is left as it is. @throws EngineError EXPERIMENT_NOT_FOUND, CONFIG_UNWRITABLE */
  stopExperiment(experimentId: string): ExperimentView;
  /** @throws EngineError EXPERIMENT_NOT_FOUND */
  results(experimentId: string): ExperimentResults;
}

export interface PromptDeskOptions {
  registry: PromptRegistry;
  repository: Pick<PromptRepository, 'usesOf' | 'assignedTo'>;
  clock: Clock;
  /** What prompt and answer may have together on a lane, in tokens. */
  laneTokens: (lane: Lane) => number;
}

/** More than any lane takes, and little enough to be counted without holding up the engine. In characters, of all messages together. */
export const RENDER_LIMIT = 40_000;
/** A label or an experiment on such a version would point at other words, or at none, after a restart. */
const UNSOUND: Readonly<Partial<Record<ShelvedPrompt['state'], string>>> = { broken: 'its file cannot be used as it is now.', gone: 'its file is not there any more.' };

/** Answers the calls of the Prompts screen over the registry and what the database holds of experiments. */
export function createPromptDesk({ registry, repository, clock, laneTokens }: PromptDeskOptions): PromptDesk {
  const { shelf } = registry;
  return { list, detail, words, wordsOf, render, moveLabel, removeLabel, newVersion, startExperiment, stopExperiment, results };

  function list(): PromptsView {
    return { prompts: shelf.ids().flatMap((id) => promptView(registry, id) ?? []), experiments: registry.experiments().map(experimentView), problems: [...registry.problems(), ...shelf.caseProblems()], ownFolder: registry.ownDir };
  }

  function detail(id: string): PromptDetail {
    const view = promptView(registry, id);
    if (!view) throw notFound(id);
    const { prompt } = get(id, view.inUse);
    return { prompt: view, inputs: [...prompt.inputs], outputSchema: prompt.output?.text ?? null, samples: samplesOf(shelf, prompt) };
  }

  function words(id: string, version: string): PromptWords {
    const { prompt, state } = get(id, version);
    return wordsView(prompt, state === 'gone' ? null : version);
  }

  function wordsOf(hash: string): PromptWords {
    const prompt = registry.words(hash);
    if (!prompt) throw notFound(hash);
    const now = shelf.versions(prompt.id).filter((shelved) => shelved.prompt.hash === hash && shelved.state !== 'gone').map((shelved) => shelved.prompt.version);
    return wordsView(prompt, now.includes(prompt.version) ? prompt.version : now[0] ?? null);
  }

  async function render(id: string, version: string, input: Record<string, string | number | boolean>): Promise<RenderedPrompt> {
    const { prompt } = get(id, version);
    const rendered = await prompt.render(input).catch((error: Error) => { throw new EngineError('PROMPT_INPUT_INVALID', { reason: error.message }, { cause: error }); });
    const characters = rendered.reduce((sum, { text }) => sum + text.length, 0);
    if (characters > RENDER_LIMIT) throw new EngineError('PROMPT_INPUT_INVALID', { reason: `it comes to ${characters} characters, and ${RENDER_LIMIT} is the most that is tried` });
    const messages = await Promise.all(rendered.map(async ({ role, text }) => ({ role, text, tokens: await countTokens(text) })));
    return { messages, tokens: messages.reduce((sum, { tokens }) => sum + tokens, 0), tokenizer: TOKENIZER, laneTokens: laneTokens(prompt.lane), maxOutputTokens: prompt.maxOutputTokens ?? null };
  }

  async function moveLabel(id: string, version: string, label: string): Promise<PromptsView> {
    const { prompt } = get(id, version);
    const failing = label === PRODUCTION ? await whyNotProduction(prompt) : undefined;
    // Rendering takes a while and files change: what was looked at is what gets the label.
    const changed = shelf.version(id, version)?.prompt.hash === prompt.hash ? undefined : 'its file changed just now.';
    const reason = unsound(id, version) ?? changed ?? failing;
    if (reason !== undefined) throw new EngineError('LABEL_REFUSED', { label, version, reason });
    registry.saveLabel(id, label, version);
    return list();
  }

  function removeLabel(id: string, label: string): PromptsView {
    if (shelf.versions(id).length === 0) throw notFound(id);
    registry.saveLabel(id, label, null);
    return list();
  }

  function newVersion(id: string, from: string): { version: string; file: string } {
    return writeNextVersion(registry, get(id, from).prompt);
  }

  function startExperiment({ promptId, about, until, arms }: Parameters<PromptDesk['startExperiment']>[0]): ExperimentView {
    const now = clock.now();
    const experiment: PromptExperiment = { id: freeExperimentId(promptId, now), prompt: promptId, about, arms, from: isoFrom(now), until };
    const reason = whyNotStart(experiment, now);
    if (reason !== undefined) throw new EngineError('EXPERIMENT_REFUSED', { reason });
    return save(experiment);
  }

  function stopExperiment(experimentId: string): ExperimentView {
    const found = experimentOf(experimentId);
    return found.state === 'ended' ? experimentView(found) : save({ ...found.experiment, until: isoFrom(clock.now()) });
  }

  function results(experimentId: string): ExperimentResults {
    const found = experimentOf(experimentId);
    const { prompt } = found.experiment;
    return experimentResults({
      experiment: experimentView(found), uses: repository.usesOf(experimentId, prompt), assigned: repository.assignedTo(experimentId, prompt),
      hashes: new Map(shelf.versions(prompt).map((shelved) => [shelved.prompt.version, shelved.prompt.hash])),
    });
  }

  function get(id: string, version: string): ShelvedPrompt {
    const shelved = shelf.version(id, version);
    if (!shelved) throw notFound(id, version);
    return shelved;
  }

  function unsound(id: string, version: string): string | undefined {
    const state = shelf.version(id, version)?.state;
    return state && UNSOUND[state];
  }

  /** The first of its cases that this version cannot be rendered with, or that leaves too little room for the answer. */
  async function whyNotProduction(prompt: Prompt): Promise<string | undefined> {
    const room = laneTokens(prompt.lane);
    for (const { name, input } of samplesOf(shelf, prompt)) {
      const rendered = await prompt.render(input).catch((error: Error) => error);
      if (rendered instanceof Error) return `the case "${name}" cannot be rendered: ${rendered.message}.`;
      const tokens = Math.ceil(estimateTokens(rendered)) + (prompt.maxOutputTokens ?? 0);
      if (tokens > room) return `with the case "${name}" prompt and answer come to about ${tokens} tokens, and ${prompt.lane} takes ${room}.`;
    }
    return undefined;
  }

  function whyNotStart(experiment: PromptExperiment, now: number): string | undefined {
    if (experiment.until !== null && Date.parse(experiment.until) <= now) return 'it would end before it begins.';
    const others = registry.experiments().filter(({ state }) => state !== 'ended').map((other) => other.experiment);
    const known = { hasPrompt: (id: string) => shelf.versions(id).length > 0, hasVersion: (id: string, version: string) => shelf.version(id, version) !== undefined };
    const fault = checkExperiment(experiment)[0] ?? whyNot(experiment, others, known);
    if (fault) return `${fault.reason}.`;
    const lame = experiment.arms.find(({ version }) => unsound(experiment.prompt, version) !== undefined);
    return lame && `version ${lame.version} cannot be an arm, since ${unsound(experiment.prompt, lame.version)}`;
  }

  /** `follow-up-2026-11-21-09-30`, or with `-2` and so on; never an id that sessions of this prompt were assigned to before. */
  function freeExperimentId(promptId: string, now: number): string {
    const name = (promptId.split('/')[1] ?? '').slice(0, 40).replace(/^-+|-+$/g, '') || 'prompt';
    // To the minute, so that two machines whose data is brought together hardly ever share one.
    const stem = `${name}-${isoFrom(now).slice(0, 16).replace(/[T:]/g, '-')}`;
    const known = new Set(registry.experiments().map(({ experiment }) => experiment.id));
    for (let number = 1; ; number++) {
      const id = number === 1 ? stem : `${stem}-${number}`;
      if (!known.has(id) && repository.assignedTo(id, promptId).length === 0) return id;
    }
  }

  function save(experiment: PromptExperiment): ExperimentView {
    registry.saveExperiment(experiment);
    return experimentView(experimentOf(experiment.id));
  }

  function experimentOf(experimentId: string): RunningExperiment {
    const found = registry.experiments().find(({ experiment }) => experiment.id === experimentId);
    if (!found) throw new EngineError('EXPERIMENT_NOT_FOUND', { experimentId });
    return found;
  }
}

const notFound = (id: string, version?: string): EngineError => new EngineError('PROMPT_NOT_FOUND', { id, version: version === undefined ? '' : ` version ${version}` });
