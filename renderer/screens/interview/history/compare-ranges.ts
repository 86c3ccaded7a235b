interface Scored { score: number | null; low: number | null; high: number | null }

/** What two scores with their likely ranges allow to say: only ranges that do not touch tell better from worse. */
export function compareRanges(before: Scored, after: Scored): 'better' | 'worse' | 'overlap' | 'not-judged' {
  if (before.score === null || after.score === null) return 'not-judged';
  if ((after.low ?? after.score) > (before.high ?? before.score)) return 'better';
  if ((after.high ?? after.score) < (before.low ?? before.score)) return 'worse';
  return 'overlap';
}
