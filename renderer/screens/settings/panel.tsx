import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** The scrolling body of a settings section. `label` makes it reachable by keyboard, for sections with nothing in them to focus. */
export function Panel({ label, children }: { label?: string; children: ReactNode }) {
  return <div className={styles['panel']} {...(label ? { role: 'region', tabIndex: 0, 'aria-label': label } : {})}><div className={styles['fit']}>{children}</div></div>;
}

/** One subject of a section: a heading, a line about it, and its controls beside or below. */
export function PanelRow({ title, text, children, aside }: { title: string; text?: ReactNode; children?: ReactNode; aside?: ReactNode }) {
  return (
    <section className={styles['row']} aria-label={title}>
      <div className={styles['line']}>
        <div className={styles['words']}><h2>{title}</h2>{text && <p>{text}</p>}</div>
        {aside && <div className={styles['aside']}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
