import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { LibraryProblem } from './pack-library.ts';

const lines = z.array(z.string().min(3)).min(1);
const interviewerSchema = z.strictObject({
  opening: lines, next_after_strong: lines, next_after_thin: lines, next_after_skip: lines, follow_up: lines, repeat: lines, hint: lines, closing: lines,
});
const voiceSchema = z.strictObject({
  version: z.number().int().positive(),
  interviewer: z.strictObject({ friendly: interviewerSchema, neutral: interviewerSchema, tough: interviewerSchema }),
  hints: z.record(z.string(), z.string()),
  why: z.record(z.string(), z.string()),
  report: z.record(z.string(), z.string()),
});

/** The words around the questions: the interviewer's by pressure, the coach's in plans and reports. */
export type Voice = z.infer<typeof voiceSchema>;
export type InterviewerLine = keyof z.infer<typeof interviewerSchema>;

/** The voice file, read again when it is saved. A broken one leaves the last good version speaking. */
export class VoiceFile {
  readonly #file: string;
  #watcher: FSWatcher | undefined;
  current: Voice;
  problem: LibraryProblem | undefined;

  /** @throws ZodError or YAMLParseError when there is no good version at all */
  constructor(file: string) {
    this.#file = file;
    this.current = voiceSchema.parse(parse(readFileSync(file, 'utf8')));
  }

  watch(onChange: () => void): void {
    this.#watcher = watch(this.#file, { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 } });
    this.#watcher.on('change', () => { this.reload(); onChange(); });
  }

  reload(): void {
    try {
      this.current = voiceSchema.parse(parse(readFileSync(this.#file, 'utf8')));
      this.problem = undefined;
    } catch (error) {
      const line = error instanceof YAMLParseError ? error.linePos?.[0].line ?? 1 : 1;
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      this.problem = { file: basename(this.#file), line, reason, lastGoodInUse: true };
    }
  }

  async close(): Promise<void> { await this.#watcher?.close(); }
}

/** Fills `{name}` in a line. An unknown name is left visible rather than hidden. */
export function fillLine(line: string, values: Record<string, string | number>): string {
  return line.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** Picks a line of a kind; the same `turn` always gets the same words. */
export function interviewerLine(voice: Voice, pressure: keyof Voice['interviewer'], kind: InterviewerLine, turn: number, values: Record<string, string | number> = {}): string {
  const choices = voice.interviewer[pressure][kind];
  return fillLine(choices[turn % choices.length] ?? '', values);
}

/** One of the voice's report or plan sentences. @throws Error when the voice file has no such sentence. */
export function sentence(table: Record<string, string>, key: string, values: Record<string, string | number> = {}): string {
  const line = table[key];
  if (line === undefined) throw new Error(`the voice file has no sentence "${key}"`);
  return fillLine(line, values);
}
