import { ArrowRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Overview } from '../../../core/contract/interview.ts';
import { queryKeys, useEngineCommand } from '../../client/index.ts';
import { Badge, Button, ButtonLink, Card, clockTime, ConfirmDialog, daysAgo, Eyebrow, shortDate, Steps } from '../../ui/index.ts';
import styles from './unfinished-card.module.css';

type Unfinished = NonNullable<Overview['unfinished']>;

/** The interview that waits: its question in full, how far one has come, and the way back into it. */
export function UnfinishedCard({ unfinished }: { unfinished: Unfinished }) {
  const { t } = useTranslation('home');
  const id = useId();
  const [finishing, setFinishing] = useState(false);
  const { sessionId, questionNumber, questionCount, answered, draftWords } = unfinished;
  const count = (state: Unfinished['answered'][number]): number => answered.filter((one) => one === state).length;
  return (
    <Card labelledBy={id} hero>
      <Eyebrow><Badge tone="accent">{t('unfinished.badge')}</Badge>{unfinished.title}</Eyebrow>
      <h2 id={id} className={styles['asked']}>{unfinished.asked}</h2>
      <Steps states={answered} label={t('unfinished.steps', { number: questionNumber, count: questionCount, answered: count('answered'), skipped: count('skipped') })} />
      <p className={styles['where']}>{t('unfinished.question', { number: questionNumber, count: questionCount })} {t('unfinished.draft', { count: draftWords, stopped: t('unfinished.stopped', { when: useWhen(unfinished.lastAt) }) })}</p>
      <div className={styles['actions']}>
        <ButtonLink href={`/interview/${sessionId}`} variant="primary" size="large" iconAfter={ArrowRight}>{t('unfinished.continue', { number: questionNumber })}</ButtonLink>
        <Button size="large" onClick={() => setFinishing(true)}>{t('unfinished.finish')}</Button>
        {unfinished.minutesLeft >= 1 && <span className={styles['left']}>{t('unfinished.minutesLeft', { count: Math.round(unfinished.minutesLeft) })}</span>}
      </div>
      <FinishDialog unfinished={unfinished} open={finishing} onOpenChange={setFinishing} />
    </Card>
  );
}

function useWhen(lastAt: string): string {
  const { t } = useTranslation('home');
  const time = clockTime(lastAt);
  const days = daysAgo(lastAt);
  if (days <= 0) return t('unfinished.today', { time });
  return days === 1 ? t('unfinished.yesterday', { time }) : t('unfinished.daysAgo', { date: shortDate(lastAt), time });
}

function FinishDialog({ unfinished, open, onOpenChange }: { unfinished: Unfinished; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('home');
  const [, navigate] = useLocation();
  const finish = useEngineCommand(async (engine, sessionId: string) => {
    const { revision } = await engine.interview.session({ sessionId });
    return engine.interview.end({ sessionId, revision });
  }, { outdates: [queryKeys.overview, queryKeys.historyAll], onDone: ({ sessionId }) => navigate(`/interview/${sessionId}/report`) });
  return (
    <ConfirmDialog open={open} onOpenChange={onOpenChange} title={t('unfinished.finishTitle')} confirm={t('unfinished.finish')} busy={finish.isPending} error={finish.error}
      text={<>{t('unfinished.finishText')}{unfinished.draftWords > 0 && ` ${t('unfinished.finishDraft', { count: unfinished.draftWords })}`}</>}
      onConfirm={() => finish.mutate(unfinished.sessionId)} />
  );
}

/** When nothing waits: the way to the next interview. */
export function ReadyCard() {
  const { t } = useTranslation('home');
  const id = useId();
  return (
    <Card labelledBy={id} hero>
      <Eyebrow><Badge tone="accent">{t('begin.badge')}</Badge></Eyebrow>
      <h2 id={id} className={styles['asked']}>{t('begin.title')}</h2>
      <p className={styles['where']}>{t('begin.text')}</p>
      <div className={styles['actions']}>
        <ButtonLink href="/interview" variant="primary" size="large" iconAfter={ArrowRight}>{t('begin.action')}</ButtonLink>
      </div>
    </Card>
  );
}
