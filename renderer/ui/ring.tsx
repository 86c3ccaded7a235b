import { useId, type ReactNode } from 'react';
import styles from './ring.module.css';

const point = (center: number, radius: number, share: number): string => {
  const angle = share * 2 * Math.PI;
  return `${center + radius * Math.cos(angle)} ${center + radius * Math.sin(angle)}`;
};
const arc = (center: number, radius: number, from: number, to: number): string =>
  `M${point(center, radius, from)} A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(center, radius, Math.min(to, from + 0.9999))}`;
const clamp = (value: number): number => Math.min(Math.max(value, 0), 100);

/**
 * A ring filled to `value` (0 to 100). With `low` and `high` the likely range is a pale arc; `mark` is the earlier
 * attempt. `label` says all of it in words; what is drawn inside (`children`) is hidden from readers when `label` is given.
 */
export function Ring({ label, value, low, high, mark, size = 112, thickness = 8, children }:
  { label?: string | undefined; value: number; low?: number | null | undefined; high?: number | null | undefined; mark?: number | null | undefined; size?: number; thickness?: number; children?: ReactNode }) {
  const gradient = useId();
  const center = size / 2;
  const radius = (size - thickness) / 2;
  const filled = clamp(value) / 100;
  return (
    <div className={styles['ring']} role={label ? 'img' : undefined} aria-label={label} style={{ width: size, height: size }}>
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
        <defs><linearGradient id={gradient} x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" className={styles['from']} /><stop offset="1" className={styles['to']} /></linearGradient></defs>
        <circle className={styles['track']} cx={center} cy={center} r={radius} strokeWidth={thickness} />
        {filled > 0 && <path d={arc(center, radius, 0, filled)} stroke={`url(#${gradient})`} strokeWidth={thickness} strokeLinecap="round" />}
        {low != null && high != null && high > low && <path className={styles['range']} d={arc(center, radius, clamp(low) / 100, clamp(high) / 100)} strokeWidth={thickness} />}
        {mark != null && <line className={styles['mark']} x1={center + radius - thickness * 0.8} x2={center + radius + thickness * 0.8} y1={center} y2={center} transform={`rotate(${clamp(mark) * 3.6} ${center} ${center})`} />}
      </svg>
      <div className={styles['inside']} aria-hidden={label ? true : undefined}>{children}</div>
    </div>
  );
}
