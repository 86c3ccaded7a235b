import { Check, SkipForward } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft, SessionView } from '../../../../core/contract/interview.ts';
import { Eyebrow, Icon, Ring, stopwatch, VisuallyHidden } from '../../../ui/index.ts';
import { STAR_FIELDS, weighStar } from './answer-draft.ts';
import styles from './room-aside.module.css';

/** Time, balance and progress beside the conversation. `elapsedMs` is what has passed since the view was made. */
export function RoomAside({ view, draft, elapsedMs }: { view: SessionView; draft: Draft | undefined; elapsedMs: number }) {
  const { t } = useTranslation('interview');
  const { current } = view;
  return (
    <aside className={styles['aside']} aria-label={t('room.aside')}>
      {view.clock && current && view.phase !== 'closing' && current.setAsideMs > 0 && <AnswerClock setAsideMs={current.setAsideMs} spentMs={current.spentMs + elapsedMs} mayHint={view.pressure !== 'tough'} />}
      {draft?.shape === 'star' && <StarBalancePanel draft={draft} />}
      <QuestionMap view={view} elapsedMs={elapsedMs} />
      {view.hints && current && view.phase !== 'closing' && (
        <p className={styles['hints']}><strong>{t('room.hintsLeft', { count: current.hintsLeft })}</strong> {t(view.mode === 'practice' ? 'room.hintsPractice' : 'room.hintsExam')}</p>
      )}
    </aside>
  );
}

function AnswerClock({ setAsideMs, spentMs, mayHint }: { setAsideMs: number; spentMs: number; mayHint: boolean }) {
  const { t } = useTranslation('interview');
  const left = setAsideMs - spentMs;
  const over = left < 0;
  const setAside = t('minutes', { count: Math.max(1, Math.round(setAsideMs / 60_000)) });
  // Spoken at two moments only: a minute before the end, and at it.
  const said = useRef<'none' | 'minute' | 'over'>('none');
  const moment = over ? 'over' : left <= 60_000 && setAsideMs > 120_000 ? 'minute' : 'none';
  useEffect(() => { said.current = moment; }, [moment]);
  return (
    <section className={styles['clock']} data-over={over || undefined} aria-label={t('room.clock')}>
      <div role="timer" aria-live="off" aria-label={t(over ? 'room.timeOver' : 'room.timeLeft', { time: stopwatch(Math.abs(left)) })}>
        <Ring value={over ? 0 : (left / setAsideMs) * 100} size={88} thickness={6}>
          <span className={styles['time']}>{over ? '+' : ''}{stopwatch(over ? -left : left + 999)}</span>
          <span className={styles['unit']}>{t(over ? 'room.over' : 'room.left')}</span>
        </Ring>
      </div>
      <div>
        <strong>{t('room.thisAnswer')}</strong>
        <p>{t('room.setAside', { minutes: setAside })} {t(mayHint ? 'room.overIsFine' : 'room.overIsNoted')}</p>
      </div>
      <VisuallyHidden><span role="status">{moment === 'none' ? '' : t(`room.clockSays.${moment}`)}</span></VisuallyHidden>
    </section>
  );
}

function StarBalancePanel({ draft }: { draft: Extract<Draft, { shape: 'star' }> }) {
  const { t } = useTranslation('interview');
  const { share, advice } = weighStar(draft);
  const lacking = { 'no-action': 'action', 'thin-action': 'action', 'no-result': 'result', 'thin-result': 'result', 'long-situation': 'situation', empty: null, balanced: null }[advice];
  const spoken = STAR_FIELDS.map((field) => t('room.shareOf', { part: t(`star.${field}`), percent: share[field] })).join(', ');
  return (
    <section className={styles['balance']} aria-label={t('room.starBalance')}>
      <Eyebrow><h3>{t('room.starBalance')}</h3></Eyebrow>
      <div className={styles['bar']} role="img" aria-label={spoken}>{STAR_FIELDS.map((field) => share[field] > 0 && <i key={field} data-field={field} style={{ flexGrow: share[field] }} />)}</div>
      <ul aria-hidden="true">
        {STAR_FIELDS.map((field) => <li key={field} data-field={field} data-lacking={field === lacking || undefined}><i />{t(`star.short.${field}`)} {t('percent', { value: share[field] })}</li>)}
      </ul>
      <p><strong>{t(`room.starAdvice.${advice}.title`)}</strong> {t(`room.starAdvice.${advice}.text`)}</p>
    </section>
  );
}

function QuestionMap({ view, elapsedMs }: { view: SessionView; elapsedMs: number }) {
  const { t } = useTranslation('interview');
  const now = useRef<HTMLLIElement>(null);
  const index = view.questions.find(({ state }) => state === 'now')?.index;
  useEffect(() => { now.current?.scrollIntoView({ block: 'nearest' }); }, [index]);
  return (
    <section className={styles['map']}>
      <Eyebrow>
        <h3>{t('room.questions')}</h3>
        {view.clock && <span className={styles['total']}>{t('room.activeOf', { active: stopwatch(view.activeMs + elapsedMs), planned: stopwatch(view.plannedMs) })}</span>}
      </Eyebrow>
      <ol>
        {view.questions.map((question) => (
          <li key={question.index} ref={question.state === 'now' ? now : undefined} data-state={question.state} aria-current={question.state === 'now' ? 'step' : undefined}>
            <span className={styles['sign']}>
              {question.state === 'answered' ? <Icon of={Check} /> : question.state === 'skipped' ? <Icon of={SkipForward} /> : question.index + 1}
            </span>
            <span className={styles['title']} title={question.title}>{question.state === 'later' ? t('room.laterTitle', { kind: t(`kind.${question.kind}`) }) : question.title}</span>
            <span className={styles['mark']}>
              {question.state === 'answered' && question.met !== null && question.total !== null ? t('room.pointsShort', { met: question.met, total: question.total }) : question.state === 'later' ? null : t(`room.state.${question.state}`)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
