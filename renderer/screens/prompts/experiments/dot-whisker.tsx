import { placeWhisker, type Whisker } from './whisker-scale.ts';
import type { Measure } from './measure-units.ts';
import styles from './experiment-results.module.css';

/** Size of the drawing in px; drawn 1:1. The inset keeps dots and the words under both ends inside. */
const WIDTH = 172;
const HEIGHT = 20;
const INSET = 6;

/** A value with its 95 % interval on the scale of its measure; hollow without one. `label` says the same in words. */
export function DotWhisker({ measure, whisker, end, label }: { measure: Measure; whisker: Whisker; end: number; label: string }) {
  const drawn = placeWhisker(measure, whisker, end, INSET, WIDTH - 2 * INSET);
  const middle = HEIGHT / 2;
  return (
    <svg className={styles['whisker']} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <line className={styles['rail']} x1={INSET} x2={WIDTH - INSET} y1={middle} y2={middle} />
      {drawn?.interval && (
        <path className={styles['interval']} d={`M${drawn.interval.from} ${middle - 5}v10M${drawn.interval.from} ${middle}H${drawn.interval.to}M${drawn.interval.to} ${middle - 5}v10`} />
      )}
      {drawn && <circle className={styles['dot']} data-alone={drawn.interval ? undefined : true} cx={drawn.dot} cy={middle} r={3.5} />}
    </svg>
  );
}

/** The ends of the scale, over the drawings of a measure. */
export function WhiskerAxis({ end }: { end: string }) {
  return (
    <svg className={styles['axis']} width={WIDTH} height={20} aria-hidden="true">
      <text x={INSET} y={15} textAnchor="start">0</text>
      <text x={WIDTH - INSET} y={15} textAnchor="end">{end}</text>
    </svg>
  );
}
