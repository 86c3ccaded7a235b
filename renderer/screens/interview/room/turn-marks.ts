/** A control among those of all turns: the turn it belongs to, and its place there. */
export interface MarkPlace { turn: number; mark: number }

/** Where an arrow key leads: up and down to the same control of another turn, left and right within one. Null at an edge and for other keys. */
export function nextMark(counts: readonly number[], { turn, mark }: MarkPlace, key: string): MarkPlace | null {
  const along = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const across = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  const count = counts[turn + across];
  if ((along === 0 && across === 0) || count === undefined || count === 0) return null;
  const to = along === 0 ? Math.min(mark, count - 1) : mark + along;
  return to >= 0 && to < count ? { turn: turn + across, mark: to } : null;
}

/** Moves focus from one turn's controls to another's; true when the key was used. Only one turn's are in the Tab order, so that a long talk is not a long way. */
export function moveBetweenMarks(region: HTMLElement, focused: Element, key: string): boolean {
  const turns = [...region.querySelectorAll('[data-marks]')].map((line) => [...line.querySelectorAll<HTMLElement>('a, button')]).filter((marks) => marks.length > 0);
  const turn = turns.findIndex((marks) => marks.some((mark) => mark === focused));
  const to = turn === -1 ? null : nextMark(turns.map(({ length }) => length), { turn, mark: turns[turn]?.findIndex((mark) => mark === focused) ?? 0 }, key);
  if (!to) return false;
  turns[to.turn]?.[to.mark]?.focus();
  return true;
}
