import type { PackSummary, Setup } from '../../../../core/contract/interview.ts';
import type { Level } from '../../../../core/contract/vocabulary.ts';

export const SETUP_LEVELS: readonly Level[] = ['junior', 'mid', 'senior'];
export const SETUP_MINUTES: readonly Setup['minutes'][] = [10, 20, 35, 50];
export const SETUP_KINDS: readonly Setup['kind'][] = ['behavioural', 'technical', 'system-design', 'mixed', 'posting'];
export const SETUP_PRESSURES: readonly Setup['pressure'][] = ['friendly', 'neutral', 'tough'];

/** The largest file that is read at all; the engine refuses long postings long before that. */
export const POSTING_FILE_BYTES = 8 * 1024 * 1024;

/** Why a kind cannot be chosen now; null when it can. */
export type KindObstacle = 'no-questions' | 'no-posting' | null;

/** Says for each kind whether this pack has anything of it. */
export function kindObstacle(kind: Setup['kind'], pack: PackSummary | undefined, hasPosting: boolean): KindObstacle {
  if (kind === 'posting') return hasPosting ? null : 'no-posting';
  if (!pack) return null;
  const { behavioural = 0, technical = 0, case: cases = 0 } = pack.byKind;
  const design = pack.byKind['system-design'] ?? 0;
  const count = { behavioural, technical: technical + cases, 'system-design': design, mixed: behavioural + technical + cases + design }[kind];
  return count > 0 ? null : 'no-questions';
}

/** The set-up with a kind that this pack can serve, so that changing the role never ends in a dead choice. */
export function withServableKind(setup: Setup, pack: PackSummary | undefined): Setup {
  return kindObstacle(setup.kind, pack, setup.posting !== undefined) === null ? setup : { ...setup, kind: 'mixed' };
}

/**
 * The roles shown before "All roles": the one last used, then those already practised (most questions seen first), then
 * the others in their own order. Choosing one does not move the cards; a role from the full list takes the last place.
 */
export function likelyPacks(packs: readonly PackSummary[], lastUsedId: string, chosenId: string, places = 3): PackSummary[] {
  const seen = (pack: PackSummary): number => pack.questions - pack.unseen;
  const ordered = packs.toSorted((a, b) => Number(b.packId === lastUsedId) - Number(a.packId === lastUsedId) || seen(b) - seen(a));
  const shown = ordered.slice(0, places);
  const chosen = packs.find((pack) => pack.packId === chosenId);
  if (chosen && !shown.includes(chosen)) shown.splice(places - 1, 1, chosen);
  return shown;
}

/** Roles whose title or description holds every word that was typed. */
export function searchPacks(packs: readonly PackSummary[], search: string): PackSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return packs.filter((pack) => words.every((word) => `${pack.title} ${pack.about}`.toLowerCase().includes(word)));
}

/**
 * A set-up to be surprised by: another role with unseen questions where there is one, any pressure, 10 or 20 minutes.
 * Level, feedback and switches stay as they are: they say who the person is. `random` gives numbers from 0 up to 1.
 */
export function surpriseSetup(setup: Setup, packs: readonly PackSummary[], random: () => number): Setup {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.min(list.length - 1, Math.floor(random() * list.length))];
  const others = packs.filter((pack) => pack.packId !== setup.packId && (pack.byLevel[setup.level] ?? 0) > 0);
  const fresh = others.filter((pack) => pack.unseen > 0);
  const pack = pick(fresh.length > 0 ? fresh : others) ?? packs.find(({ packId }) => packId === setup.packId);
  const kinds = SETUP_KINDS.filter((kind) => kind !== 'posting' && kindObstacle(kind, pack, false) === null);
  return {
    ...setup,
    packId: pack?.packId ?? setup.packId,
    kind: pick([...kinds, 'mixed' as const]) ?? 'mixed',
    minutes: pick([10, 20] as const) ?? 20,
    pressure: pick(SETUP_PRESSURES) ?? 'neutral',
  };
}
