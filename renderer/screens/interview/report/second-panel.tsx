import { Clock, ScanSearch, TriangleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from '../../../../core/contract/interview-report.ts';
import { Badge, Button, ButtonLink, EngineErrorNotice, Icon, ProgressBar, Provenance, Spinner } from '../../../ui/index.ts';
import { useSecondReading, type SecondReadingTools } from './use-second-reading.ts';
import styles from './second-panel.module.css';

const ICONS = { none: ScanSearch, partly: ScanSearch, done: ScanSearch, waiting: Clock, failed: TriangleAlert } as const;

/** What a model makes of the answers beside the coach: asked for, under way, or there; and what asking means. */
export function SecondPanel({ report, onPage }: { report: Report; onPage?: (page: number) => void }) {
  const { t } = useTranslation('interview');
  const tools = useSecondReading(report);
  const { second } = report;
  if (second.of === 0) return null;
  /** Nobody read just now, and somebody is to be asked again. */
  const rests = second.state === 'waiting' && second.says !== null && tools.reader?.reader != null;
  return (
    <section className={styles['panel']} aria-label={t('report.second.title')} data-state={second.state}>
      <span className={styles['icon']}>{second.state === 'running' ? <Spinner /> : <Icon of={ICONS[second.state]} />}</span>
      <div className={styles['words']}>
        <div role="status"><State report={report} now={tools.now} onPage={onPage} /></div>
        {second.state !== 'running' && (second.state !== 'waiting' || rests) && <Ask report={report} tools={tools} />}
        {tools.changed && <p className={styles['meta']} role="alert">{t('report.second.otherReader')}</p>}
        {tools.error && <EngineErrorNotice error={tools.error} onDismiss={tools.forgetError} />}
      </div>
    </section>
  );
}

function State({ report: { second, score: coach }, now, onPage }: { report: Report; now: string | null; onPage: ((page: number) => void) | undefined }) {
  const { t } = useTranslation('interview');
  const { state, says, of, covered, failed, score, low, high, graders, disagreements } = second;
  const one = of === 1;
  const [grader] = graders;
  const name = grader?.madeBy.model?.name ?? '';
  switch (state) {
    case 'none': return <p className={styles['title']}>{t(one ? 'report.second.noneOne' : 'report.second.none')}</p>;
    case 'partly': return <p className={styles['title']}>{t('report.second.partly', { covered, of })}</p>;
    case 'running': case 'waiting': return (
      <>
        <p className={styles['title']}>{t(`report.second.${state}${one ? 'One' : ''}`, { covered, of })}</p>
        <p className={styles['meta']}>
          {now !== null ? t('report.second.now', { what: now }) : state === 'running' ? '' : says === null ? t('report.second.waitingTurn') : t('report.second.waitingWhy', { why: says })} {t('report.second.coachStands')}
        </p>
        {!one && says === null && <ProgressBar thin label={t('report.second.progress')} value={covered} max={of} />}
      </>
    );
    case 'failed': return (
      <>
        <p className={styles['title']}>{t('report.second.failed', { count: failed })}</p>
        <p className={styles['meta']}>{says !== null && t('report.second.failedWhy', { why: says })} {t('report.second.coachStands')}</p>
      </>
    );
    case 'done': return (
      <>
        <p className={styles['title']}>
          {graders.length > 1 ? t('report.second.several') : t(one ? 'report.second.doneOne' : 'report.second.done', { name })}
          {score !== null && coach !== null && <span className={styles['scores']}>{t('report.second.scores', { coach, score, low, high })}</span>}
        </p>
        <Disagreements indexes={disagreements} one={one} onPage={onPage} />
        <p className={styles['made']}>{graders.map(({ madeBy }, index) => <Provenance key={index} madeBy={madeBy} at={second.at ?? undefined} />)}</p>
      </>
    );
  }
}

function Disagreements({ indexes, one, onPage }: { indexes: readonly number[]; one: boolean; onPage: ((page: number) => void) | undefined }): ReactNode {
  const { t } = useTranslation('interview');
  if (indexes.length === 0) return <p className={styles['meta']}>{t(one ? 'report.second.agreeOne' : 'report.second.agree')}</p>;
  if (one || !onPage) return <p><Badge tone="warn">{t('report.second.disagreeOne')}</Badge></p>;
  return (
    <div className={styles['apart']}>
      <Badge tone="warn">{t('report.second.disagree', { count: indexes.length })}</Badge>
      {indexes.map((index) => <Button key={index} size="small" onClick={() => onPage(index)}>{t('report.seeQuestion', { number: index + 1 })}</Button>)}
    </div>
  );
}

/** The way to ask, with what it means; without a model, the ways to one. */
function Ask({ report: { second: { state, graders } }, tools: { reader, ask, asking } }: { report: Report; tools: SecondReadingTools }) {
  const { t } = useTranslation('interview');
  const id = useId();
  if (!reader) return null;
  const which = state === 'done' ? 'all' : 'missing';
  const { calls } = reader[which];
  const label = state === 'done' ? 'askAgain' : state === 'failed' ? 'tryAgain' : state === 'waiting' ? 'tryNow' : graders.length > 0 ? 'askRest' : 'ask';
  const { reader: who } = reader;
  return (
    <div className={styles['ask']}>
      <Button size="small" disabled={who === null} busy={asking} aria-describedby={`${id}-help`} onClick={() => ask(which)}>{t(`report.second.${label}`)}</Button>
      <span id={`${id}-help`} className={styles['meta']}>
        {who === null ? t('report.second.noReader') : who.host === null ? t('report.second.here', { name: who.name, count: calls }) : t('report.second.away', { name: who.name, host: who.host, count: calls })}
      </span>
      {who === null && <span className={styles['links']}><ButtonLink size="small" href="/settings/models">{t('report.second.models')}</ButtonLink><ButtonLink size="small" href="/settings/providers">{t('report.second.providers')}</ButtonLink></span>}
    </div>
  );
}
