import { create } from 'zustand';

export type Overlay = 'palette' | 'shortcuts' | 'quit' | 'trust' | 'jobs';

/** Which of the things that lie over every screen is open; one at a time. */
export const useOverlays = create<{ open: Overlay | null }>(() => ({ open: null }));

export function openOverlay(open: Overlay): void {
  useOverlays.setState({ open });
}

export function closeOverlay(): void {
  useOverlays.setState({ open: null });
}
