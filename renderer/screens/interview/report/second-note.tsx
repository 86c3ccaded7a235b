import { useTranslation } from 'react-i18next';
import type { QuestionReport } from '../../../../core/contract/interview-report.ts';
import { Badge, Eyebrow, Spinner } from '../../../ui/index.ts';
import { rangeWords } from './score-words.ts';
import styles from './second-note.module.css';

/** Above the rubric of one question: both readers' scores, or how far the second reader is. */
export function SecondNote({ second: { state, says, reading } }: { second: NonNullable<QuestionReport['second']> }) {
  const { t } = useTranslation('interview');
  const news = state === 'done' ? null
    : state === 'waiting' && says !== null ? t('report.second.question.waitingWhy', { why: says })
    : t(`report.second.question.${state}`, { why: says ?? '' });
  return (
    <section className={styles['note']} aria-label={t('report.second.question.title')}>
      {reading && (
        <>
          <Eyebrow><h3>{t('report.second.question.title')}</h3>{reading.disagree && <Badge tone="warn">{t('report.second.question.disagree')}</Badge>}</Eyebrow>
          <dl className={styles['scores']}>
            <Score name={t('report.second.question.coach')} value={reading.coachScore} />
            <Score name={t('report.second.question.model')} value={reading.modelScore} />
            <Score name={t('report.second.question.together')} value={reading.score} range={rangeWords(reading)} />
          </dl>
          {reading.disagree && <p>{t('report.second.question.disagreeHelp')}</p>}
          {reading.coverage < 0.995 && <p>{t('report.second.question.coverage', { percent: Math.round(reading.coverage * 100) })}</p>}
          {reading.cut && <p>{t('report.second.question.cut')}</p>}
        </>
      )}
      {news !== null && <p className={styles['news']} data-state={state}>{state === 'running' && <Spinner size={12} />}{news}</p>}
    </section>
  );
}

function Score({ name, value, range }: { name: string; value: number; range?: string | null }) {
  return <div><dt>{name}</dt><dd><strong>{value}</strong>{range && <span>{range}</span>}</dd></div>;
}
