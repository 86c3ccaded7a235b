import type { ReactNode } from 'react';
import { useScreenTitle } from './screen-title.ts';
import styles from './screen-head.module.css';

/** The top of a screen: its h1 (which takes focus on arrival), a line about it, and its actions. `children` stand underneath, as steps do. */
export function ScreenHead({ title, subtitle, actions, ruled = false, children }: { title: string; subtitle?: ReactNode; actions?: ReactNode; ruled?: boolean; children?: ReactNode }) {
  const heading = useScreenTitle(title);
  return (
    <header className={styles['head']} data-ruled={ruled || undefined}>
      <div className={styles['line']}>
        <div className={styles['titles']}>
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {subtitle && <p>{subtitle}</p>}
        </div>
        {actions && <div className={styles['actions']}>{actions}</div>}
      </div>
      {children}
    </header>
  );
}
