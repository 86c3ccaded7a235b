import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../core/contract/interview.ts';
import { Card, shortDate } from '../../ui/index.ts';
import { placeHeatDays } from './heat-days.ts';
import styles from './streak.module.css';

/** Days in a row, and the minutes of each of the last twelve weeks' days. */
export function Streak({ streak }: { streak: Overview['streak'] }) {
  const { t } = useTranslation('home');
  const id = useId();
  const days = placeHeatDays(streak.minutes);
  const practised = days.filter((day) => day.minutes > 0);
  const minutes = Math.round(practised.reduce((sum, day) => sum + day.minutes, 0));
  return (
    <Card labelledBy={id}>
      <header className={styles['head']}><h2 id={id}>{t('streakCard.title')}</h2><span>{t('streakCard.weeks')}</span></header>
      <div className={styles['body']}>
        <div>
          <div className={styles['figure']}>{streak.days}</div>
          <div className={styles['meta']}>{t('streakCard.days', { count: streak.days })}<br />{t('streakCard.best', { count: streak.best })}</div>
        </div>
        <div>
          <div className={styles['heat']} role="img" aria-label={t('streakCard.alt', { count: practised.length, minutes })}>
            {days.map((day) => (
              <i key={day.date.getTime()} data-level={day.level} data-today={day.today || undefined} style={{ gridRow: day.row, gridColumn: day.column }}
                title={t('streakCard.cell', { date: shortDate(day.date.toISOString()), count: Math.round(day.minutes) })} />
            ))}
          </div>
          <div className={styles['key']} aria-hidden="true">{t('streakCard.less')}{[0, 1, 2, 3, 4].map((value) => <i key={value} data-level={value} />)}{t('streakCard.more')}</div>
        </div>
      </div>
    </Card>
  );
}
