import { ArrowDown, ArrowRight, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Report } from '../../../../core/contract/interview-report.ts';
import { Badge, Eyebrow, Ring, ScoreBar, VisuallyHidden } from '../../../ui/index.ts';
import { rangeWords, spokenScore } from './score-words.ts';
import { whenTried } from './when-tried.ts';
import styles from './report-summary.module.css';

/** The figures of the whole interview, each with its likely range and the earlier attempt beside it. */
export function ReportSummary({ report }: { report: Report }) {
  const { t } = useTranslation('interview');
  return (
    <section className={styles['summary']} aria-label={t('report.summary')}>
      <Overall report={report} />
      <Competencies report={report} />
      <DeliveryTable report={report} />
    </section>
  );
}

function Overall({ report: { score, low, high, reason, earlier, second } }: { report: Report }) {
  const { t } = useTranslation('interview');
  if (score === null) {
    return <div className={styles['overall']}><div><strong className={styles['unjudged']}>{t('score.notEnough')}</strong><p className={styles['meta']}>{reason}</p></div></div>;
  }
  const change = earlier ? Math.round(score - earlier.score) : 0;
  const label = [spokenScore({ score, low, high }), ...(earlier ? [t('score.was', { score: earlier.score, date: whenTried(earlier.at) })] : [])].join(', ');
  return (
    <div className={styles['overall']}>
      <Ring label={label} value={score} low={low} high={high} mark={earlier?.score}>
        <span className={styles['figure']}>{score}</span>
        <span className={styles['meta']}>{rangeWords({ low, high })}</span>
      </Ring>
      <div className={styles['compared']}>
        {earlier
          ? <>
            <Badge tone={earlier.verdict === 'better' ? 'good' : earlier.verdict === 'worse' ? 'warn' : 'neutral'} icon={change > 0 ? ArrowUp : change < 0 ? ArrowDown : ArrowRight}>
              {change === 0 ? t('report.as', { date: whenTried(earlier.at) }) : t(change > 0 ? 'report.above' : 'report.below', { count: Math.abs(change), date: whenTried(earlier.at) })}
            </Badge>
            <p className={styles['meta']}>{earlier.words}</p>
          </>
          : <p className={styles['meta']}>{t('report.firstOfPack')}</p>}
        <WithModel second={second} />
      </div>
    </div>
  );
}

/** What coach and model come to together, beside the coach's own figure and never in its place. */
function WithModel({ second: { score, low, high, graders } }: { second: Report['second'] }) {
  const { t } = useTranslation('interview');
  const name = graders[0]?.madeBy.model?.name;
  if (score === null || low === null || high === null || name === undefined) return null;
  return <p className={styles['with']}><span aria-hidden="true">{t('report.second.short', { name, score, low, high })}</span><VisuallyHidden>{t('report.second.spoken', { name, score, low, high })}</VisuallyHidden></p>;
}

function Competencies({ report: { competencies, earlier } }: { report: Report }) {
  const { t } = useTranslation('interview');
  return (
    <div className={styles['competencies']} tabIndex={competencies.length > 6 ? 0 : undefined} role="region" aria-label={t('report.competencies')}>
      <Eyebrow><h2>{t('report.competencies')}</h2>{earlier && competencies.some((each) => each.earlier !== null) && <span className={styles['key']}><i />{whenTried(earlier.at)}</span>}</Eyebrow>
      {competencies.length === 0 && <p className={styles['meta']}>{t('report.noCompetencies')}</p>}
      <ul>
        {competencies.map(({ competency, score, low, high, earlier: before }) => {
          const change = before === null ? null : Math.round(score - before);
          const name = t(`competency.${competency}`);
          const spoken = [spokenScore({ score, low, high }, name), ...(before === null ? [] : [t('score.before', { score: Math.round(before) })])].join(', ');
          return (
            <li key={competency}>
              <span className={styles['name']} title={name}>{name}</span>
              <ScoreBar label={spoken} value={score} low={low} high={high} earlier={before} />
              <span className={styles['score']}>{Math.round(score)}</span>
              <span className={styles['change']} data-change={change === null || change === 0 ? undefined : change > 0 ? 'up' : 'down'}>{change === null ? '' : change > 0 ? `+${change}` : change < 0 ? `−${-change}` : '±0'}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function DeliveryTable({ report: { delivery, earlier } }: { report: Report }) {
  const { t } = useTranslation('interview');
  const before = delivery.earlier;
  const number = (value: number | null | undefined, digits = 1): string => (value == null ? '–' : value.toFixed(digits).replace(/\.0$/, ''));
  const rows: Array<[string, string, string]> = [
    [t('report.delivery.words'), number(delivery.meanWords, 0), number(before?.meanWords, 0)],
    ...(delivery.wordsPerMinute === null ? [] : [[t('report.delivery.pace'), number(delivery.wordsPerMinute, 0), '–'] satisfies [string, string, string]]),
    [t('report.delivery.fillers'), number(delivery.fillersPer100), number(before?.fillersPer100)],
    [t('report.delivery.hedges'), number(delivery.hedgesPer100), number(before?.hedgesPer100)],
    [t('report.delivery.numbers'), number(delivery.numbersPerAnswer), number(before?.numbersPerAnswer)],
    [t('report.delivery.iShare'), delivery.iShare === null ? '–' : t('percent', { value: Math.round(delivery.iShare * 100) }), '–'],
  ];
  return (
    <div className={styles['delivery']}>
      <table>
        <caption>{t('report.delivery.title')}</caption>
        <thead><tr><th scope="col">{t('report.delivery.title')}</th><th scope="col">{t('report.delivery.now')}</th>{before && <th scope="col">{earlier ? whenTried(earlier.at) : t('report.delivery.earlier')}</th>}</tr></thead>
        <tbody>{rows.map(([name, now, was]) => <tr key={name}><th scope="row" title={name === t('report.delivery.iShare') ? t('report.delivery.iShareHelp') : undefined}>{name}</th><td>{now}</td>{before && <td>{was}</td>}</tr>)}</tbody>
      </table>
    </div>
  );
}
