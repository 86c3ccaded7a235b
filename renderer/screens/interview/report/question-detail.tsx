import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attempt, QuestionReport, Report } from '../../../../core/contract/interview-report.ts';
import { Badge, ButtonLink, Provenance, Segments, Select, Tabs, type Tab, VisuallyHidden } from '../../../ui/index.ts';
import { AnswerText, type ShownPart } from '../evidence/answer-text.tsx';
import { DeliveryLine } from '../evidence/delivery-line.tsx';
import { Findings } from '../evidence/findings.tsx';
import { InlineCode } from '../evidence/inline-code.tsx';
import { useEvidenceLink } from '../evidence/evidence-link.ts';
import { gradeOfModel, withModelsWords, type Grader, type SecondPoints } from '../evidence/grader-view.ts';
import { numberPoints, type NumberedPoint } from '../evidence/point-numbers.ts';
import { RubricPoints } from '../evidence/rubric-points.tsx';
import { StarBars } from '../evidence/star-bars.tsx';
import { scoreWords } from './score-words.ts';
import { SecondNote } from './second-note.tsx';
import { SecondPanel } from './second-panel.tsx';
import { whenTried } from './when-tried.ts';
import styles from './question-detail.module.css';

type Rating = 'up' | 'down' | null;
type TabName = 'yours' | 'strong' | 'earlier';

/** One question of the report: the answer with its evidence, a strong answer, earlier tries; the rubric beside it. */
export function QuestionDetail({ report, question, onRate, onRateTurn }: { report: Report; question: QuestionReport; onRate: (rating: Rating) => void; onRateTurn: (seq: number, rating: Rating) => void }) {
  const { t } = useTranslation('interview');
  const [tab, setTab] = useState<TabName>('yours');
  const [wanted, setWanted] = useState<Grader>('coach');
  const link = useEvidenceLink();
  const { grade } = question;
  const groups = useMemo(() => numberPoints(grade?.points ?? []), [grade]);
  const reading = question.second?.reading ?? null;
  const second = useMemo<SecondPoints | undefined>(() => (reading ? new Map(reading.points.map((point) => [point.pointId, point])) : undefined), [reading]);
  // Whoever is chosen and gone again, as when the reading was taken back, is the coach.
  const shown = second ? wanted : 'coach';
  const shownGrade = useMemo(() => (grade && second && shown === 'model' ? gradeOfModel(grade, second) : grade), [grade, second, shown]);
  const shownGroups = useMemo(() => (second && shown === 'model'
    ? { earned: withModelsWords(groups.earned, second), missing: withModelsWords(groups.missing, second), notJudged: withModelsWords(groups.notJudged, second) }
    // A missing point's near miss is not underlined, so nothing leads to it.
    : { ...groups, missing: groups.missing.map(withoutWords), notJudged: groups.notJudged.map(withoutWords) }), [groups, second, shown]);
  const earlier = question.attempts.filter((attempt) => attempt.sessionId !== report.sessionId).toSorted((a, b) => b.at.localeCompare(a.at));
  const before = earlier.find((attempt) => attempt.comparable && attempt.at < report.startedAt);
  const newSince = before && { date: whenTried(before.at), pointIds: new Set(groups.earned.map(({ point }) => point.pointId).filter((id) => !before.metPoints.includes(id))) };
  const parts: ShownPart[] = question.parts.map((part, index) => ({ text: part.text, asked: index === 0 ? null : part.asked, askedBy: index > 0 && part.askedIn?.madeBy.model ? <WordedBy {...part.askedIn} onRate={onRateTurn} /> : null }));
  const elapsedMs = question.parts.reduce((sum, part) => sum + part.elapsedMs, 0);

  const yours: ReactNode = question.parts.length > 0
    ? (
      <div className={styles['answer']}>
        {grade && grade.score === null && <p className={styles['unjudged']}><strong>{t('score.notEnough')}</strong> {grade.reason}</p>}
        {second && <div className={styles['show']}><span aria-hidden="true">{t('report.second.show')}</span><Segments<Grader> label={t('report.second.show')} labelHidden value={shown} onChange={setWanted} options={[{ value: 'coach', label: t('report.second.showOf.coach') }, { value: 'model', label: t('report.second.showOf.model') }]} /></div>}
        <AnswerText parts={parts} grade={shownGrade} points={[...shownGroups.earned, ...shownGroups.missing, ...shownGroups.notJudged]} link={link} />
        {grade?.star && <StarBars star={grade.star} />}
        {grade && <DeliveryLine delivery={grade.delivery} elapsedMs={elapsedMs} />}
        {question.hintsUsed > 0 && <p className={styles['meta']}>{t('report.hintsUsed', { count: question.hintsUsed })}</p>}
        {grade && <Findings findings={grade.findings} link={link} />}
      </div>
    )
    : <p className={styles['none']}>{t(question.state === 'skipped' ? 'report.noAnswer.skipped' : 'report.noAnswer.not-reached')}</p>;
  const [only] = earlier;
  const tabs: Tab<TabName>[] = [
    { value: 'yours', label: t('report.tab.yours'), content: yours },
    { value: 'strong', label: t('report.tab.strong'), content: <div className={styles['answer']}><p className={styles['model']}><InlineCode text={question.modelAnswer} /></p><p className={styles['meta']}>{t('report.strongNote')}</p></div> },
    ...(only ? [{
      value: 'earlier' as const,
      label: earlier.length === 1 ? t('report.tab.tryOf', { date: whenTried(only.at) }) : t('report.tab.tries', { count: earlier.length }),
      badge: earlier.length === 1 ? <Badge>{t('room.pointsShort', { met: only.met, total: only.total })}</Badge> : undefined,
      content: <EarlierTries attempts={earlier} />,
    }] : []),
  ];
  return (
    <>
      <section className={styles['middle']} aria-labelledby={`question-${question.index}`}>
        <h2 id={`question-${question.index}`}><InlineCode text={question.question} /></h2>
        <Tabs label={t('report.tabs')} value={tab} onChange={setTab} tabs={tabs} />
      </section>
      <aside className={styles['rubric']} data-second={second ? true : undefined} aria-label={t('feedback.rubric')}>
        {question.second && <SecondNote second={question.second} />}
        {grade ? <RubricPoints groups={shownGroups} tips={question.tips} link={link} newSince={newSince} second={second} /> : <p className={styles['meta']}>{t('report.noRubric')}</p>}
        {grade && <Provenance madeBy={report.madeBy} at={report.endedAt} rating={question.rating} onRate={onRate} />}
        {reading && <Provenance madeBy={reading.madeBy} at={reading.at} />}
        {report.questions.length === 1 && <SecondPanel report={report} />}
      </aside>
    </>
  );
}

const withoutWords = ({ number, point }: NumberedPoint): NumberedPoint => ({ number, point: { ...point, evidence: [] } });

/** Under a follow-up that a model worded. */
function WordedBy({ seq, madeBy, rating, onRate }: NonNullable<QuestionReport['parts'][number]['askedIn']> & { onRate: (seq: number, rating: Rating) => void }) {
  return <p className={styles['worded']}><Provenance madeBy={madeBy} rating={rating} onRate={(wanted) => onRate(seq, wanted)} /></p>;
}

function EarlierTries({ attempts }: { attempts: readonly Attempt[] }) {
  const { t } = useTranslation('interview');
  const [chosen, setChosen] = useState(attempts[0]?.sessionId ?? '');
  const attempt = attempts.find(({ sessionId }) => sessionId === chosen) ?? attempts[0];
  const link = useEvidenceLink();
  if (!attempt) return null;
  return (
    <div className={styles['answer']}>
      {attempts.length > 1 && (
        <label className={styles['pick']}><VisuallyHidden>{t('report.pickTry')}</VisuallyHidden>
          <Select value={attempt.sessionId} onChange={(event) => setChosen(event.target.value)}
            options={attempts.map((each) => ({ value: each.sessionId, label: `${whenTried(each.at)} · ${t('room.pointsShort', { met: each.met, total: each.total })}` }))} />
        </label>
      )}
      <AnswerText parts={[{ text: attempt.text, asked: null }]} grade={null} points={[]} link={link} />
      <p className={styles['meta']}>{whenTried(attempt.at)} · {t('evidence.ofPoints', { met: attempt.met, total: attempt.total })} · {scoreWords(attempt)}{attempt.comparable ? '' : ` · ${t('report.notComparable')}`}</p>
      <div><ButtonLink size="small" href={`/interview/${attempt.sessionId}/report`}>{t('report.openTry')}</ButtonLink></div>
    </div>
  );
}
