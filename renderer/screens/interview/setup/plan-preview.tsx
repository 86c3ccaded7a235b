import { Target } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../../core/contract/interview.ts';
import { Badge, Eyebrow, Icon, Skeleton } from '../../../ui/index.ts';
import styles from './plan-preview.module.css';

/** The interview as it would be held now: every question with its minutes and why it was picked. */
export function PlanPreview({ plan, stale }: { plan: Plan | undefined; stale: boolean }) {
  const { t } = useTranslation('interview');
  if (!plan) return <div className={styles['plan']} aria-busy="true"><Eyebrow>{t('setup.plan')}</Eyebrow><Skeleton height="24px" width="70%" />{[0, 1, 2, 3, 4].map((row) => <Skeleton key={row} height="36px" />)}</div>;
  const repeats = plan.questions.filter((question) => question.repeat).length;
  return (
    <div className={styles['plan']} data-stale={stale || undefined}>
      <Eyebrow><h2>{t('setup.plan')}</h2></Eyebrow>
      <p className={styles['sum']} role="status">
        {t('setup.planSum', { questions: t('questions', { count: plan.questions.length }), minutes: t('minutes', { count: Math.round(plan.minutes) }) })}
        {repeats > 0 ? t('setup.planRepeats', { count: repeats }) : t('setup.planNoRepeats')}
      </p>
      <ol className={styles['list']} aria-label={t('setup.planQuestions')}>
        {plan.questions.map((question, index) => (
          <li key={question.questionId}>
            <span className={styles['number']}>{index + 1}</span>
            <span>
              {question.title}
              {question.weakSpot && <> <Badge tone="accent">{t('setup.weakSpot')}</Badge></>}
              {question.repeat && <> <Badge>{t('setup.repeat')}</Badge></>}
              <small>{t(`kind.${question.kind}`)} · {question.why}</small>
            </span>
            <span className={styles['minutes']}>{t('shortMinutes', { count: Math.round(question.minutes) })}</span>
          </li>
        ))}
      </ol>
      {plan.listeningFor.length > 0 && (
        <section className={styles['listening']}>
          <Eyebrow><h3>{t('setup.listeningFor')}</h3></Eyebrow>
          <ul>{plan.listeningFor.map((point) => <li key={point}><Icon of={Target} />{point}</li>)}</ul>
        </section>
      )}
    </div>
  );
}
