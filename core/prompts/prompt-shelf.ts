import { join } from 'node:path';
import { LANES, type ConfigProblem, type Lane } from '../contract/models.ts';
import type { PromptVersionView } from '../contract/prompts.ts';
import { ConfigFile } from '../storage/config-file.ts';
import type { CaseFile } from './case-file.ts';
import { lockFileSchema, type LockFile } from './prompt-config.ts';
import { faultWithPartials, type PromptSource } from './prompt-file.ts';
import { PromptFolder, type FoundFile } from './prompt-folder.ts';
import { PromptPartials } from './prompt-partials.ts';
import { compilePrompt, refOf } from './prompt-render.ts';
import { differenceOf } from './prompt-schema.ts';
import type { Prompt } from './prompt.ts';
import { estimateTokens } from './tokens.ts';

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
  /** Also words that a file had since the start and has no more. Where versions have the same words, the first that had them. */
  byHash(hash: string): Prompt | undefined;
  cases(id: string): CaseFile | undefined;
  /** Everything but {@link caseProblems}. */
  problems(): ConfigProblem[];
  /** Apart, since the first call parses all cases: some 100 ms, which only the screen and the checks need. */
  caseProblems(): ConfigProblem[];
}

type Fault = { line: number; reason: string };
/** A prompt file of which the text alone is whole. */
interface Candidate { file: FoundFile; id: string; version: string; source: PromptSource }

/** Holds nothing before the first `load()`. */
export function createPromptShelf({ appDir, ownDir, laneTokens }: PromptShelfOptions): PromptShelf {
  const folders = [new PromptFolder(appDir, 'app'), new PromptFolder(ownDir, 'own')] as const;
  const lock = new ConfigFile<LockFile>({ path: join(appDir, 'prompts.lock.json'), label: 'prompts/prompts.lock.json', schema: lockFileSchema, required: false });
  /** By path, what each file held when it last made sense: the app's and the person's never share one. */
  const lastGood = new Map<string, ShelvedPrompt>();
  const lastCases = new Map<string, CaseFile>();
  const partialsSeen = new Map<string, string>();
  const built = new Map<string, Prompt>();
  const byHash = new Map<string, Prompt>();
  let lanes = '';
  let shelved = new Map<string, ShelvedPrompt[]>();
  let cases = new Map<string, FoundFile>();
  let problems: ConfigProblem[] = [];

  return {
    load() {
      const before = lanes;
      lanes = LANES.map(laneTokens).join();
      const changed = [folders[0].load(), folders[1].load(), lock.load(), lanes !== before].includes(true);
      if (changed) arrange();
      return changed;
    },
    ids: () => [...shelved.keys()],
    versions: (id) => shelved.get(id) ?? [],
    version: (id, version) => shelved.get(id)?.find(({ prompt }) => prompt.version === version),
    byHash: (hash) => byHash.get(hash),
    cases: (id) => { readCases(cases.get(id)); return cases.has(id) ? lastCases.get(id) : undefined; },
    problems: () => problems,
    caseProblems: () => [...cases.values()].flatMap(readCases),
  };

  /** Brings all files together: what stands in one of them may make another unusable. */
  function arrange(): void {
    problems = [...folders.flatMap((folder) => folder.problems), ...lock.problems];
    const tell = (file: string, { line, reason }: Fault, lastGoodInUse: boolean): void => { problems.push({ file, line, reason, lastGoodInUse }); };
    const files = new Map<string, FoundFile>(folders[0].files);
    for (const [path, file] of folders[1].files) {
      if (files.has(path)) tell(file.label, { line: 1, reason: file.content.kind === 'cases' ? 'cases of this name come with the app, and those are used' : 'this version comes with the app; save your words as a new version' }, false);
      else files.set(path, file);
    }
    for (const { label, content } of files.values()) if (content.kind === 'misnamed') tell(label, content.read, false);

    const partials = arrangePartials([...files.values()], tell);
    const faults = new Map<string, Fault>();
    const whole = differing([...files.values()].flatMap((file) => candidate(file, partials, faults)), faults);
    for (const one of whole) lastGood.set(one.file.path, { prompt: promptOf(one, partials), origin: one.file.origin, state: stateOf(one, partials), file: one.file.label });
    for (const [path, fault] of faults) tell(files.get(path)?.label ?? path, fault, keep(path, 'broken'));
    for (const [path, { file }] of lastGood) if (!files.has(path)) tell(file, { line: 1, reason: 'the file was removed; its words stay in use until the app ends' }, keep(path, 'gone'));
    const all = [...lastGood.values()].toSorted((a, b) => (a.prompt.id < b.prompt.id ? -1 : a.prompt.id > b.prompt.id ? 1 : inOrder(a.prompt.version, b.prompt.version)));
    shelved = Map.groupBy(all, ({ prompt }) => prompt.id);

    cases = new Map([...files.values()].flatMap((file) => (file.content.kind === 'cases' ? [[file.content.id, file]] : [])));
    problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  }

  function arrangePartials(files: readonly FoundFile[], tell: (file: string, fault: Fault, lastGoodInUse: boolean) => void): PromptPartials {
    const partials = new PromptPartials(files, new Set(partialsSeen.keys()));
    for (const { file, name, fault } of partials.faults()) tell(file.label, fault, partialsSeen.has(name));
    for (const [name, label] of partialsSeen) {
      const used = [...lastGood.values()].some(({ prompt }) => prompt.partials.some((partial) => partial.name === name));
      if (used && !partials.fileOf(name)) tell(label, { line: 1, reason: 'the file was removed; prompts that take it in keep its words until the app ends' }, true);
    }
    for (const name of partials.names()) partialsSeen.set(name, partials.fileOf(name)?.label ?? name);
    return partials;
  }

  /** A prompt file that is whole together with its partials; why it is not goes into `faults`. */
  function candidate(file: FoundFile, partials: PromptPartials, faults: Map<string, Fault>): Candidate[] {
    if (file.content.kind !== 'prompt') return [];
    const { id, version, read } = file.content;
    const fault = read.ok ? partials.faultIn(read.prompt.partials, file.origin) ?? faultWithPartials(read.prompt, (name) => partials.whole(name)?.needs ?? []) ?? tooLong(read.prompt, partials) : read;
    if (read.ok && !fault) return [{ file, id, version, source: read.prompt }];
    if (fault) faults.set(file.path, fault);
    return [];
  }

  function tooLong({ front, body, bodyLine, partials: taken }: PromptSource, partials: PromptPartials): Fault | undefined {
    const tokens = Math.ceil(taken.reduce((sum, { name }) => sum + (partials.whole(name)?.tokens ?? 0), estimateTokens([{ text: body }])));
    const room = laneTokens(front.lane);
    return tokens > room / 2 ? { line: bodyLine, reason: `the template has about ${tokens} tokens; half of the ${room} that prompt and answer have together on ${front.lane} is the most` } : undefined;
  }

  /** Those that promise the code the same as the lowest version of their prompt that came with the app, where one did: the code goes by that. */
  function differing(candidates: Candidate[], faults: Map<string, Fault>): Candidate[] {
    return [...Map.groupBy(candidates, ({ id }) => id).values()].flatMap((versions) => {
      const [first, ...others] = versions.toSorted((a, b) => Number(a.file.origin === 'own') - Number(b.file.origin === 'own') || inOrder(a.version, b.version));
      if (!first) return [];
      const same = others.filter(({ file, source }) => {
        const fault = contractFault(source, first.source, `version ${first.version}`);
        if (fault) faults.set(file.path, fault);
        return !fault;
      });
      return [first, ...same];
    });
  }

  function promptOf({ id, version, source }: Candidate, partials: PromptPartials): Prompt {
    const words = new Map(source.partials.flatMap(({ name }) => [...partials.whole(name)?.words ?? []]));
    const taken = [...words].map(([name, text]) => ({ name, text })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const ref = refOf(id, version, source, taken);
    const key = `${id}.v${version} ${ref.hash}`;
    const prompt = built.get(key) ?? compilePrompt(ref, source, taken);
    built.set(key, prompt);
    if (!byHash.has(ref.hash)) byHash.set(ref.hash, prompt);
    return prompt;
  }

  function stateOf({ file, source }: Candidate, partials: PromptPartials): ShelvedPrompt['state'] {
    const released = lock.value?.released ?? {};
    if (file.origin === 'own' || released[file.path] === undefined) return 'draft';
    const all = [file, ...source.partials.flatMap(({ name }) => [...partials.whole(name)?.words.keys() ?? []]).flatMap((name) => partials.fileOf(name) ?? [])];
    return all.every(({ path, textHash }) => released[path] === textHash) ? 'released' : 'edited';
  }

  /** Leaves the last good one in force, if there is one, and says so. */
  function keep(path: string, state: 'broken' | 'gone'): boolean {
    const good = lastGood.get(path);
    if (good) lastGood.set(path, { ...good, state });
    return good !== undefined;
  }

  /** Remembers the cases of a file if they are whole, and says what is wrong with it. */
  function readCases(file: FoundFile | undefined): ConfigProblem[] {
    if (file?.content.kind !== 'cases') return [];
    const { id } = file.content;
    const read = file.content.read();
    if (read.ok) lastCases.set(id, read.file);
    const fault = !read.ok ? read : shelved.has(id) || isPrompt(id) ? undefined : { line: 1, reason: `there is no prompt ${id}` };
    return fault ? [{ file: file.label, line: fault.line, reason: fault.reason, lastGoodInUse: !read.ok && lastCases.has(id) }] : [];
  }

  /** Whether a file has this prompt, broken or not. */
  function isPrompt(id: string): boolean {
    return folders.some(({ files }) => [...files.values()].some(({ content }) => content.kind === 'prompt' && content.id === id));
  }
}

/** Versions by number, each before its variants. */
function inOrder(a: string, b: string): number {
  const [number, variant = ''] = a.split('.');
  const [otherNumber, otherVariant = ''] = b.split('.');
  return Number(number) - Number(otherNumber) || (variant < otherVariant ? -1 : variant > otherVariant ? 1 : 0);
}

/** All versions of a prompt take the same input and give the same output: the code that calls them is the same. */
function contractFault(source: PromptSource, first: PromptSource, other: string): Fault | undefined {
  const input = differenceOf(source.inputs, first.inputs, other);
  if (input) return { line: source.lineOf('input', input.name), reason: `input.schema: ${input.reason}` };
  if (!source.output !== !first.output) return { line: source.lineOf('output'), reason: source.output ? `output: ${other} has none` : `output: ${other} has one` };
  const output = differenceOf(source.output?.fields ?? [], first.output?.fields ?? [], other);
  return output && { line: source.lineOf('output', output.name), reason: `output.schema: ${output.reason}` };
}
