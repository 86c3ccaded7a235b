import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { parsePack } from './pack-file.ts';
import type { Pack, Question } from './pack-schema.ts';

/** A pack file that cannot be used as it is now. */
export interface LibraryProblem { file: string; line: number; reason: string; lastGoodInUse: boolean }

interface Loaded { hash: string; pack: Pack | undefined; problem: LibraryProblem | undefined }

/**
 * The question packs of one folder, reloaded while the app runs.
 * A file that breaks leaves its last good version in use and shows up in `problems`.
 */
export class PackLibrary {
  readonly #folder: string;
  readonly #cacheFolder: string | undefined;
  readonly #files = new Map<string, Loaded>();
  #watcher: FSWatcher | undefined;
  #questions = new Map<string, { pack: Pack; question: Question }>();

  /** `cacheFolder` holds parsed packs by content hash, so that YAML is parsed once per change and not once per start. */
  constructor(folder: string, cacheFolder?: string) {
    this.#folder = folder;
    this.#cacheFolder = cacheFolder;
  }

  /** Reads every file that changed. Yields between files so that a call never waits for all of them. */
  async load(): Promise<boolean> {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('.yaml')).toSorted();
    let changed = false;
    for (const name of names) {
      if (this.#read(name)) { changed = true; await new Promise((resume) => setImmediate(resume)); }
    }
    for (const name of this.#files.keys()) if (!names.includes(name)) changed = this.#files.delete(name) || changed;
    if (changed) this.#index();
    return changed;
  }

  /** Calls `onChange` after each reload that changed something. */
  watch(onChange: () => void): void {
    let timer: NodeJS.Timeout | undefined;
    this.#watcher = watch(this.#folder, { ignoreInitial: true, depth: 0 });
    this.#watcher.on('all', () => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.load().then((changed) => { if (changed) onChange(); }), 100);
    });
  }

  get packs(): Pack[] { return [...this.#files.values()].flatMap(({ pack }) => pack ?? []); }
  get problems(): LibraryProblem[] { return [...this.#files.values()].flatMap(({ problem }) => problem ?? []); }
  pack(packId: string): Pack | undefined { return this.packs.find((pack) => pack.pack === packId); }
  question(questionId: string): { pack: Pack; question: Question } | undefined { return this.#questions.get(questionId); }

  async close(): Promise<void> { await this.#watcher?.close(); }

  #read(name: string): boolean {
    const before = this.#files.get(name);
    const text = readFileSync(join(this.#folder, name), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
    if (before?.hash === hash) return false;
    const cached = this.#fromCache(hash);
    const parsed = cached ? { ok: true as const, pack: cached } : parsePack(text, name);
    if (parsed.ok) {
      if (!cached) this.#toCache(hash, parsed.pack);
      this.#files.set(name, { hash, pack: parsed.pack, problem: undefined });
    } else {
      const first = parsed.problems[0] ?? { line: 1, reason: 'unreadable' };
      this.#files.set(name, { hash, pack: before?.pack, problem: { file: basename(name), line: first.line, reason: first.reason, lastGoodInUse: before?.pack !== undefined } });
    }
    return true;
  }

  #index(): void {
    this.#questions = new Map(this.packs.flatMap((pack) => pack.questions.map((question) => [question.id, { pack, question }] as const)));
  }

  #cacheFile(hash: string): string | undefined { return this.#cacheFolder && join(this.#cacheFolder, `${hash}.json`); }

  #fromCache(hash: string): Pack | undefined {
    const file = this.#cacheFile(hash);
    if (!file || !existsSync(file)) return undefined;
    try { return JSON.parse(readFileSync(file, 'utf8')) as Pack; } catch { return undefined; } // a torn cache file is parsed anew
  }

  #toCache(hash: string, pack: Pack): void {
    const file = this.#cacheFile(hash);
    if (!file || !this.#cacheFolder) return;
    mkdirSync(this.#cacheFolder, { recursive: true });
    writeFileSync(`${file}.partial`, JSON.stringify(pack));
    renameSync(`${file}.partial`, file);
  }
}
