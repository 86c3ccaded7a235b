import type { ReactNode } from 'react';
import styles from './eyebrow.module.css';

/** The small quiet line above a title: what kind of thing this is. */
export function Eyebrow({ children }: { children: ReactNode }) {
  return <div className={styles['eyebrow']}>{children}</div>;
}
