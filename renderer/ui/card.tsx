import type { ReactNode } from 'react';
import styles from './card.module.css';

/** A surface for one thing that can be acted on; a region named by its heading. `hero` is the one card that matters most, `roomy` one that stands beside it. No card inside a card. */
export function Card({ labelledBy, hero = false, roomy = hero, children }: { labelledBy: string; hero?: boolean; roomy?: boolean; children: ReactNode }) {
  return <section className={styles['card']} data-hero={hero || undefined} data-roomy={roomy || undefined} aria-labelledby={labelledBy}>{children}</section>;
}
