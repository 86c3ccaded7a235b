import type { PromptVersionView, PromptView } from '../../../../core/contract/prompts.ts';
import { splitEvenly } from './share-split.ts';

/** A version that takes part, with its share as typed. */
export interface ChosenArm { version: string; share: string }
export const MAX_ARMS = 4;

/** What may take part: versions whose file is there and can be used. The version in use comes first, since the others are compared with it; then the newest. */
export function versionsToCompare({ versions, inUse }: Pick<PromptView, 'versions' | 'inUse'>): PromptVersionView[] {
  const usable = versions.filter(({ state }) => state !== 'gone' && state !== 'broken');
  return [...usable.filter(({ version }) => version === inUse), ...usable.filter(({ version }) => version !== inUse).toReversed()];
}

/** What the dialog begins with: the version in use against the newest other one, half and half. */
export function firstChoice(prompt: Pick<PromptView, 'versions' | 'inUse'>): ChosenArm[] {
  return evenly(versionsToCompare(prompt).slice(0, 2).map(({ version }) => version));
}

/** Takes a version in or out, in the order they are listed in; the shares become even again. */
export function toggleArm(chosen: readonly ChosenArm[], version: string, listed: readonly string[]): ChosenArm[] {
  const now = new Set(chosen.map((arm) => arm.version));
  if (!now.delete(version)) now.add(version);
  return evenly(listed.filter((each) => now.has(each)));
}

export function evenly(versions: readonly string[]): ChosenArm[] {
  const shares = versions.length > 1 ? splitEvenly(versions.length) : versions.map(() => '100');
  return versions.map((version, index) => ({ version, share: shares[index] ?? '' }));
}
