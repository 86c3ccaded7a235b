import { useTranslation } from 'react-i18next';
import type { SecondPoint } from '../../../../core/contract/interview-report.ts';
import { Badge, Eyebrow } from '../../../ui/index.ts';
import type { EvidenceLink } from './evidence-link.ts';
import type { SecondPoints } from './grader-view.ts';
import { countPoints, type NumberedPoint } from './point-numbers.ts';
import { ReaderNames, SecondWords, TwoVerdicts } from './two-readers.tsx';
import styles from './rubric-points.module.css';

interface Groups { earned: readonly NumberedPoint[]; missing: readonly NumberedPoint[]; notJudged: readonly NumberedPoint[] }

/**
 * The rubric as the coach filled it in: earned points linked with the words that earned them, missing ones with what to try.
 * `newSince` names points earned now and not in the earlier attempt of that date; with `second`, a model's view of each point stands beside it.
 */
export function RubricPoints({ groups, tips, link, newSince, second }: { groups: Groups; tips: Readonly<Record<string, string>>; link: EvidenceLink; newSince?: { date: string; pointIds: ReadonlySet<string> } | undefined; second?: SecondPoints | undefined }) {
  const { t } = useTranslation('interview');
  const { met, partly } = countPoints(groups.earned.map(({ point }) => point));
  const total = groups.earned.length + groups.missing.length + groups.notJudged.length;
  return (
    <div className={styles['rubric']} data-two={second ? true : undefined}>
      {second && <div className={styles['names']}><ReaderNames /></div>}
      {groups.earned.length > 0 && (
        <section>
          <Eyebrow><h3>{t('evidence.earned')}</h3><span className={styles['count']}>{t('evidence.ofPoints', { met, total })}{partly > 0 && ` · ${t('evidence.partlyCount', { count: partly })}`}</span></Eyebrow>
          <ol className={styles['points']}>
            {groups.earned.map((numbered) => (
              <EarnedPoint key={numbered.point.pointId} numbered={numbered} link={link} second={second?.get(numbered.point.pointId)} tip={numbered.point.verdict === 'partly' ? tips[numbered.point.pointId] : undefined}
                newSince={newSince?.pointIds.has(numbered.point.pointId) ? newSince.date : undefined} />
            ))}
          </ol>
        </section>
      )}
      <OpenPoints title={t('evidence.missing')} points={groups.missing} tips={tips} link={link} second={second}
        count={groups.earned.length === 0 && groups.missing.length > 0 ? t('evidence.ofPoints', { met: 0, total }) : undefined} />
      <OpenPoints title={t('evidence.notJudged')} points={groups.notJudged} tips={tips} link={link} second={second} />
    </div>
  );
}

function EarnedPoint({ numbered: { number, point }, tip, link, newSince, second }: { numbered: NumberedPoint; tip: string | undefined; link: EvidenceLink; newSince: string | undefined; second: SecondPoint | undefined }) {
  const { t } = useTranslation('interview');
  const lit = link.active === point.pointId;
  const light = { onMouseEnter: () => link.setActive(point.pointId), onMouseLeave: () => link.setActive(null) };
  return (
    <li className={styles['point']} data-active={lit || undefined} {...light}>
      <PointNumber number={number} point={point} link={link} earned />
      <span>
        {point.shows}
        {point.verdict === 'partly' && <> <Badge tone="warn">{t('evidence.partly')}</Badge></>}
        {newSince && <> <Badge tone="good">{t('evidence.newSince', { date: newSince })}</Badge></>}
        {tip && <small>{tip}</small>}
      </span>
      {second && <><TwoVerdicts second={second} /><SecondWords second={second} /></>}
    </li>
  );
}

/** Leads to the words in the answer, when some are underlined for this point. */
function PointNumber({ number, point, link, earned }: { number: number; point: NumberedPoint['point']; link: EvidenceLink; earned: boolean }) {
  const { t } = useTranslation('interview');
  const style = styles[earned ? 'number' : 'missed'];
  if (point.evidence.length === 0) return <span className={style}>{number}</span>;
  return (
    <button type="button" id={link.pointElement(point.pointId)} className={style} aria-label={t('evidence.numberInRubric', { number })}
      onClick={() => link.goToMark(point.pointId)} onFocus={() => link.setActive(point.pointId)} onBlur={() => link.setActive(null)}>{number}</button>
  );
}

function OpenPoints({ title, points, tips, link, count, second }: { title: string; points: readonly NumberedPoint[]; tips: Readonly<Record<string, string>>; link: EvidenceLink; count?: string | undefined; second: SecondPoints | undefined }) {
  const { t } = useTranslation('interview');
  if (points.length === 0) return null;
  return (
    <section>
      <Eyebrow><h3>{title}</h3>{count && <span className={styles['count']}>{count}</span>}</Eyebrow>
      <ol className={styles['points']}>
        {points.map(({ number, point }) => {
          const of = second?.get(point.pointId);
          const lit = point.evidence.length > 0 && link.active === point.pointId;
          return (
          <li key={point.pointId} className={styles['point']} data-active={lit || undefined}>
            <PointNumber number={number} point={of ? point : { ...point, evidence: [] }} link={link} earned={false} />
            <span>
              {point.shows}
              {point.contradicted && (
                <small className={styles['contradicted']} onMouseEnter={() => link.setActive(`contradicted:${point.pointId}`)} onMouseLeave={() => link.setActive(null)}>
                  {t('evidence.contradicted', { quote: point.contradicted.span.text, why: point.contradicted.why })}
                </small>
              )}
              {tips[point.pointId] && <small>{tips[point.pointId]}</small>}
            </span>
            {of && <><TwoVerdicts second={of} /><SecondWords second={of} /></>}
          </li>
          );
        })}
      </ol>
    </section>
  );
}
