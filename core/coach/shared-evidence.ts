import type { AnalysedText } from './analysed-text.ts';
import type { AnswerWindow } from './answer-windows.ts';
import { bestEvidence, type Evidence } from './evidence.ts';
import type { PreparedClaim, PreparedPoint, PreparedRubric } from './prepared-rubric.ts';

/** What is left of evidence none of whose words are the point's own. */
const LEAST_LEFT = 0.5;

/**
 * One short stretch cannot meet several points with the same words: where the evidence of two points overlaps, a word counts
 * for the point it says more about, and the weaker point keeps what its own words carry or turns to another stretch.
 */
export function shareEvidence(rubric: PreparedRubric, evidence: readonly (Evidence | null)[], windows: readonly AnswerWindow[], parts: readonly AnalysedText[]): (Evidence | null)[] {
  const result = [...evidence];
  const order = rubric.points.map((_, i) => i).filter((i) => evidence[i]).sort((a, b) => evidence[b]!.strength - evidence[a]!.strength);
  const taken: { point: PreparedPoint; window: AnswerWindow }[] = [];
  for (const i of order) {
    const point = rubric.points[i]!, found = evidence[i]!;
    const shared = left(point, found);
    if (shared.strength < found.strength) {
      const elsewhere = bestEvidence(point, windows.filter((window) => !taken.some((other) => overlap(other.window, window))));
      result[i] = elsewhere && elsewhere.strength > shared.strength ? elsewhere : shared;
    }
    taken.push({ point, window: result[i]!.window });
  }
  return result;

  function left(point: PreparedPoint, found: Evidence): Evidence {
    const near = taken.filter((other) => overlap(other.window, found.window));
    if (near.length === 0) return found;
    let own = 0, total = 0;
    const tokens = parts[found.window.part]!.tokens;
    for (let t = found.window.first; t < found.window.end; t++) {
      const token = tokens[t]!;
      if (token.stop) continue;
      const matches = rubric.matcher.matches(token);
      const here = most(point);
      if (here === 0) continue;
      total += here;
      if (near.every((other) => t < other.window.first || t >= other.window.end || most(other.point) < here)) own += here;

      function most(claim: PreparedClaim): number {
        let value = 0;
        for (const { term, strength } of matches) value = Math.max(value, strength * (claim.weightOf.get(term) ?? 0));
        return value;
      }
    }
    return total === 0 ? found : { ...found, strength: found.strength * (LEAST_LEFT + (1 - LEAST_LEFT) * Math.min(1, (1.2 * own) / total)) };
  }
}

function overlap(a: AnswerWindow, b: AnswerWindow): boolean {
  return a.part === b.part && a.first < b.end && b.first < a.end;
}
