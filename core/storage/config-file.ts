import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { ConfigProblem } from '../contract/models.ts';
import { parseJsonDocument, type JsonPath } from './json-document.ts';
import { writeWhole } from './whole-file.ts';

/** Something about a file that its schema cannot say. */
export interface Finding { path: JsonPath; reason: string }
export interface ConfigFileOptions<T> {
  path: string;
  /** How people are told of it. */
  label: string;
  schema: z.ZodType<T>;
  /** What else has to hold; one finding makes the file unusable. */
  check?: (value: T) => Finding[];
  /** Whether it is a fault when the file is not there. */
  required: boolean;
  /** Where a copy of the last good text is kept, so that a file broken while the app was closed still has one. */
  copy?: string;
}

const MAX_PROBLEMS = 10;

/** One JSON file as it was when it last made sense. */
export class ConfigFile<T> {
  readonly options: ConfigFileOptions<T>;
  /** The last good version; undefined when there never was one, or the file is gone and may be. */
  value: T | undefined;
  problems: ConfigProblem[] = [];
  /** What was read last: the text, or why it could not be read; undefined when there is no such file. */
  #found: string | Error | undefined;
  #read = false;
  #lineOf: (path: JsonPath) => number = () => 1;

  constructor(options: ConfigFileOptions<T>) { this.options = options; }

  /** Whether the file is there and cannot be used. */
  get broken(): boolean { return this.problems.length > 0; }
  /** Whether the file is there, usable or not. */
  get present(): boolean { return this.#found !== undefined; }
  /** The line of a field in the version that is in force. */
  lineOf(path: JsonPath): number { return this.#lineOf(path); }
  problem(line: number, reason: string): ConfigProblem { return { file: this.options.label, line, reason, lastGoodInUse: this.value !== undefined }; }

  /** Reads the file again; true when anything about it changed. */
  load(): boolean {
    const found = this.#readText();
    if (this.#read && String(found) === String(this.#found)) return false;
    this.#read = true;
    this.#found = found;
    if (typeof found === 'string') this.#take(found);
    else if (found) this.#refuse([{ line: 1, reason: found.message }]);
    else if (this.options.required) this.problems = [this.problem(1, 'the file is not there')];
    else { this.value = undefined; this.problems = []; }
    return true;
  }

  #readText(): string | Error | undefined {
    try {
      return readFileSync(this.options.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      return new Error(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
    }
  }

  #take(text: string): void {
    const parsed = this.#parse(text);
    if (parsed.ok) {
      this.value = parsed.value;
      this.#lineOf = parsed.lineOf;
      this.problems = [];
      if (this.options.copy) keepCopy(this.options.copy, text);
      return;
    }
    this.#refuse(parsed.findings);
  }

  #refuse(findings: { line: number; reason: string }[]): void {
    this.value ??= this.#fromCopy();
    this.problems = findings.slice(0, MAX_PROBLEMS).map(({ line, reason }) => this.problem(line, reason));
  }

  #parse(text: string): { ok: true; value: T; lineOf: (path: JsonPath) => number } | { ok: false; findings: { line: number; reason: string }[] } {
    const document = parseJsonDocument(text);
    if (!document.ok) return { ok: false, findings: [document] };
    const parsed = this.options.schema.safeParse(document.value);
    const findings = parsed.success ? this.options.check?.(parsed.data) ?? [] : parsed.error.issues.flatMap(findingsOf);
    if (parsed.success && findings.length === 0) return { ok: true, value: parsed.data, lineOf: document.lineOf };
    return { ok: false, findings: findings.map(({ path, reason }) => ({ line: document.lineOf(path), reason: path.length > 0 ? `${path.join('.')}: ${reason}` : reason })) };
  }

  #fromCopy(): T | undefined {
    const { copy } = this.options;
    if (!copy || !existsSync(copy)) return undefined;
    const parsed = this.#parse(readFileSync(copy, 'utf8'));
    return parsed.ok ? parsed.value : undefined;
  }
}

/** Names fields, never their values: a key pasted into the wrong place must not be repeated on a screen. */
function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], reason: 'there is no such field' }));
  if (issue.code === 'invalid_key') return [{ path, reason: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && /received undefined/.test(issue.message)) return [{ path, reason: 'this field is missing' }];
  return [{ path, reason: issue.message }];
}

/** A copy that cannot be written only means that there is none after a restart. */
function keepCopy(copy: string, text: string): void {
  try {
    if (existsSync(copy) && readFileSync(copy, 'utf8') === text) return;
    writeWhole(copy, text);
  } catch { /* see above */ }
}
