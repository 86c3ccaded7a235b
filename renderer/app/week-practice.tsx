import { useTranslation } from 'react-i18next';
import { useOverview } from '../screens/home/use-overview.ts';
import styles from './week-practice.module.css';

/** Minutes practised this week, at the foot of the rail; nothing until there are some. */
export function WeekPractice() {
  const { t } = useTranslation('app');
  const { data } = useOverview();
  if (!data || data.minutesThisWeek < 1) return null;
  return <p className={styles['week']}><span>{t('week.title')}</span><span>{t('week.minutes', { count: Math.round(data.minutesThisWeek) })}</span></p>;
}
