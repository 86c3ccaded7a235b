import { useTranslation } from 'react-i18next';
import type { Report } from '../../../../core/contract/interview-report.ts';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { Dialog, EngineErrorNotice, Notice, Skeleton } from '../../../ui/index.ts';
import { scoreWords } from '../report/score-words.ts';
import { whenTried } from '../report/when-tried.ts';
import { compareRanges } from './compare-ranges.ts';
import styles from './compare-dialog.module.css';

/** Two finished interviews beside each other, the earlier one left. */
export function CompareDialog({ sessionIds, open, onOpenChange }: { sessionIds: readonly [string, string]; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('interview');
  const [one, two] = sessionIds;
  const first = useEngineQuery(queryKeys.report(one), (it) => it.interview.report({ sessionId: one }), { enabled: open });
  const second = useEngineQuery(queryKeys.report(two), (it) => it.interview.report({ sessionId: two }), { enabled: open });
  const error = first.error ?? second.error;
  const reports = first.data && second.data ? [first.data, second.data].toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)) : null;
  const [before, after] = reports ?? [];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="wide" title={t('history.compareTitle')}>
      {error ? <EngineErrorNotice error={error} actions={{ retry: () => { void first.refetch(); void second.refetch(); } }} />
        : before && after ? <Comparison before={before} after={after} /> : <Skeleton height="240px" />}
    </Dialog>
  );
}

function Comparison({ before, after }: { before: Report; after: Report }) {
  const { t } = useTranslation('interview');
  const unlike = before.packId !== after.packId || before.level !== after.level;
  const names = [...new Set([...before.competencies, ...after.competencies].map(({ competency }) => competency))];
  const of = (report: Report, name: string): string => {
    const found = report.competencies.find(({ competency }) => competency === name);
    return found ? scoreWords(found) : '–';
  };
  const rows: Array<[string, string, string]> = [
    [t('history.overall'), scoreWords(before), scoreWords(after)],
    ...names.map((name): [string, string, string] => [t(`competency.${name}`), of(before, name), of(after, name)]),
    [t('report.delivery.words'), before.delivery.meanWords.toFixed(0), after.delivery.meanWords.toFixed(0)],
    [t('report.delivery.fillers'), before.delivery.fillersPer100.toFixed(1), after.delivery.fillersPer100.toFixed(1)],
    [t('report.delivery.hedges'), before.delivery.hedgesPer100.toFixed(1), after.delivery.hedgesPer100.toFixed(1)],
    [t('report.delivery.numbers'), before.delivery.numbersPerAnswer.toFixed(1), after.delivery.numbersPerAnswer.toFixed(1)],
  ];
  return (
    <>
      {unlike ? <Notice tone="warn" title={t('history.unlike')}>{t('history.unlikeText')}</Notice> : <p>{t(`history.verdict.${compareRanges(before, after)}`)}</p>}
      <table className={styles['table']}>
        <thead><tr><th scope="col"><span className={styles['hidden']}>{t('history.measure')}</span></th>{[before, after].map((report) => <th key={report.sessionId} scope="col">{whenTried(report.startedAt)}<small>{report.title}</small></th>)}</tr></thead>
        <tbody>{rows.map(([name, was, is]) => <tr key={name}><th scope="row">{name}</th><td>{was}</td><td>{is}</td></tr>)}</tbody>
      </table>
    </>
  );
}
