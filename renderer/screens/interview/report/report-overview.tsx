import { useTranslation } from 'react-i18next';
import type { Report } from '../../../../core/contract/interview-report.ts';
import { Button, EmptyState, Eyebrow, Provenance } from '../../../ui/index.ts';
import { CircleCheck, MessageSquare } from 'lucide-react';
import { SecondPanel } from './second-panel.tsx';
import styles from './report-overview.module.css';

/** The report in words: how it went and what to work on next, heaviest first, each with the questions it showed in. */
export function ReportOverview({ report, onPage }: { report: Report; onPage: (page: number) => void }) {
  const { t } = useTranslation('interview');
  const counts = [
    t('report.answered', { count: report.answered }),
    ...(report.skipped > 0 ? [t('report.skipped', { count: report.skipped })] : []),
    ...(report.notReached > 0 ? [t('report.notReached', { count: report.notReached })] : []),
  ].join(' · ');
  return (
    <div className={styles['overview']}>
      <h2>{t('report.overviewTitle')}</h2>
      <p className={styles['words']}>{report.summary}</p>
      <p className={styles['meta']}>{counts}{report.endedEarly ? ` · ${t('report.endedEarly')}` : ''}</p>
      <SecondPanel report={report} onPage={onPage} />
      <Eyebrow><h3>{t('report.nextSteps')}</h3></Eyebrow>
      {report.score === null && report.nextSteps.length === 0
        ? <EmptyState icon={MessageSquare} title={t('report.noAnswers')}>{t('report.noAnswersText')}</EmptyState>
        : report.nextSteps.length === 0
        ? <EmptyState icon={CircleCheck} title={t('report.noSteps')}>{t('report.noStepsText')}</EmptyState>
        : (
          <ol className={styles['steps']}>
            {report.nextSteps.map((step) => (
              <li key={step.title}>
                <strong>{step.title}</strong>
                <p>{step.reason}</p>
                <div className={styles['links']}>
                  {step.questionIndexes.map((index) => <Button key={index} size="small" onClick={() => onPage(index)}>{t('report.seeQuestion', { number: index + 1 })}</Button>)}
                </div>
              </li>
            ))}
          </ol>
        )}
      <Provenance madeBy={report.madeBy} at={report.endedAt} />
    </div>
  );
}
