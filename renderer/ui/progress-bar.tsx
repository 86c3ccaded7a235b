import styles from './progress-bar.module.css';

/** How far something has come, 0 to `max`. `quiet` for context, without the accent. */
export function ProgressBar({ label, value, max = 100, quiet = false, thin = false, valueText }: { label: string; value: number; max?: number; quiet?: boolean; thin?: boolean; valueText?: string }) {
  const share = max > 0 ? Math.min(Math.max(value / max, 0), 1) : 0;
  return (
    <div className={styles['bar']} data-quiet={quiet || undefined} data-thin={thin || undefined}
      role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={Math.min(Math.max(value, 0), max)} aria-valuetext={valueText}>
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}

/** A score as a bar: filled to the estimate, hatched over its likely range, an upright mark at the earlier attempt. All 0 to 100. */
export function ScoreBar({ label, value, low, high, earlier }: { label: string; value: number; low: number; high: number; earlier?: number | null | undefined }) {
  return (
    <div className={styles['score']} role="img" aria-label={label}>
      <span className={styles['fill']} style={{ width: `${value}%`, backgroundSize: `${value > 0 ? 10_000 / value : 100}% 100%` }} />
      <span className={styles['range']} style={{ left: `${low}%`, width: `${Math.max(high - low, 0)}%` }} />
      {earlier != null && <span className={styles['was']} style={{ left: `${earlier}%` }} />}
    </div>
  );
}
