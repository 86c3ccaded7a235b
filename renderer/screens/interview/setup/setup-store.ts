import { create } from 'zustand';
import type { Setup } from '../../../../core/contract/interview.ts';

/** The set-up as it stands on the screen; null until the last one has been read. Kept while other screens are visited. */
export const useSetupDraft = create<{ setup: Setup | null }>(() => ({ setup: null }));

/** Puts a whole set-up on the screen, as a recommended next step does. */
export function presentSetup(setup: Setup): void {
  useSetupDraft.setState({ setup });
}
