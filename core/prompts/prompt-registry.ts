import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../contract/errors.ts';
import type { ConfigProblem, Lane } from '../contract/models.ts';
import { PRODUCTION } from '../contract/prompts.ts';
import type { Clock } from '../sources.ts';
import type { ConfigFile } from '../storage/config-file.ts';
import { setAside } from '../storage/set-aside.ts';
import type { Store } from '../storage/store.ts';
import { writeWhole } from '../storage/whole-file.ts';
import { armFor } from './assignment.ts';
import { CASE_FILE_LIMIT } from './case-file.ts';
import type { PromptExperiment } from './prompt-config.ts';
import { experimentState } from './prompt-experiments.ts';
import { withLabel } from './prompt-labels.ts';
import { promptFromWords } from './prompt-render.ts';
import { PromptRepository, type KeptWords } from './prompt-repository.ts';
import type { Prompt, Prompts } from './prompt.ts';
import type { PromptShelf } from './prompt-shelf.ts';
import { LAST_GOOD, WATCHED, watchPrompts } from './prompt-watch.ts';
import { loadPromptFiles, openPromptFiles, promptsInForce, unlabelled, type PromptFiles, type PromptsInForce } from './prompts-in-force.ts';
import { createSessionPins, type Choice } from './session-pins.ts';

export interface PromptRegistryOptions {
  store: Store; clock: Clock;
  /** The `prompts/` that came with the app: files, `labels.json`, `experiments.json`, `prompts.lock.json`. Never written. */
  appDir: string;
  /** The person's own: `<slug>/*.prompt`, `labels.json`, `experiments.json`. Need not exist. */
  ownDir: string;
  laneTokens: (lane: Lane) => number;
  /** Reload when a file changes. */
  watch: boolean;
  /** Told when a file that could not be read was written anew, and where what stood in it is kept. */
  onSetAside?: ((told: { file: string; aside: string }) => void) | undefined;
}

/** An experiment with what it is at this moment. */
export interface RunningExperiment { experiment: PromptExperiment; state: 'planned' | 'running' | 'ended' }

/** Prompt files, labels, experiments and pins, in force together; what features see of it is {@link Prompts}. */
export interface PromptRegistry extends Prompts {
  /** Always the files as they are now; can be kept. */
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
  /** The person's own prompts, cases, labels and experiments as they are on disk, usable or not, by path; for an export. */
  ownFiles(): Record<string, string>;
  /** Removes the person's own prompts, labels and experiments, and what is remembered of sessions. Says what is left. */
  forgetPerson(): { what: string; left: number }[];
  /** To be told when rows of the database were replaced: pins are read anew. */
  dataReplaced(): void;
  close(): Promise<void>;
}

/** An app whose prompts nobody asks for reads them this long after its start, to have them and to notice edits. */
const BEGIN_AFTER_MS = 100;

/** Opens the registry; files are read when the first thing is asked of it, or shortly after. */
export function createPromptRegistry(options: PromptRegistryOptions): PromptRegistry {
  const { store, clock, appDir, ownDir } = options;
  const repository = new PromptRepository(store);
  const listeners = new Set<() => void>();
  let files = openPromptFiles(options);
  let inForce: PromptsInForce = { labels: new Map(), experiments: [], released: new Set(), problems: [] };
  let state: 'waiting' | 'begun' | 'closed' = 'waiting';
  let watcher: ReturnType<typeof watchPrompts> | undefined;
  const beginning = options.watch ? setTimeout(begin, BEGIN_AFTER_MS).unref() : undefined;
  const pins = createSessionPins({ store, repository, clock, choose, current, words: wordsOf, shelved: (hash) => loaded().shelf.byHash(hash) });

  return {
    ownDir,
    shelf: {
      load: reload,
      ids: () => loaded().shelf.ids(), versions: (id) => loaded().shelf.versions(id), version: (id, version) => loaded().shelf.version(id, version),
      byHash: (hash) => loaded().shelf.byHash(hash), cases: (id) => loaded().shelf.cases(id), problems: () => loaded().shelf.problems(), caseProblems: () => loaded().shelf.caseProblems(),
    },
    labels: (id) => { begin(); return inForce.labels.get(id) ?? new Map(); },
    experiments() { begin(); return inForce.experiments.map((experiment) => ({ experiment, state: experimentState(experiment, clock.now()) })); },
    current,
    forSession: pins.forSession, pin: pins.pin, recordUse: pins.recordUse, recordOutcome: pins.recordOutcome,
    words(hash) {
      const shelved = loaded().shelf.byHash(hash);
      const kept = shelved ? undefined : repository.wordsOf(hash);
      return shelved ?? (kept && compile(kept));
    },
    problems() { begin(); return inForce.problems; },
    saveLabel(id, label, version) {
      const { labels } = loaded();
      save(labels.own, { version: 1, labels: {} }, (own) => withLabel(own, labels.app.value, { id, label, version }));
    },
    saveExperiment(experiment) {
      save(loaded().experiments.own, { version: 1, experiments: [] }, (own) => {
        const at = own.experiments.findIndex(({ id }) => id === experiment.id);
        return { ...own, experiments: at < 0 ? [...own.experiments, experiment] : own.experiments.with(at, experiment) };
      });
    },
    reload() { reload(); },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ownFiles: () => textsIn(ownDir),
    forgetPerson() {
      for (const path of pathsIn(ownDir)) try { rmSync(path, { recursive: true, force: true }); } catch { /* counted below */ }
      pins.forget();
      files = openPromptFiles(options);
      if (state !== 'waiting') {
        loadPromptFiles(files);
        renew({ labels: new Map() });
      }
      return [{ what: 'own prompts, labels and experiments', left: pathsIn(ownDir).length }];
    },
    dataReplaced: pins.forget,
    async close() {
      state = 'closed';
      clearTimeout(beginning);
      listeners.clear();
      await watcher?.close();
    },
  };

  function begin(): void {
    if (state !== 'waiting') return;
    state = 'begun';
    clearTimeout(beginning);
    loadPromptFiles(files);
    inForce = promptsInForce(files, inForce, clock.now());
    if (options.watch) watcher = watchPrompts({ app: appDir, own: ownDir }, () => { reload(); });
  }
  function loaded(): PromptFiles { begin(); return files; }

  function reload(): boolean {
    const changed = state !== 'waiting' && loadPromptFiles(files);
    begin();
    if (changed) renew(inForce);
    return changed;
  }
  function renew(before: Pick<PromptsInForce, 'labels'>): void {
    inForce = promptsInForce(files, before, clock.now());
    for (const listener of listeners) listener();
  }

  function current(id: string): Prompt | undefined {
    const { shelf } = loaded();
    const labelled = inForce.labels.get(id)?.get(PRODUCTION);
    return (labelled === undefined ? unlabelled(shelf.versions(id), inForce.released) : shelf.version(id, labelled))?.prompt;
  }

  function choose(sessionId: string, id: string): Choice | undefined {
    const { shelf } = loaded();
    const experiment = inForce.experiments.find((one) => one.prompt === id && experimentState(one, clock.now()) === 'running');
    const arm = experiment && shelf.version(id, armFor(experiment, sessionId))?.prompt;
    const prompt = arm ?? current(id);
    return prompt && { prompt, experiment: arm ? experiment.id : null };
  }

  /** Two versions can have the same text, and so the same hash: the words are found by hash, and keep the name asked for. */
  function wordsOf({ id, version, hash }: { id: string; version: string; hash: string }): Prompt | undefined {
    const { shelf } = loaded();
    const exact = shelf.version(id, version)?.prompt;
    if (exact?.hash === hash) return exact;
    const found = shelf.byHash(hash) ?? repository.wordsOf(hash);
    return found && compile({ id, version, hash, source: found.source, partials: found.partials });
  }

  function save<T extends { version: 1 }>(file: ConfigFile<T>, empty: T, change: (before: T) => T): void {
    const { path, label, schema, check } = file.options;
    const edited = file.load();
    const before = file.value ?? empty;
    const value = schema.parse(change(before));
    const fault = check?.(value)[0];
    if (fault) throw new Error(`${label} would not be usable: ${fault.reason}`);
    const same = !file.broken && isDeepStrictEqual(value, before);
    let aside: string | undefined;
    try {
      if (file.broken && existsSync(path)) aside = setAside(path);
      if (!same) writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
    } catch (error) {
      throw new EngineError('CONFIG_UNWRITABLE', { file: label, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }, { cause: error });
    }
    if (file.load() || edited) renew(inForce);
    if (aside !== undefined) options.onSetAside?.({ file: label, aside });
  }
}

/** Words that cannot be used any more, though they could once, are none. */
function compile(words: KeptWords): Prompt | undefined {
  try { return promptFromWords(words); } catch { return undefined; }
}

/** What lies in a folder; the path itself when it is something else, or cannot be listed. */
function pathsIn(folder: string): string[] {
  try { return readdirSync(folder).map((name) => join(folder, name)); } catch { return existsSync(folder) ? [folder] : []; }
}

/** Files as the watcher knows them. What is longer than any of them may be, or cannot be read, is none. */
function textsIn(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const path of [folder, ...foldersIn(folder)].flatMap(pathsIn).filter((one) => WATCHED.test(one)).toSorted()) {
    try { if (statSync(path).size <= CASE_FILE_LIMIT) texts[relative(folder, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8'); } catch { /* gone just now, or a folder of such a name */ }
  }
  return texts;
}

function foldersIn(folder: string): string[] {
  return pathsIn(folder).filter((path) => basename(path) !== LAST_GOOD && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}
