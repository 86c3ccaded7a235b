import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './spinner.module.css';

/** Turns while something takes longer than a moment. Give `label` when nothing else says what is being waited for. */
export function Spinner({ size = 16, label }: { size?: number; label?: string }) {
  return (
    <span className={styles['wrap']} role={label ? 'status' : undefined}>
      <svg className={styles['spinner']} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" className={styles['track']} />
        <path d="M8 2a6 6 0 0 1 6 6" className={styles['arc']} />
      </svg>
      {label && <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}

/** A quiet placeholder of the size of what is coming. Height and width as CSS lengths. */
export function Skeleton({ height = '20px', width = '100%' }: { height?: string; width?: string }) {
  return <span className={styles['skeleton']} style={{ height, width }} aria-hidden="true" />;
}
