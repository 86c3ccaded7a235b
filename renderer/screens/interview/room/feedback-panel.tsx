import { ArrowRight } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../../core/contract/interview.ts';
import { Button, Provenance, Ring } from '../../../ui/index.ts';
import { AnswerText, type ShownPart } from '../evidence/answer-text.tsx';
import { DeliveryLine } from '../evidence/delivery-line.tsx';
import { Findings } from '../evidence/findings.tsx';
import { InlineCode } from '../evidence/inline-code.tsx';
import { useEvidenceLink } from '../evidence/evidence-link.ts';
import { countPoints, numberPoints } from '../evidence/point-numbers.ts';
import { RubricPoints } from '../evidence/rubric-points.tsx';
import { StarBars } from '../evidence/star-bars.tsx';
import { spokenScore } from '../report/score-words.ts';
import styles from './feedback-panel.module.css';

/** Practice mode, after each question: what earned points, what was missing, and the way on. */
export function FeedbackPanel({ view, feedback, onNext, next, busy }: { view: SessionView; feedback: NonNullable<SessionView['feedback']>; onNext: () => void; next: boolean; busy: boolean }) {
  const { t } = useTranslation('interview');
  const id = useId();
  const link = useEvidenceLink();
  const [model, setModel] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { heading.current?.focus({ preventScroll: true }); }, [feedback.questionIndex]);
  const { grade } = feedback;
  const groups = useMemo(() => numberPoints(grade.points), [grade]);
  const earned = useMemo(() => countPoints(grade.points), [grade]);
  const parts = useMemo<ShownPart[]>(() => {
    const asked = view.turns.filter((turn) => turn.kind === 'follow-up' && turn.questionIndex === feedback.questionIndex);
    return feedback.answers.map((text, index) => ({ text, asked: index === 0 ? null : asked[index - 1]?.text ?? '' }));
  }, [feedback, view.turns]);
  const score = grade.score === null ? null : Math.round(grade.score * 100);
  const low = grade.range ? Math.round(grade.range.low * 100) : null;
  const high = grade.range ? Math.round(grade.range.high * 100) : null;
  return (
    <section className={styles['feedback']} aria-labelledby={`${id}-title`}>
      <header className={styles['head']}>
        {score !== null && (
          <Ring size={64} thickness={6} value={score} low={low} high={high} label={spokenScore({ score, low, high })}><strong>{score}</strong></Ring>
        )}
        <div>
          <p className={styles['eyebrow']}>{t('feedback.title', { number: feedback.questionIndex + 1 })}</p>
          <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>{feedback.title}</h2>
          {score === null
            ? <p className={styles['unjudged']}><strong>{t('score.notEnough')}</strong> {grade.reason}</p>
            : <p className={styles['range']}>{t('evidence.ofPoints', { met: earned.met, total: grade.points.length })}{earned.partly > 0 && ` · ${t('evidence.partlyCount', { count: earned.partly })}`}{low !== null && high !== null && low < high && ` · ${t('score.likely', { low, high })}`}</p>}
        </div>
      </header>
      <div className={styles['columns']}>
        <div className={styles['answer']} tabIndex={0} role="region" aria-label={t('feedback.answer')}>
          <AnswerText parts={parts} grade={grade} points={groups.earned} link={link} />
          {grade.star && <StarBars star={grade.star} />}
          <DeliveryLine delivery={grade.delivery} elapsedMs={null} />
          <Findings findings={grade.findings} link={link} />
        </div>
        <div className={styles['rubric']} tabIndex={0} role="region" aria-label={t('feedback.rubric')}>
          <RubricPoints groups={groups} tips={feedback.tips} link={link} />
          <div className={styles['model']}>
            <Button size="small" aria-expanded={model} aria-controls={`${id}-model`} onClick={() => setModel(!model)}>{t(model ? 'feedback.hideModel' : 'feedback.showModel')}</Button>
            <p id={`${id}-model`} hidden={!model}><InlineCode text={feedback.modelAnswer} /></p>
          </div>
          <Provenance madeBy={feedback.madeBy} />
        </div>
      </div>
      <footer className={styles['foot']}>
        <span>{t('feedback.clockStands')}</span>
        <Button variant="primary" iconAfter={ArrowRight} shortcut="mod+Enter" busy={busy} onClick={onNext}>{t(next ? 'feedback.next' : 'feedback.toClosing')}</Button>
      </footer>
    </section>
  );
}
