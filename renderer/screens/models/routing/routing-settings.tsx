import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { EngineErrorNotice, Notice, ScreenHead, Skeleton } from '../../../ui/index.ts';
import { Panel } from '../../settings/panel.tsx';
import { ConfigProblems } from '../config-problems.tsx';
import { LaneSection } from './lane-section.tsx';
import styles from './lane-section.module.css';

/** Per kind of work: who is asked in which order, how each of them is, and what the month may cost. */
export function RoutingSettings() {
  const { t } = useTranslation('models');
  const { data, error, refetch } = useEngineQuery(queryKeys.routing, (engine, signal) => engine.models.routing(undefined, { signal }), { staleMs: 0 });
  const onlyCoach = data?.lanes.every(({ routes }) => routes.every(({ kind, answersNow }) => kind === 'coach' || !answersNow)) ?? false;
  return (
    <>
      <ScreenHead title={t('routing.title')} subtitle={t('routing.text')} />
      <Panel label={t('routing.title')}>
        {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <Skeleton height="320px" />}
        {data && <ConfigProblems problems={data.problems} />}
        {onlyCoach && <div className={styles['coach']}><Notice tone="note">{t('routing.onlyCoach')} <Link href="/settings/providers">{t('routing.connect')}</Link></Notice></div>}
        {data?.lanes.map((lane) => <LaneSection key={lane.lane} view={lane} />)}
      </Panel>
    </>
  );
}
