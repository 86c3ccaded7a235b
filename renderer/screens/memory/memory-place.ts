import { MEMORY_KINDS, type MemoryKind } from '../../../core/contract/memory.ts';

/** What is open, and which passage of it was found, in characters of its text. */
export interface OpenedItem { itemId: string; found: { start: number; end: number } | null }

/** What the screen shows: searched for, of which kind, opened, and how far the list is scrolled in px. */
export interface MemoryPlace { query: string; kind: MemoryKind | null; opened: OpenedItem | null; scrolled: number }

/** What was shown when this entry of the window's history was left: going to an interview and back, or loading again, shows it again. */
export function memoryPlaceKept(state: unknown): MemoryPlace {
  const kept = fieldsOf(state);
  const opened = fieldsOf(kept['opened']);
  const found = fieldsOf(opened['found']);
  const { start, end } = found;
  return {
    query: typeof kept['query'] === 'string' ? kept['query'] : '',
    kind: MEMORY_KINDS.find((kind) => kind === kept['kind']) ?? null,
    opened: typeof opened['itemId'] === 'string' ? { itemId: opened['itemId'], found: typeof start === 'number' && typeof end === 'number' ? { start, end } : null } : null,
    scrolled: typeof kept['scrolled'] === 'number' ? kept['scrolled'] : 0,
  };
}

/** Keeps what is shown with this entry of the window's history. */
export function keepMemoryPlace(place: MemoryPlace): void {
  history.replaceState({ ...place }, '');
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {});
