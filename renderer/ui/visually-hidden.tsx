import type { ReactNode } from 'react';
import styles from './visually-hidden.module.css';

/** Words for assistive technology only. `live` makes it a polite status that is spoken when it changes. */
export function VisuallyHidden({ children, live = false, id }: { children: ReactNode; live?: boolean; id?: string }) {
  return <span id={id} className={styles['hidden']} role={live ? 'status' : undefined} aria-live={live ? 'polite' : undefined}>{children}</span>;
}
