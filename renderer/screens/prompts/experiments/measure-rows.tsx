import { useTranslation } from 'react-i18next';
import type { Estimate } from '../../../../core/contract/prompts.ts';
import { DotWhisker, WhiskerAxis } from './dot-whisker.tsx';
import type { Difference } from './interval-words.ts';
import { axisEnd, differenceWords, rangeWords, valueWords, writingOf } from './measure-figures.ts';
import type { Measure } from './measure-units.ts';
import type { Arm } from './result-arms.ts';
import { scaleEnd } from './whisker-scale.ts';
import styles from './experiment-results.module.css';

/** A version as it is named in results; by its words too when its file was edited meanwhile. */
export function ArmName({ arm: { version, hash }, edited }: { arm: Arm; edited: readonly string[] }) {
  const { t } = useTranslation('prompts');
  return edited.includes(version) ? <>{t('experiments.version', { version })} <code>{hash.slice(0, 7)}</code></> : <>{t('experiments.version', { version })}</>;
}

/** One measure of all versions on one scale, and how each version compares with the first. */
export function MeasureRows({ measure, rows, edited, differences }: { measure: Measure; rows: readonly { arm: Arm; estimate: Estimate }[]; edited: readonly string[]; differences: readonly Difference[] }) {
  const { t } = useTranslation('prompts');
  const estimates = rows.map(({ estimate }) => estimate);
  const end = scaleEnd(measure, estimates);
  const writing = writingOf(measure, estimates);
  const first = rows[0]?.arm.version ?? '';
  const rowsOf = (version: string): number => rows.filter(({ arm }) => arm.version === version).length;
  return (
    <tbody>
      <tr className={styles['measure']}>
        <th scope="rowgroup">{t(`experiments.measure.${measure}`)}</th>
        <td aria-hidden="true"><WhiskerAxis end={axisEnd(t, measure, end)} /></td>
        <td colSpan={2} className={styles['means']}>{t(`experiments.means.${measure}`)}</td>
      </tr>
      {rows.map(({ arm, estimate }, index) => {
        const value = valueWords(t, estimate, writing);
        const range = rangeWords(t, estimate, writing);
        const newVersion = rows[index - 1]?.arm.version !== arm.version;
        return (
          <tr key={`${arm.version} ${arm.hash}`}>
            <th scope="row"><span className={styles['arm']}><ArmName arm={arm} edited={edited} /></span> <span className={styles['rests']}>{estimate.count === 0 ? t('experiments.uses', { count: 0 }) : t('experiments.rests', { uses: t('experiments.uses', { count: estimate.count }), interviews: t('experiments.assigned', { count: estimate.sessions }) })}</span></th>
            <td><DotWhisker measure={measure} whisker={estimate} end={end} label={range ? t('experiments.rangeSpoken', range) : t('experiments.noRange')} /></td>
            <td className={styles['figure']}>
              {value === null ? <span>{t('experiments.noValue')}</span> : <><strong>{value}</strong> <span aria-hidden={range !== null || undefined}>{range ? t('experiments.range', range) : t('experiments.noRange')}</span></>}
            </td>
            {newVersion && (
              <td className={styles['difference']} rowSpan={rowsOf(arm.version)}>
                {arm.version !== first && <>{t('experiments.against', { against: first })} {differenceWords(t, differences.find((each) => each.version === arm.version))}</>}
              </td>
            )}
          </tr>
        );
      })}
    </tbody>
  );
}
