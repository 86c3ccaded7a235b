import { useTranslation } from 'react-i18next';
import { Badge, Eyebrow } from '../../../ui/index.ts';
import type { EvidenceLink } from './evidence-link.ts';
import { countPoints, type NumberedPoint } from './point-numbers.ts';
import styles from './rubric-points.module.css';

interface Groups { earned: readonly NumberedPoint[]; missing: readonly NumberedPoint[]; notJudged: readonly NumberedPoint[] }

/**
 * The rubric as the grader filled it in: earned points linked with the words that earned them, missing ones with what to try.
 * `newSince` names points earned now and not in the earlier attempt of that date.
 */
export function RubricPoints({ groups, tips, link, newSince }: { groups: Groups; tips: Readonly<Record<string, string>>; link: EvidenceLink; newSince?: { date: string; pointIds: ReadonlySet<string> } | undefined }) {
  const { t } = useTranslation('interview');
  const { met, partly } = countPoints(groups.earned.map(({ point }) => point));
  const total = groups.earned.length + groups.missing.length + groups.notJudged.length;
  return (
    <div className={styles['rubric']}>
      {groups.earned.length > 0 && (
        <section>
          <Eyebrow><h3>{t('evidence.earned')}</h3><span className={styles['count']}>{t('evidence.ofPoints', { met, total })}{partly > 0 && ` · ${t('evidence.partlyCount', { count: partly })}`}</span></Eyebrow>
          <ol className={styles['points']}>
            {groups.earned.map((numbered) => (
              <EarnedPoint key={numbered.point.pointId} numbered={numbered} link={link} tip={numbered.point.verdict === 'partly' ? tips[numbered.point.pointId] : undefined}
                newSince={newSince?.pointIds.has(numbered.point.pointId) ? newSince.date : undefined} />
            ))}
          </ol>
        </section>
      )}
      <OpenPoints title={t('evidence.missing')} points={groups.missing} tips={tips} link={link}
        count={groups.earned.length === 0 && groups.missing.length > 0 ? t('evidence.ofPoints', { met: 0, total }) : undefined} />
      <OpenPoints title={t('evidence.notJudged')} points={groups.notJudged} tips={tips} link={link} />
    </div>
  );
}

function EarnedPoint({ numbered: { number, point }, tip, link, newSince }: { numbered: NumberedPoint; tip: string | undefined; link: EvidenceLink; newSince: string | undefined }) {
  const { t } = useTranslation('interview');
  const lit = link.active === point.pointId;
  const light = { onMouseEnter: () => link.setActive(point.pointId), onMouseLeave: () => link.setActive(null) };
  return (
    <li className={styles['point']} data-active={lit || undefined} {...light}>
      {point.evidence.length > 0
        ? <button type="button" id={link.pointElement(point.pointId)} className={styles['number']} aria-label={t('evidence.numberInRubric', { number })}
            onClick={() => link.goToMark(point.pointId)} onFocus={() => link.setActive(point.pointId)} onBlur={() => link.setActive(null)}>{number}</button>
        : <span className={styles['number']}>{number}</span>}
      <span>
        {point.shows}
        {point.verdict === 'partly' && <> <Badge tone="warn">{t('evidence.partly')}</Badge></>}
        {newSince && <> <Badge tone="good">{t('evidence.newSince', { date: newSince })}</Badge></>}
        {tip && <small>{tip}</small>}
      </span>
    </li>
  );
}

function OpenPoints({ title, points, tips, link, count }: { title: string; points: readonly NumberedPoint[]; tips: Readonly<Record<string, string>>; link: EvidenceLink; count?: string | undefined }) {
  const { t } = useTranslation('interview');
  if (points.length === 0) return null;
  return (
    <section>
      <Eyebrow><h3>{title}</h3>{count && <span className={styles['count']}>{count}</span>}</Eyebrow>
      <ol className={styles['points']}>
        {points.map(({ number, point }) => (
          <li key={point.pointId} className={styles['point']}>
            <span className={styles['missed']}>{number}</span>
            <span>
              {point.shows}
              {point.contradicted && (
                <small className={styles['contradicted']} onMouseEnter={() => link.setActive(`contradicted:${point.pointId}`)} onMouseLeave={() => link.setActive(null)}>
                  {t('evidence.contradicted', { quote: point.contradicted.span.text, why: point.contradicted.why })}
                </small>
              )}
              {tips[point.pointId] && <small>{tips[point.pointId]}</small>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
