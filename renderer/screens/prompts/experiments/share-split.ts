/** Shares as people type them: percent with at most one decimal. Counted in tenths, so that 33.3 + 33.3 + 33.4 is 100. */
const WHOLE = 1000;
const TYPED = /^(\d{1,3})(?:[.,](\d))?$/;

/** What each of `count` versions gets when nobody prefers one: whole percents that sum to 100, the first ones taking the rest. */
export function splitEvenly(count: number): string[] {
  const each = Math.floor(100 / count);
  return Array.from({ length: count }, (_, index) => String(each + (index < 100 - each * count ? 1 : 0)));
}

/** Tenths of a percent; null for what is no share between 0 and 100, both excluded. */
export function parseShare(typed: string): number | null {
  const match = TYPED.exec(typed.trim().replace(/\s*%$/, ''));
  if (!match) return null;
  const tenths = Number(match[1]) * 10 + Number(match[2] ?? 0);
  return tenths > 0 && tenths < WHOLE ? tenths : null;
}

/** What typed shares come to: percents together, and how many are missing (below zero: too many). Unreadable ones count as nothing. */
export function sumShares(typed: readonly string[]): { together: number; missing: number; whole: boolean } {
  const shares = typed.map(parseShare);
  const tenths = shares.reduce<number>((sum, share) => sum + (share ?? 0), 0);
  return { together: tenths / 10, missing: (WHOLE - tenths) / 10, whole: tenths === WHOLE && !shares.includes(null) };
}

/** The weights of the contract, which sum to 1; null as long as the shares do not sum to 100. */
export function weightsOf(typed: readonly string[]): number[] | null {
  return sumShares(typed).whole ? typed.map((each) => (parseShare(each) ?? 0) / WHOLE) : null;
}
