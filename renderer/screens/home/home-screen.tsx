import { Clock, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink, EngineErrorNotice, ScreenHead, Skeleton, VisuallyHidden, longDate } from '../../ui/index.ts';
import { FirstRun } from './first-run.tsx';
import { NextStep } from './next-step.tsx';
import { RecentInterviews } from './recent-interviews.tsx';
import { ScoreTrend } from './score-trend.tsx';
import { Streak } from './streak.tsx';
import { ReadyCard, UnfinishedCard } from './unfinished-card.tsx';
import { useOverview } from './use-overview.ts';
import styles from './home-screen.module.css';

/** Home: go on where you were, what to do next, and how it is going. */
export function HomeScreen() {
  const { t } = useTranslation('home');
  const { data, error, refetch, dataUpdatedAt } = useOverview();
  if (data && !data.unfinished && data.finished === 0) return <FirstRun />;
  const subtitle = data && t('subtitle', {
    date: longDate(new Date(dataUpdatedAt)),
    practised: t('practisedToday', { count: Math.round(data.minutesToday) }),
    streak: t('streak', { count: data.streak.days }),
  });
  return (
    <>
      <ScreenHead title={t('title')} subtitle={subtitle ?? ' '} actions={<>
        <ButtonLink href="/history" variant="plain" icon={Clock}>{t('history')}</ButtonLink>
        <ButtonLink href="/interview" icon={Plus}>{t('newInterview')}</ButtonLink>
      </>} />
      <div className={styles['body']}>
        {error && !data && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <Reading />}
        {data && (
          <div className={styles['desk']}>
            {data.unfinished ? <UnfinishedCard unfinished={data.unfinished} /> : <ReadyCard />}
            <NextStep nextStep={data.nextStep} />
            <ScoreTrend trend={data.trend} />
            <Streak streak={data.streak} />
            <RecentInterviews recent={data.recent} finished={data.finished} />
          </div>
        )}
      </div>
    </>
  );
}

function Reading() {
  const { t } = useTranslation('home');
  return (
    <div className={styles['desk']} role="status">
      <VisuallyHidden>{t('reading')}</VisuallyHidden>
      <Skeleton height="220px" /><Skeleton height="220px" /><Skeleton height="244px" /><Skeleton height="244px" />
    </div>
  );
}
