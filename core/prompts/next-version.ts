import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { EngineError } from '../contract/errors.ts';
import { writeWhole } from '../storage/whole-file.ts';
import type { PromptRegistry } from './prompt-registry.ts';
import type { Prompt } from './prompt.ts';

const FRONT_MATTER = /^(\uFEFF?---[ \t]*\r?\n)([\s\S]*?)\r?\n---[ \t]*\r?\n/;

/**
 * Writes the next version of a prompt into the person's own folder, whole or not at all and never over a file that is there, with the
 * words of `from`, and sees that it can be used. `file` is an absolute path.
 * @throws EngineError CONFIG_UNWRITABLE
 */
export function writeNextVersion(registry: Pick<PromptRegistry, 'shelf' | 'ownDir' | 'reload' | 'problems'>, from: Prompt): { version: string; file: string } {
  const { shelf } = registry;
  const [slug = '', name = ''] = from.id.split('/');
  const folder = resolve(registry.ownDir, slug);
  const fileName = (version: number): string => `${name}.v${version}.prompt`;
  // Files that cannot be used are not on the shelf, and are somebody's words all the same.
  const version = 1 + Math.max(...shelf.versions(from.id).map(({ prompt }) => numberOf(prompt.version)), ...numbersIn(folder, name));
  const file = join(folder, fileName(version));
  const label = `own prompts/${slug}/${fileName(version)}`;
  try {
    const text = withChangelogLine(from.source, `${version}: started from ${from.version}`);
    if (existsSync(file)) throw new Error('there is a file of that name already');
    writeWhole(file, text);
  } catch (error) {
    throw new EngineError('CONFIG_UNWRITABLE', { file: label, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }, { cause: error });
  }
  registry.reload();
  if (shelf.version(from.id, String(version))?.state === 'draft') return { version: String(version), file };
  const problem = registry.problems().find((found) => found.file === label);
  rmSync(file, { force: true });
  registry.reload();
  throw new EngineError('CONFIG_UNWRITABLE', { file: label, reason: problem?.reason ?? 'it could not be read back' });
}

/**
 * A prompt file's text with one line more at the head of its changelog; all other bytes stay.
 * @throws Error when there is no changelog in the front matter to add to
 */
export function withChangelogLine(source: string, line: string): string {
  const [, before, yaml] = FRONT_MATTER.exec(source) ?? [];
  if (before === undefined || yaml === undefined) throw new Error('the file it starts from has no front matter');
  const list = parseDocument(yaml).get('changelog', true);
  if (!isSeq(list) || !list.range) throw new Error('the file it starts from has no changelog');
  // A list of lines begins at its first hyphen, one in brackets at the bracket.
  const at = before.length + list.range[0];
  const words = JSON.stringify(line);
  if (list.flow === true) return `${source.slice(0, at + 1)}${words}${list.items.length > 0 ? ', ' : ''}${source.slice(at + 1)}`;
  const indent = source.slice(source.lastIndexOf('\n', at - 1) + 1, at);
  return `${source.slice(0, at)}- ${words}${before.endsWith('\r\n') ? '\r\n' : '\n'}${indent}${source.slice(at)}`;
}

/** `2` of `2` and of `2.terse`. */
const numberOf = (version: string): number => Number(/^\d+(?=$|\.)/.exec(version)?.[0] ?? 0);

/** The version numbers of one prompt's files in a folder; none when there is no such folder, which writing makes or reports. */
function numbersIn(folder: string, name: string): number[] {
  const read = (): string[] => { try { return readdirSync(folder); } catch { return []; } };
  return read().filter((file) => file.startsWith(`${name}.v`) && file.endsWith('.prompt')).map((file) => numberOf(file.slice(name.length + 2, -'.prompt'.length)));
}
