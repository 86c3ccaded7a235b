import { useTranslation } from 'react-i18next';
import type { StarCoverage } from '../../../../core/contract/interview-report.ts';
import { VisuallyHidden } from '../../../ui/index.ts';
import { STAR_FIELDS } from '../room/answer-draft.ts';
import styles from './star-bars.module.css';

/** How well an answer covers situation, task, action and result: the word says it, the bar shows each part's share of the answer. A part without a cue has no bar: its words were only counted with a neighbour. */
export function StarBars({ star }: { star: StarCoverage }) {
  const { t } = useTranslation('interview');
  return (
    <dl className={styles['star']} aria-label={t('evidence.starCoverage')}>
      {STAR_FIELDS.map((field) => {
        const { share, strength } = star[field];
        const shown = strength === 'none' ? 0 : Math.min(100, Math.round(share * 100));
        return (
          <div key={field}>
            <dt>{t(`star.${field}`)}</dt>
            <dd data-strength={strength}>{t(`evidence.strength.${strength}`)}</dd>
            <dd className={styles['bar']}>
              <VisuallyHidden>{t('evidence.shareOfAnswer', { percent: shown })}</VisuallyHidden>
              <i style={{ width: `${shown}%` }} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
