import { Ban, CircleCheck, CircleDashed, CirclePause, KeyRound, LoaderCircle, ShieldCheck, TriangleAlert, Wallet, type LucideIcon } from 'lucide-react';
import type { ProviderView } from '../../../core/contract/models.ts';
import type { Tone } from '../../ui/index.ts';

/** True when what the engine says of a state is more than the badge's own words. */
export function saysMore(says: string, badge: string): boolean {
  return says !== '' && says.replace(/\.$/, '').toLowerCase() !== badge.toLowerCase();
}

/** How each state of a provider looks beside its words. */
export const STATE_LOOKS: Record<ProviderView['state'], { tone: Tone; icon: LucideIcon }> = {
  'ready': { tone: 'good', icon: CircleCheck },
  'no-key': { tone: 'warn', icon: KeyRound },
  'no-model': { tone: 'warn', icon: CircleDashed },
  'disabled': { tone: 'neutral', icon: Ban },
  'locked': { tone: 'note', icon: ShieldCheck },
  'breaker-open': { tone: 'warn', icon: CirclePause },
  'over-budget': { tone: 'warn', icon: Wallet },
  'loading': { tone: 'note', icon: LoaderCircle },
  'failed': { tone: 'bad', icon: TriangleAlert },
};
