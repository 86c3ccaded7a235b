import { FlaskConical } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { ExperimentResults as Results, ExperimentView } from '../../../../core/contract/prompts.ts';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { ButtonLink, EmptyState, EngineErrorNotice, Notice, Skeleton } from '../../../ui/index.ts';
import { ArmName, MeasureRows } from './measure-rows.tsx';
import { arrangeResults } from './result-arms.ts';
import styles from './experiment-results.module.css';

/** Counts go on while interviews do: what is shown is never older than this. */
const STALE_MS = 10_000;

/** What came of an experiment so far: who took part, and each measure with its interval. It never names a winner. */
export function ExperimentResults({ experiment }: { experiment: ExperimentView }) {
  const { t } = useTranslation('prompts');
  const { experimentId } = experiment;
  const { data, error, refetch } = useEngineQuery(queryKeys.experimentResults(experimentId), (engine, signal) => engine.prompts.results({ experimentId }, { signal }), { staleMs: STALE_MS });
  if (!data) return error ? <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} /> : <div aria-busy="true" aria-label={t('experiments.reading')}><Skeleton height="120px" /></div>;
  const shown = arrangeResults(data);
  return (
    <div className={styles['results']}>
      <Arms results={data} edited={shown.edited} />
      {shown.edited.map((version) => <Notice key={version} tone="warn" title={t('experiments.edited', { version })}>{t('experiments.editedText')}</Notice>)}
      {shown.uses === 0
        ? <NothingYet running={experiment.state === 'running'} />
        : <>
          <table className={styles['table']}>
            <caption>{t('experiments.results')}</caption>
            <thead><tr><th scope="col">{t('experiments.column.version')}</th><th scope="col">{t('experiments.column.interval')}</th><th scope="col">{t('experiments.column.value')}</th><th scope="col">{t('experiments.column.difference')}</th></tr></thead>
            {shown.counted.map(({ measure, rows }) => (
              <MeasureRows key={measure} measure={measure} rows={rows} edited={shown.edited} differences={data.differences.filter((each) => each.measure === measure)} />
            ))}
          </table>
          {shown.notCounted.length > 0 && <p className={styles['note']}>{t('experiments.notCounted', { measures: new Intl.ListFormat('en').format(shown.notCounted.map((measure) => t(`experiments.measure.${measure}`).toLowerCase())) })}</p>}
          <p className={styles['note']}>{t('experiments.how')}</p>
        </>}
    </div>
  );
}

function Arms({ results: { arms }, edited }: { results: Results; edited: readonly string[] }) {
  const { t } = useTranslation('prompts');
  const [location] = useLocation();
  return (
    <ul className={styles['arms']} aria-label={t('experiments.arms')}>
      {arms.map((arm, at) => (
        <li key={`${arm.version} ${arm.hash}`}>
          <Link href={`/settings/prompts/words/${arm.hash}`} state={{ from: location }} title={t('experiments.wordsLink', { hash: arm.hash })}><ArmName arm={arm} edited={edited} /></Link>
          {edited.includes(arm.version) && <span>{t(arm.current ? 'experiments.asNow' : 'experiments.asBefore')}</span>}
          {arms[at - 1]?.version !== arm.version && <span>{t('experiments.share', { share: t('experiments.unit.share', { value: Math.round(arm.weight * 1000) / 10 }) })}</span>}
          <span>{arm.assigned + arm.uses === 0 ? t('experiments.notAssigned') : t('experiments.armTook', { interviews: t('experiments.assigned', { count: arm.assigned }), uses: t('experiments.uses', { count: arm.uses }) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Says what will be counted, and what has to be there first. */
function NothingYet({ running }: { running: boolean }) {
  const { t } = useTranslation('prompts');
  const status = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  const coach = status.data?.answering.who === 'coach';
  return (
    <EmptyState icon={FlaskConical} title={t('experiments.noUse')} action={running && status.data && (coach
      ? <ButtonLink href="/settings/providers">{t('experiments.connect')}</ButtonLink>
      : <ButtonLink href="/interview">{t('experiments.interview')}</ButtonLink>)}>
      {t('experiments.noUseText')}{coach && running ? ` ${t('experiments.noUseCoach')}` : ''}
    </EmptyState>
  );
}
