import type { PromptVersionView } from '../../../core/contract/prompts.ts';
import type { Tone } from '../../ui/index.ts';

/** The colour behind the word for a version's state. */
export const STATE_TONES: Record<PromptVersionView['state'], Tone> = { released: 'neutral', draft: 'note', edited: 'warn', broken: 'bad', gone: 'warn' };
