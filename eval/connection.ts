import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LANES, type ConfigProblem, type Lane } from '../core/contract/models.ts';
import { createModelsConfig } from '../core/inference/config-store.ts';
import { createInference } from '../core/inference/index.ts';
import type { LaneCall } from '../core/inference/inference.ts';
import type { Message } from '../core/inference/language-model.ts';
import type { Connection, LanesFile } from '../core/inference/models-config.ts';
import type { Prompt } from '../core/prompts/prompt.ts';
import { systemClock, systemIds, systemRng } from '../core/sources.ts';
import { PROJECT } from '../testing/engine.ts';
import type { LaneSize } from './assemble-case.ts';
import { Unusable } from './unusable.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** What a model said; `json` is the parsed answer where the prompt asks for a form. */
export interface Said { ok: true; text: string; json: unknown; by: string; inputTokens: number | null; outputTokens: number | null; ms: number }
export interface NotSaid { ok: false; why: string; ms: number }
/** `later`: it may well answer in a moment. */
type Tried = Said | (NotSaid & { later: boolean });

/** One provider, asked through the real router with nobody behind it. */
export interface OpenConnection {
  name: string;
  /** Calls that may run at once. */
  atOnce: number;
  laneSize(lane: Lane): LaneSize;
  ask(prompt: Prompt, messages: Message[]): Promise<Said | NotSaid>;
  close(): Promise<void>;
}

export interface ModelFiles { providersFile: string | undefined; lanesFile: string | undefined }
/** A lane's settings and the connections, as the files have them. */
export interface ModelSettings { lanes: LanesFile['lanes']; connections: Connection[]; problems: ConfigProblem[] }

const LOAD_LIMIT_MS = 120_000;
const AT_ONCE = 4;
/** In the app somebody else answers when a provider is busy; here it is waited for: so many tries, each after a rest of its own or as long as it asks for. */
const TRIES = 4;
const REST_MS = 1000;
const LONGEST_REST_MS = 60_000;
const BUSY: ReadonlySet<string> = new Set(['rate-limited', 'overloaded']);
const MODELS = join(PROJECT, 'models');

/** Reads the files as the app does, without the person's own. */
export async function readModelSettings(files: ModelFiles, workspace: Workspace): Promise<ModelSettings> {
  const config = createModelsConfig({ appDir: MODELS, dataDir: join(workspace.path, 'nothing-own'), ...files, watch: false });
  const settings = { lanes: config.lanes().lanes, connections: config.providers().providers, problems: config.problems() };
  await config.close();
  return settings;
}

/**
 * Opens one connection with lanes that name nobody else, so that nobody answers in its place.
 * @param seed for models that take one
 * @throws Unusable when it cannot be asked
 */
export async function openConnection(connection: Connection, lanes: LanesFile['lanes'], seed?: number): Promise<OpenConnection> {
  const workspace = openWorkspace();
  const [providersFile, lanesFile] = [join(workspace.path, 'providers.json'), join(workspace.path, 'lanes.json')];
  const { id } = connection;
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [{ ...connection, enabled: true }] }));
  const alone = LANES.map((lane) => [lane, { ...lanes[lane], order: lane === 'embedding' ? [] : [id], models: Object.fromEntries(Object.entries(lanes[lane].models).filter(([named]) => named === id)), experiment: null }]);
  writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: Object.fromEntries(alone) }));
  const inference = createInference({
    store: workspace.store, folder: workspace.folder, clock: systemClock, ids: systemIds(systemClock), rng: systemRng, modelsDir: MODELS, providersFile, lanesFile,
    onBudgetAlert() {}, routingChanged() {}, modelsChanged() {}, networkChanged() {},
    onUnexpected: (error) => console.error(`${id}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const { router } = inference;
  const close = async (): Promise<void> => { await inference.close(); workspace.dispose(); };
  const fault = await whyNotReady();
  if (fault !== undefined) { await close(); throw new Unusable(`the provider "${id}" cannot be asked: ${fault}`); }

  return {
    name: `${connection.name}${connection.model && connection.kind !== 'llama' ? ` · ${connection.model}` : ''}`,
    atOnce: connection.kind === 'llama' ? 1 : Math.min(AT_ONCE, connection.concurrency),
    laneSize: (lane) => router.contextTokens(lane),
    async ask(prompt, messages) {
      for (let tried = 1; ; tried++) {
        await rested(prompt.lane);
        const said = await tryOnce(prompt, messages);
        if (said.ok || !said.later || tried === TRIES) return said;
        await pause(REST_MS * tried);
      }
    },
    close,
  };

  /** A connection that rests because of what one case met is asked again for the next: each has its own verdict. */
  async function rested(lane: Lane): Promise<void> {
    const breaker = routeOf(lane)?.breaker;
    if (!breaker || breaker.state === 'closed') return;
    if (breaker.retryAt !== null && BUSY.has(breaker.lastError?.code ?? '')) await pause(Math.min(Math.max(0, Date.parse(breaker.retryAt) - Date.now()), LONGEST_REST_MS));
    router.resetBreaker(id);
  }

  async function tryOnce(prompt: Prompt, messages: Message[]): Promise<Tried> {
    const { maxOutputTokens, temperature, topP, output } = prompt;
    const call: LaneCall = {
      lane: prompt.lane, prompt: { id: prompt.id, version: prompt.version, hash: prompt.hash },
      // Each answer is to be the provider's own, and not one that was given before.
      scoring: true,
      request: {
        messages, ...(maxOutputTokens !== undefined && { maxOutputTokens }), ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }),
        ...(output && { output: { name: output.name, schema: output.schema } }), ...(seed !== undefined && { seed }),
      },
    };
    const start = performance.now();
    const took = (): number => Math.round(performance.now() - start);
    let why: string | undefined;
    let later = false;
    for await (const event of router.stream(call, new AbortController().signal)) {
      if (event.type === 'switch') {
        why = `${event.error.says}${event.error.status === undefined ? '' : ` (status ${event.error.status})`}`;
        later = BUSY.has(event.error.fault);
      }
      if (event.type === 'gave-up') return { ok: false, why: why ?? 'it could not be asked just now', later: later || why === undefined, ms: took() };
      if (event.type !== 'end') continue;
      const { text, usage } = event.answer;
      return { ok: true, text, json: event.answer.output ?? parsed(text), by: `${event.by.providerName} · ${event.by.model}`, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens, ms: took() };
    }
    return { ok: false, why: why ?? 'nothing came', later, ms: took() };
  }

  function routeOf(wanted: Lane) {
    return router.routing().find(({ lane }) => lane === wanted)?.routes.find(({ providerId }) => providerId === id);
  }

  async function whyNotReady(): Promise<string | undefined> {
    router.warm('interactive-deep');
    for (const until = Date.now() + LOAD_LIMIT_MS; ;) {
      const route = routeOf('interactive-deep');
      if (route?.state === 'ready') return undefined;
      if (route?.state !== 'loading' || Date.now() > until) return `${route?.says ?? 'It is on no lane.'}${route?.state === 'no-key' && connection.keyEnv ? ` Set ${connection.keyEnv}.` : ''}`;
      await pause(20);
    }
  }
}

function parsed(text: string): unknown {
  try { return JSON.parse(text) as unknown; } catch { return undefined; }
}
