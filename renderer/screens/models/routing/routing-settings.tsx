import { Plug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { ButtonLink, EngineErrorNotice, Notice, ScreenHead, Skeleton } from '../../../ui/index.ts';
import { Panel } from '../../settings/panel.tsx';
import { ConfigProblems } from '../config-problems.tsx';
import { LaneSection } from './lane-section.tsx';

/** Per kind of work: who is asked in which order, how each of them is, and what the month may cost. */
export function RoutingSettings() {
  const { t } = useTranslation('models');
  const { data, error, refetch } = useEngineQuery(queryKeys.routing, (engine, signal) => engine.models.routing(undefined, { signal }), { staleMs: 0 });
  const connected = data?.lanes.some(({ routes }) => routes.some(({ kind }) => kind !== 'coach')) ?? true;
  return (
    <>
      <ScreenHead title={t('routing.title')} subtitle={t('routing.text')} />
      <Panel label={t('routing.title')}>
        {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <Skeleton height="320px" />}
        {data && <ConfigProblems problems={data.problems} />}
        {!connected && <Notice tone="note" actions={<ButtonLink href="/settings/providers" size="small" icon={Plug}>{t('routing.connect')}</ButtonLink>}>{t('routing.onlyCoach')}</Notice>}
        {data?.lanes.map((lane) => <LaneSection key={lane.lane} view={lane} />)}
      </Panel>
    </>
  );
}
