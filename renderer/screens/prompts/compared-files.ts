import type { PromptWords } from '../../../core/contract/prompts.ts';

/** One file of two versions; null where a version does not have it. */
export interface ComparedFile { name: string; left: string | null; right: string | null }

/** The files of two versions, set beside each other: the prompt itself, then its parts. A part is the same one in whichever version it is taken in. */
export function comparedFiles(left: Pick<PromptWords, 'source' | 'partials'>, right: Pick<PromptWords, 'source' | 'partials'>, fileName: string): ComparedFile[] {
  const files: ComparedFile[] = [{ name: fileName, left: left.source, right: right.source }];
  const rest = [...right.partials];
  for (const partial of left.partials) {
    const exact = rest.findIndex(({ name }) => name === partial.name);
    const at = exact >= 0 ? exact : rest.findIndex(({ name }) => unversioned(name) === unversioned(partial.name) && !left.partials.some((other) => other.name === name));
    const [other] = at >= 0 ? rest.splice(at, 1) : [];
    files.push({ name: other && other.name !== partial.name ? `${partial.name}, ${other.name}` : partial.name, left: partial.text, right: other?.text ?? null });
  }
  return [...files, ...rest.map(({ name, text }) => ({ name, left: null, right: text }))];
}

const unversioned = (name: string): string => name.replace(/\.v\d+$/, '');
