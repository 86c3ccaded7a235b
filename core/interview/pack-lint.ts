import type { Pack } from './pack-schema.ts';

/** A question that is not fit to ship, and why. */
export interface PackFinding { pack: string; questionId: string; reason: string }

/** Checks what a schema cannot: ids unique across packs. */
export function lintPacks(packs: Pack[]): PackFinding[] {
  const findings: PackFinding[] = [];
  const seen = new Map<string, string>();
  for (const pack of packs) for (const question of pack.questions) {
    const other = seen.get(question.id);
    if (other) findings.push({ pack: pack.pack, questionId: question.id, reason: `id is also used in pack ${other}` });
    seen.set(question.id, pack.pack);
  }
  return findings;
}
