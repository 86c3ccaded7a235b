import { create } from 'zustand';

export interface ToastItem { id: number; text: string; undo: (() => void) | undefined }

/** Toasts on show, oldest first. */
export const useToasts = create<{ items: readonly ToastItem[] }>(() => ({ items: [] }));

/** How long a toast stays; longer with an undo, so that there is time to reach it. Milliseconds. */
export const TOAST_MS = { plain: 5_000, undo: 10_000 } as const;

let nextId = 1;

/** Says in a few words that something was done; `undo` adds the button that takes it back. */
export function showToast(text: string, options: { undo?: () => void } = {}): void {
  const item: ToastItem = { id: nextId++, text, undo: options.undo };
  useToasts.setState(({ items }) => ({ items: [...items.slice(-2), item] }));
}

export function dismissToast(id: number): void {
  useToasts.setState(({ items }) => ({ items: items.filter((item) => item.id !== id) }));
}
