import { Play, Target } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Overview } from '../../../core/contract/interview.ts';
import { queryKeys, useEngineCommand } from '../../client/index.ts';
import { Button, Card, EngineErrorNotice, Eyebrow, Icon } from '../../ui/index.ts';
import styles from './next-step.module.css';

const MOST_DOTS = 12;

/** The one thing that would help most, with the reason and the way to practise it. */
export function NextStep({ nextStep }: { nextStep: Overview['nextStep'] }) {
  const { t } = useTranslation('home');
  const id = useId();
  const [, navigate] = useLocation();
  const start = useEngineCommand((engine, setup: NonNullable<Overview['nextStep']>['setup']) => engine.interview.start(setup), {
    outdates: [queryKeys.overview, queryKeys.historyAll],
    onDone: ({ sessionId }) => navigate(`/interview/${sessionId}`),
  });
  return (
    <Card labelledBy={id} roomy>
      <Eyebrow><Icon of={Target} />{t('nextStep.eyebrow')}</Eyebrow>
      <h2 id={id} className={styles['title']}>{nextStep?.title ?? t('nextStep.nonePending')}</h2>
      <p className={styles['reason']}>{nextStep?.reason ?? t('nextStep.noneText')}</p>
      {nextStep && (
        <>
          {nextStep.of > 0 && nextStep.of <= MOST_DOTS && (
            <p className={styles['share']}>
              <span className={styles['dots']} aria-hidden="true">{Array.from({ length: nextStep.of }, (_, index) => <i key={index} data-on={index >= nextStep.of - nextStep.count || undefined} />)}</span>
              {t('nextStep.dots', { count: nextStep.count, of: nextStep.of })}
            </p>
          )}
          {start.error && <div className={styles['error']}><EngineErrorNotice error={start.error} actions={{ retry: () => start.mutate(nextStep.setup), 'choose-another': () => navigate('/interview') }} /></div>}
          <div className={styles['actions']}>
            <Button icon={Play} busy={start.isPending} onClick={() => start.mutate(nextStep.setup)}>{t('nextStep.start', { minutes: nextStep.setup.minutes })}</Button>
          </div>
        </>
      )}
    </Card>
  );
}
