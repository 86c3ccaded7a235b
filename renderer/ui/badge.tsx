import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import styles from './badge.module.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'note';

/** A word or a number with a colour behind it. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: LucideIcon | undefined; children: ReactNode }) {
  return <span className={styles['badge']} data-tone={tone}>{icon && <Icon of={icon} size={12} />}{children}</span>;
}
