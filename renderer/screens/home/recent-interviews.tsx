import { History } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { HistoryItem } from '../../../core/contract/interview.ts';
import { Card, EmptyState, shortDate } from '../../ui/index.ts';
import styles from './recent-interviews.module.css';


/** The last interviews with their scores; each row opens its report, or the interview where it stands. */
export function RecentInterviews({ recent, finished }: { recent: readonly HistoryItem[]; finished: number }) {
  const { t } = useTranslation('home');
  const id = useId();
  return (
    <Card labelledBy={id}>
      <header className={styles['head']}>
        <h2 id={id}>{t('recent.title')}</h2>
        {finished > 0 && <Link href="/history">{t('recent.all', { count: finished })}</Link>}
      </header>
      {recent.length === 0
        ? <EmptyState icon={History} title={t('recent.none')} />
        : <ul className={styles['rows']}>{recent.map((item) => <Row key={item.sessionId} item={item} />)}</ul>}
    </Card>
  );
}

function Row({ item }: { item: HistoryItem }) {
  const { t } = useTranslation('home');
  const ended = item.endedAt !== null;
  return (
    <li>
      <Link href={ended ? `/interview/${item.sessionId}/report` : `/interview/${item.sessionId}`} className={styles['row']}>
        <span className={styles['what']}><b>{item.title}</b> <span className={styles['quiet']}>· {t(`kind.${item.kind}`)} · {t(`mode.${item.mode}`)}</span></span>
        <span className={styles['quiet']}>{t('recent.minutes', { date: shortDate(item.startedAt), count: Math.max(1, Math.round(item.activeMs / 60_000)) })}</span>
        <span className={styles['score']}><Score item={item} /></span>
      </Link>
    </li>
  );
}

function Score({ item }: { item: HistoryItem }) {
  const { t } = useTranslation('home');
  if (item.endedAt === null) return <span className={styles['quiet']}>{t('recent.unfinished')}</span>;
  if (item.score === null || item.low === null || item.high === null) return <span className={styles['quiet']}>{t('recent.notJudged')}</span>;
  return <><b>{Math.round(item.score)}</b> <span className={styles['quiet']}>{t('recent.likely', { low: Math.round(item.low), high: Math.round(item.high) })}</span></>;
}
