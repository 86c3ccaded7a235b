import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { z } from 'zod';
import { EngineError } from '../contract/errors.ts';
import { LANES, laneSchema, type ConfigProblem, type Lane } from '../contract/models.ts';
import { whyNotBaseUrl } from './base-url.ts';
import { ConfigFile, type ConfigFileOptions, type Finding } from '../storage/config-file.ts';
import { mergeConnections, mergeLanes, withoutUnknown } from './config-merge.ts';
import { catalogueFileSchema, connectionSchema, laneConfigSchema, lanesFileSchema, pricesFileSchema, providersFileSchema, type CatalogueFile, type Connection, type LaneConfig, type LanesFile, type ModelsConfig, type PricesFile, type ProvidersFile } from './models-config.ts';
import { setAside } from '../storage/set-aside.ts';
import { writeWhole } from '../storage/whole-file.ts';

export interface ModelsConfigOptions {
  /** The `models/` that came with the app. */
  appDir: string;
  /** The person's own files, which win. */
  dataDir: string;
  /** Files named on the command line: they win over both and are never written. */
  providersFile?: string | undefined;
  lanesFile?: string | undefined;
  /** Reload when a file changes. */
  watch: boolean;
  /** Told when a file that could not be read was written anew, and where what stood in it is kept. */
  onSetAside?: ((told: { file: string; aside: string }) => void) | undefined;
}

/** A person's file may hold some of the lanes only. */
const someLanesSchema = lanesFileSchema.extend({ lanes: z.partialRecord(laneSchema, laneConfigSchema) });
type SomeLanes = z.infer<typeof someLanesSchema>;

/** For a lane of which no file ever made sense: it names nobody, and a call on it stays small. */
const NO_LANE: LaneConfig = { about: '', order: [], models: {}, priority: 'background', concurrency: 1, contextTokens: 2048, maxOutputTokens: 128, firstTokenTimeoutMs: 15_000, localFirstTokenTimeoutMs: null, idleTimeoutMs: 10_000, timeoutMs: 60_000, cache: false, tokenLimit: null, costLimitMicroUsd: null, experiment: null };
const RELOAD_AFTER_MS = 100;

/** Reads the four files of `models/`, the person's own, and those of the command line, and keeps them in force as {@link ModelsConfig} says. */
export function createModelsConfig(options: ModelsConfigOptions): ModelsConfig {
  const { appDir, dataDir } = options;
  const app = <T>(name: string, schema: z.ZodType<T>, check?: ConfigFileOptions<T>['check']) => new ConfigFile<T>({ path: join(appDir, name), label: `models/${name}`, schema, required: true, ...(check && { check }) });
  const own = <T>(name: string, schema: z.ZodType<T>, check?: ConfigFileOptions<T>['check']) => new ConfigFile<T>({ path: join(dataDir, name), label: `models-config/${name}`, schema, required: false, copy: join(dataDir, 'last-good', name), ...(check && { check }) });
  const given = <T>(file: string | undefined, schema: z.ZodType<T>, check?: ConfigFileOptions<T>['check']) => (file === undefined ? undefined : new ConfigFile<T>({ path: resolve(file), label: file, schema, required: true, ...(check && { check }) }));

  const providers = { app: app('providers.json', providersFileSchema, checkProviders), own: own('providers.json', providersFileSchema, checkProviders), given: given(options.providersFile, providersFileSchema, checkProviders) };
  const lanes = { app: app('lanes.json', lanesFileSchema), own: own<SomeLanes>('lanes.json', someLanesSchema), given: given<SomeLanes>(options.lanesFile, someLanesSchema) };
  const prices = { app: app('prices.json', pricesFileSchema), own: own('prices.json', pricesFileSchema) };
  const catalogue = { app: app('catalogue.json', catalogueFileSchema, ({ models }) => twice(models.map(({ id }) => id), 'models')), own: own('catalogue.json', catalogueFileSchema) };
  const files: ConfigFile<unknown>[] = [providers, lanes, prices, catalogue].flatMap((set) => Object.values(set).filter((file) => file !== undefined));

  const listeners = new Set<() => void>();
  let inForce: InForce;
  loadAll();
  inForce = compose();
  const watcher = options.watch ? startWatching() : undefined;

  return {
    providers: () => inForce.providers, lanes: () => inForce.lanes, prices: () => inForce.prices, catalogue: () => inForce.catalogue, problems: () => inForce.problems,
    saveConnections(wanted) {
      refuseGiven(providers.given);
      const base = inForce.providers.providers;
      providers.own.load();
      const before = providers.own.value;
      const merged = mergeConnections(base, wanted.map((connection) => connectionSchema.parse(connection)), before?.providers ?? (providers.own.broken ? base : providers.app.value?.providers ?? []));
      save(providers.own, { version: 1, ...(before?.about !== undefined && { about: before.about }), providers: merged, ...(before && before.presets.length > 0 && { presets: before.presets }) });
    },
    saveLanes(wanted) {
      refuseGiven(lanes.given);
      const base = inForce.lanes.lanes;
      lanes.own.load();
      const before = lanes.own.value;
      const checked = lanesFileSchema.shape.lanes.parse(wanted);
      save(lanes.own, { version: 1, ...(before?.about !== undefined && { about: before.about }), lanes: mergeLanes(base, checked, before?.lanes ?? {}) });
    },
    reload() { if (loadAll()) renew(); },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await watcher?.close();
    },
  };

  function loadAll(): boolean {
    return files.map((file) => file.load()).includes(true);
  }

  function renew(): void {
    inForce = compose();
    for (const listener of listeners) listener();
  }

  function compose(): InForce {
    const source = providers.given ?? (providers.own.present ? providers.own : providers.app);
    const found: ProvidersFile = {
      version: 1,
      // A list that was chosen and cannot be read is not replaced by another: that might send words where the person did not want them.
      providers: source.value?.providers ?? [],
      presets: [...new Map([providers.app, providers.own, providers.given].flatMap((file) => file?.value?.presets ?? []).map((preset) => [preset.id, preset])).values()],
    };
    const problems = files.flatMap((file) => file.problems);
    const known = new Set(found.providers.map(({ id }) => id));
    const laneEntries = LANES.map((lane) => [lane, laneInForce(lane, known, problems)] as const);
    return {
      providers: found,
      lanes: { version: 1, lanes: Object.fromEntries(laneEntries) as Record<Lane, LaneConfig> },
      prices: prices.own.value ?? prices.app.value ?? { version: 1, prices: [] },
      catalogue: catalogue.own.value ?? catalogue.app.value ?? { version: 1, hub: 'http://localhost/', models: [] },
      problems,
    };
  }

  /** Names of providers that do not exist are ignored; in a file of the person's that is told, in the app's it is nobody's mistake. */
  function laneInForce(lane: Lane, known: ReadonlySet<string>, problems: ConfigProblem[]): LaneConfig {
    const file = [lanes.given ?? lanes.own, lanes.app].find((candidate) => candidate.value?.lanes[lane] !== undefined);
    if (!file) return NO_LANE;
    const { config, unknown, twice: doubled } = withoutUnknown(file.value?.lanes[lane] ?? NO_LANE, known);
    if (file !== lanes.app) {
      const path = ['lanes', lane];
      for (const stranger of unknown) problems.push(file.problem(file.lineOf([...path, ...stranger.path]), `${lane} names the provider "${stranger.id}", which does not exist; it is left out`));
      for (const index of doubled) problems.push(file.problem(file.lineOf([...path, 'order', index]), `${lane} names a provider twice; the first place counts`));
    }
    return config;
  }

  function save<T>(file: ConfigFile<T>, value: unknown): void {
    const { path, label } = file.options;
    let aside: string | undefined;
    try {
      if (file.broken && existsSync(path)) aside = setAside(path);
      writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new EngineError('CONFIG_UNWRITABLE', { file: label, reason }, { cause: error });
    }
    file.load();
    renew();
    if (aside !== undefined) options.onSetAside?.({ file: label, aside });
  }

  function startWatching(): FSWatcher {
    try { mkdirSync(dataDir, { recursive: true, mode: 0o700 }); } catch { /* a folder that cannot be made is told when something is saved */ }
    const wanted = new Set(files.map((file) => resolve(file.options.path)));
    const folders = new Set([...wanted].map((path) => dirname(path)));
    let timer: NodeJS.Timeout | undefined;
    // chokidar names paths with forward slashes, on Windows too.
    const found = watch([...folders], { ignoreInitial: true, depth: 0, ignored: (path, stats) => stats?.isFile() === true && !wanted.has(resolve(path)) });
    found.on('all', () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (!found.closed && loadAll()) renew(); }, RELOAD_AFTER_MS);
    });
    found.on('error', () => {}); // a folder that cannot be watched: its files are read again at the next start
    return found;
  }
}

interface InForce { providers: ProvidersFile; lanes: LanesFile; prices: PricesFile; catalogue: CatalogueFile; problems: ConfigProblem[] }

function checkProviders({ providers, presets }: ProvidersFile): Finding[] {
  return [
    ...twice(providers.map(({ id }) => id), 'providers'), ...twice(presets.map(({ id }) => id), 'presets'),
    ...providers.flatMap((connection, index) => checkConnection(connection).map(({ path, reason }) => ({ path: ['providers', index, ...path], reason }))),
  ];
}

function checkConnection({ kind, baseUrl }: Connection): Finding[] {
  if (baseUrl === null) return kind === 'openai-compatible' ? [{ path: ['baseUrl'], reason: 'this kind of provider needs an address' }] : [];
  const reason = whyNotBaseUrl(baseUrl);
  return reason === null ? [] : [{ path: ['baseUrl'], reason }];
}

function twice(ids: readonly string[], list: string): Finding[] {
  return ids.flatMap((id, index) => (ids.indexOf(id) < index ? [{ path: [list, index, 'id'], reason: `the id "${id}" is taken already` }] : []));
}

function refuseGiven(file: ConfigFile<never> | ConfigFile<ProvidersFile> | ConfigFile<SomeLanes> | undefined): void {
  if (file) throw new EngineError('CONFIG_UNWRITABLE', { file: file.options.label, reason: 'it was given on the command line, and such a file is never changed by the app' });
}
