import type { ConfigProblem } from '../../../core/contract/models.ts';
import type { PRODUCTION as Production, PromptVersionView, PromptView } from '../../../core/contract/prompts.ts';

/** The contract's word for the label; written again because its schemas are not for the window. */
export const PRODUCTION: typeof Production = 'production';

/** Prompts by folder in the order of their names; folders with the most prompts first, since those with one or two are the app's own machinery. */
export function promptGroups(prompts: readonly PromptView[]): { folder: string; prompts: PromptView[] }[] {
  const groups = new Map<string, PromptView[]>();
  for (const prompt of prompts.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))) {
    const { folder } = namesOf(prompt.id);
    groups.set(folder, [...(groups.get(folder) ?? []), prompt]);
  }
  return [...groups].map(([folder, inside]) => ({ folder, prompts: inside })).toSorted((a, b) => b.prompts.length - a.prompts.length);
}

/** `interview/follow-up` as its folder and its own name. */
export function namesOf(id: string): { folder: string; name: string } {
  const [folder = '', name = ''] = id.split('/');
  return { folder, name };
}

/** `interview` as a heading: "Interview". */
export const headingOf = (folder: string): string => folder.charAt(0).toUpperCase() + folder.slice(1).replaceAll('-', ' ');

export type NotableState = Exclude<PromptVersionView['state'], 'released'>;
const NOTABLE: readonly NotableState[] = ['broken', 'gone', 'edited', 'draft'];

/** How many versions are in each state that is worth a word, the worst first. */
export function notableStates(versions: readonly PromptVersionView[]): { state: NotableState; count: number }[] {
  return NOTABLE.map((state) => ({ state, count: versions.filter((version) => version.state === state).length })).filter(({ count }) => count > 0);
}

/** The problems that are about one prompt: in a file of its own, or said of it by name. */
export function problemsOf(id: string, problems: readonly ConfigProblem[]): ConfigProblem[] {
  const named = new RegExp(`(^|[^a-z0-9-])${id}(?![a-z0-9-])`);
  return problems.filter(({ file, reason }) => named.test(file.replaceAll('\\', '/')) || named.test(reason));
}

/** A line of a changelog without the version that it begins with, which stands beside it. */
export const changeOf = ({ version, changelog }: Pick<PromptVersionView, 'version' | 'changelog'>): string => (changelog.startsWith(`${version}:`) ? changelog.slice(version.length + 1).trim() : changelog);

/** Where an editor finds a version; those that came with the app lie in its own folder and are named from there. */
export function pathOf(id: string, { version, origin, file }: Pick<PromptVersionView, 'version' | 'origin' | 'file'>, ownFolder: string): string {
  const { folder, name } = namesOf(id);
  return origin === 'app' ? file : [ownFolder, folder, `${name}.v${version}.prompt`].join(ownFolder.includes('\\') ? '\\' : '/');
}

/** What is compared first: the version in use with the one shown; when they are the same, the one before it with it. */
export function comparedFirst({ versions, inUse }: Pick<PromptView, 'versions' | 'inUse'>, shown: string): { left: string; right: string } {
  if (shown !== inUse) return { left: inUse, right: shown };
  const at = versions.findIndex(({ version }) => version === shown);
  const other = versions[at - 1] ?? versions[at + 1];
  if (!other) return { left: shown, right: shown };
  return at > 0 ? { left: other.version, right: shown } : { left: shown, right: other.version };
}

/** Labels that a prompt may be given, the usual ones first, each with the version that has it now. */
export function labelChoices(versions: readonly PromptVersionView[]): { label: string; on: string | null }[] {
  const on = new Map<string, string | null>([[PRODUCTION, null], ['candidate', null]]);
  for (const { version, labels } of versions) for (const label of labels) on.set(label, version);
  return [...on].map(([label, version]) => ({ label, on: version }));
}

/** Prompts that a few words typed are about: each word is in the id or in what is said of it. */
export function promptsFound(prompts: readonly PromptView[], typed: string): readonly PromptView[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? prompts : prompts.filter(({ id, about }) => words.every((word) => `${id} ${about}`.toLowerCase().includes(word)));
}

/** Of more versions than this only some are listed at first. */
const LISTED_AT_ONCE = 8;
const NEWEST_LISTED = 5;

/** Versions newest first, and which of them stay listed when there are many: the newest, those that mean something now, and the one shown. */
export function versionsListed({ versions, inUse }: Pick<PromptView, 'versions' | 'inUse'>, shown: string | undefined): { all: PromptVersionView[]; first: PromptVersionView[] } {
  const all = versions.toReversed();
  if (all.length <= LISTED_AT_ONCE) return { all, first: all };
  return { all, first: all.filter(({ version, labels, state }, at) => at < NEWEST_LISTED || version === inUse || version === shown || labels.length > 0 || state === 'broken' || state === 'edited') };
}
