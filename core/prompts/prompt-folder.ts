import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigProblem } from '../contract/models.ts';
import { promptIdSchema, promptVersionSchema } from '../contract/prompts.ts';
import { CASE_FILE_LIMIT, parseCaseFile, type CaseFile } from './case-file.ts';
import { parsePartialFile, parsePromptFile, PROMPT_FILE_LIMIT, textHash, type PartialSource, type PromptSource } from './prompt-file.ts';
import type { TextFault } from './prompt-yaml.ts';

type Read<T> = ({ ok: true } & T) | TextFault;
/** What a file is by its name, and what was read of it. */
export type FileContent =
  | { kind: 'prompt'; id: string; version: string; read: Read<{ prompt: PromptSource }> }
  /** `name` is how templates take it in: `interview/tone.v1`. */
  | { kind: 'partial'; name: string; read: Read<{ partial: PartialSource }> }
  /** Parsed when they are first asked for: they are long, and an app that only runs interviews has no use for them. */
  | { kind: 'cases'; id: string; read: () => Read<{ file: CaseFile }> }
  | { kind: 'misnamed'; read: TextFault };
/** A file as it is now. Never changes: another text is another object. */
export interface FoundFile {
  origin: 'app' | 'own';
  /** Within its folder, with `/`: `interview/follow-up.v1.prompt`. */
  path: string;
  /** How people are told of it. */
  label: string;
  content: FileContent;
  /** SHA-256 of its text, for the lock; empty when it could not be read. */
  textHash: string;
}

const NAMES = /^([a-z0-9-]+)\/(?:(_?[a-z0-9-]+)\.v([1-9]\d{0,4})(\.[a-z0-9-]+)?\.prompt|([a-z0-9-]+)\.cases\.yaml)$/;
const OURS = /\.(prompt|cases\.yaml)$/;

/** One of the two folders of prompts: the app's or the person's own. */
export class PromptFolder {
  /** By path. */
  files: ReadonlyMap<string, FoundFile> = new Map();
  /** About folders; files have theirs in their content. */
  problems: ConfigProblem[] = [];
  readonly #dir: string;
  readonly #origin: FoundFile['origin'];
  readonly #label: string;
  /** What was read last of each file: its text, or why there is none. */
  #texts = new Map<string, string | TextFault>();

  constructor(dir: string, origin: FoundFile['origin']) {
    this.#dir = dir;
    this.#origin = origin;
    this.#label = origin === 'app' ? 'prompts' : 'own prompts';
  }

  /** Reads all files and parses those whose text changed; true when anything is not as it was. Never throws. */
  load(): boolean {
    const before = { files: this.files, problems: JSON.stringify(this.problems) };
    const files = new Map<string, FoundFile>();
    const texts = new Map<string, string | TextFault>();
    this.problems = [];
    for (const path of this.#paths()) {
      const text = this.#textOf(path);
      if (text === undefined) continue;
      const known = this.files.get(path);
      texts.set(path, text);
      files.set(path, known && sameText(this.#texts.get(path), text) ? known : this.#found(path, text));
    }
    this.files = files;
    this.#texts = texts;
    return files.size !== before.files.size || [...files].some(([path, file]) => before.files.get(path) !== file) || JSON.stringify(this.problems) !== before.problems;
  }

  /** In order of their names. Those of a folder that cannot be listed now are not taken for removed. */
  #paths(): string[] {
    const top = this.#entries('');
    if (top === undefined) return [...this.files.keys()];
    const folders = top.filter(({ folder }) => folder);
    if (folders.length === 0 && this.#origin === 'app') this.#problem('', 'there are no prompts in this folder', false);
    return [...top.filter(({ folder, name }) => !folder && OURS.test(name)).map(({ name }) => name), ...folders.flatMap(({ name: slug }) => (
      this.#entries(slug)?.filter(({ name }) => OURS.test(name)).map(({ name }) => `${slug}/${name}`) ?? [...this.files.keys()].filter((path) => path.startsWith(`${slug}/`))
    ))].toSorted();
  }

  /** Undefined when the folder is there and cannot be read. Hidden files are none of ours: editors and systems leave them about. */
  #entries(slug: string): { name: string; folder: boolean }[] | undefined {
    try {
      return readdirSync(join(this.#dir, slug), { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
        .map((entry) => ({ name: entry.name, folder: entry.isDirectory() || (entry.isSymbolicLink() && this.#isFolder(join(this.#dir, slug, entry.name))) }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      this.#problem(slug, `the folder cannot be read (${code ?? 'unknown reason'})`, this.files.size > 0);
      return undefined;
    }
  }

  #isFolder(path: string): boolean {
    try { return statSync(path).isDirectory(); } catch { return false; }
  }

  /** The text, why it cannot be had, or undefined when the file just went. A file too long is not even opened. */
  #textOf(path: string): string | TextFault | undefined {
    const fault = (reason: string): TextFault => ({ ok: false, line: 1, reason });
    const limit = path.endsWith('.prompt') ? PROMPT_FILE_LIMIT : CASE_FILE_LIMIT;
    try {
      const stat = statSync(join(this.#dir, path));
      if (!stat.isFile()) return fault('this is not a file');
      if (stat.size > limit) return fault(`the file has ${stat.size} bytes; ${limit} is the most`);
      const bytes = readFileSync(join(this.#dir, path));
      return isUtf8(bytes) ? bytes.toString('utf8') : fault('the file is not UTF-8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? undefined : fault(`the file cannot be read (${code ?? 'unknown reason'})`);
    }
  }

  #found(path: string, text: string | TextFault): FoundFile {
    return { origin: this.#origin, path, label: `${this.#label}/${path}`, content: contentOf(path, text), textHash: typeof text === 'string' ? textHash(text) : '' };
  }

  #problem(slug: string, reason: string, lastGoodInUse: boolean): void {
    this.problems.push({ file: slug ? `${this.#label}/${slug}` : this.#label, line: 1, reason, lastGoodInUse });
  }
}

const sameText = (before: string | TextFault | undefined, now: string | TextFault): boolean => before === now || (typeof before === 'object' && typeof now === 'object' && before.reason === now.reason);

function contentOf(path: string, text: string | TextFault): FileContent {
  const misnamed = (reason: string): FileContent => ({ kind: 'misnamed', read: { ok: false, line: 1, reason } });
  const [, slug, name, number, variant = '', cases] = NAMES.exec(path) ?? [];
  if (!path.includes('/')) return misnamed('it does not lie in a folder, as interview/follow-up.v1.prompt does');
  if (cases !== undefined) return { kind: 'cases', id: `${slug}/${cases}`, read: once(() => (typeof text === 'string' ? casesFor(`${slug}/${cases}`, text) : text)) };
  if (name === undefined || number === undefined || (name.startsWith('_') && variant !== '')) return misnamed('the name is not like follow-up.v1.prompt');
  const id = `${slug}/${name.replace(/^_/, '')}`;
  const version = `${number}${variant}`;
  if (!promptIdSchema.safeParse(id).success || !promptVersionSchema.safeParse(version).success) return misnamed('the name is too long');
  if (name.startsWith('_')) return { kind: 'partial', name: `${id}.v${version}`, read: typeof text === 'string' ? parsePartialFile(text) : text };
  return { kind: 'prompt', id, version, read: typeof text === 'string' ? parsePromptFile(text) : text };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function casesFor(id: string, text: string): Read<{ file: CaseFile }> {
  const read = parseCaseFile(text);
  if (!read.ok || read.file.prompt === id) return read;
  const line = text.split('\n').findIndex((one) => /^["']?prompt\b/.test(one)) + 1;
  return { ok: false, line: Math.max(line, 1), reason: `prompt: it says ${read.file.prompt}, and the file's name ${id}` };
}
