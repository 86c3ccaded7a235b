/** How many rows a page key goes over. */
const PAGE = 8;

/** Where a key leads from row `at` of `count`; null for a key that is not about rows. */
export function stepTo(key: string, at: number, count: number): number | null {
  const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: count - 1 };
  const next = to[key];
  return next === undefined || count === 0 ? null : Math.min(Math.max(next, 0), count - 1);
}
