import { create } from 'zustand';
import type { AppStatus } from '../../../core/contract/app.ts';
import type { MemoryItem } from '../../../core/contract/memory.ts';
import { queryClient, queryKeys } from '../../client/index.ts';

/** A change of something remembered that is not saved yet; `before` is what it began with. */
export interface ItemDraft { title: string; text: string; before: { title: string; text: string } }
export type AddedKind = 'resume' | 'job' | 'note';
/** Something that is being put in. */
export interface AddedDraft { kind: AddedKind; title: string; text: string }

const NOTHING_ADDED: AddedDraft = { kind: 'note', title: '', text: '' };

/** What was typed here and is not saved: it outlives closing an item, leaving the screen and a lost connection; not closing the window. */
export const useMemoryDrafts = create<{ items: Readonly<Record<string, ItemDraft>>; added: AddedDraft }>(() => ({ items: {}, added: NOTHING_ADDED }));

export function beginEdit({ itemId, title, text }: MemoryItem): void {
  useMemoryDrafts.setState(({ items }) => (items[itemId] ? {} : { items: { ...items, [itemId]: { title, text, before: { title, text } } } }));
}

export function changeEdit(itemId: string, change: Partial<Pick<ItemDraft, 'title' | 'text'>>): void {
  useMemoryDrafts.setState(({ items }) => {
    const draft = items[itemId];
    return draft ? { items: { ...items, [itemId]: { ...draft, ...change } } } : {};
  });
}

export function dropEdit(itemId: string): void {
  useMemoryDrafts.setState(({ items: { [itemId]: _dropped, ...items } }) => ({ items }));
}

/** True when saving would change something. */
export function isChanged({ title, text, before }: ItemDraft): boolean {
  return title !== before.title || text !== before.text;
}

export function changeAdded(change: Partial<AddedDraft>): void {
  useMemoryDrafts.setState(({ added }) => ({ added: { ...added, ...change } }));
}

export function clearAdded(): void {
  useMemoryDrafts.setState({ added: NOTHING_ADDED });
}

/** True while something typed here would be lost with the window. */
function wouldBeLost(): boolean {
  const { items, added } = useMemoryDrafts.getState();
  return added.text.trim() !== '' || Object.values(items).some(isChanged);
}

// A browser asks before it loads again or closes; a window of Electron would stay open without a word.
if (typeof window !== 'undefined') {
  window.addEventListener('beforeunload', (event) => {
    if (wouldBeLost() && queryClient.getQueryData<AppStatus>(queryKeys.status)?.shell === 'loopback') event.preventDefault();
  });
}
