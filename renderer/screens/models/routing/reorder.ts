/** The list with the item at `from` put at `to`; positions outside of it are drawn in. */
export function moveItem<T>(list: readonly T[], from: number, to: number): T[] {
  const target = Math.max(0, Math.min(list.length - 1, to));
  const moved = list[from];
  if (moved === undefined || from === target) return [...list];
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, target), moved, ...rest.slice(target)];
}

/** Where an item dragged from `from` by `byPx` would come to lie: past a neighbour once its middle has crossed the neighbour's middle. Heights in px, in order. */
export function dropIndex(heights: readonly number[], from: number, byPx: number): number {
  let index = from;
  let left = Math.abs(byPx);
  const step = byPx < 0 ? -1 : 1;
  for (;;) {
    const neighbour = heights[index + step];
    if (neighbour === undefined || left < neighbour / 2) return index;
    left -= neighbour;
    index += step;
    if (left <= 0) return index;
  }
}
