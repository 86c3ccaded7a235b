import { useId } from 'react';
import styles from './brand-mark.module.css';

/** The mark of Role Accel; the name always stands beside it or in the title. */
export function BrandMark({ size = 24 }: { size?: number }) {
  const gradient = useId();
  return (
    <svg className={styles['mark']} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <defs><linearGradient id={gradient} x1="0" y1="0" x2="1" y2="1"><stop offset="0" className={styles['from']} /><stop offset="1" className={styles['to']} /></linearGradient></defs>
      <rect width="24" height="24" rx="7" fill={`url(#${gradient})`} />
      <path d="M7.5 17V7h5a3.1 3.1 0 0 1 0 6.2h-5m5 0 4 3.8" />
    </svg>
  );
}
