import type { LucideIcon } from 'lucide-react';
import styles from './icon.module.css';

/** An icon beside words: never the only carrier of a meaning, so hidden from assistive technology. Sizes in px: 12 to 24. */
export function Icon({ of: Drawing, size = 16, className }: { of: LucideIcon; size?: number; className?: string | undefined }) {
  return <Drawing aria-hidden="true" focusable="false" size={size} strokeWidth={1.75} absoluteStrokeWidth className={className ? `${styles['icon']} ${className}` : styles['icon']} />;
}
