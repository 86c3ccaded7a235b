import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ScrollText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerEntry } from '../../../../core/contract/models.ts';
import { engine, queryKeys } from '../../../client/index.ts';
import { byteSize, clockTime, EmptyState, EngineErrorNotice, Segments, shortDate, Skeleton, VisuallyHidden, type Tone, Badge } from '../../../ui/index.ts';
import { duration } from '../duration-words.ts';
import styles from './network-ledger.module.css';

const PAGE = 100;
const ROW_PX = 36;
const TONES: Record<LedgerEntry['outcome'], Tone> = { answered: 'neutral', failed: 'warn', cancelled: 'neutral', 'refused-by-lock': 'good' };
const COLUMNS = ['host', 'why', 'up', 'down', 'took', 'when', 'outcome'] as const;

/** Every connection, newest first, read in pages and drawn as far as it is in view. */
export function NetworkLedger() {
  const { t } = useTranslation('models');
  const [shown, setShown] = useState<'all' | 'away'>('all');
  const ledger = useInfiniteQuery({
    queryKey: queryKeys.ledger({ limit: PAGE }),
    queryFn: ({ pageParam, signal }) => engine.models.ledger({ limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.entries.length < PAGE ? undefined : page.entries.at(-1)?.id),
    staleTime: 0,
  });
  const all = useMemo(() => ledger.data?.pages.flatMap((page) => page.entries) ?? [], [ledger.data]);
  const entries = useMemo(() => (shown === 'all' ? all : all.filter((entry) => !entry.loopback)), [all, shown]);
  const total = ledger.data?.pages[0]?.total ?? 0;
  return (
    <section className={styles['ledger']} data-grows="" aria-label={t('privacy.ledger')}>
      <div className={styles['head']}>
        <div><h2>{t('privacy.ledger')}{ledger.data && <small>{t('privacy.entries', { count: total })}</small>}</h2><p>{t('privacy.ledgerText')}</p></div>
        <Segments label={t('privacy.filter')} labelHidden value={shown} onChange={setShown} options={[{ value: 'all', label: t('privacy.filters.all') }, { value: 'away', label: t('privacy.filters.away') }]} />
      </div>
      {ledger.error && <EngineErrorNotice error={ledger.error} actions={{ retry: () => void ledger.refetch() }} />}
      {!ledger.data && !ledger.error && <Skeleton height="120px" />}
      {ledger.data && entries.length === 0 && !ledger.hasNextPage && (
        <EmptyState icon={ScrollText} title={t(all.length === 0 ? 'privacy.empty' : 'privacy.emptyAway')}>{t('privacy.emptyText')}</EmptyState>
      )}
      {ledger.data && (entries.length > 0 || ledger.hasNextPage) && (
        <LedgerRows key={shown} entries={entries} more={ledger.hasNextPage} onMore={() => { if (!ledger.isFetchingNextPage) void ledger.fetchNextPage(); }} />
      )}
    </section>
  );
}

function LedgerRows({ entries, more, onMore }: { entries: readonly LedgerEntry[]; more: boolean; onMore: () => void }) {
  const { t } = useTranslation('models');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: entries.length, getScrollElement: () => scroller.current, overscan: 10, estimateSize: () => ROW_PX, getItemKey: (index) => entries[index]?.id ?? index });
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => { if (more && last >= entries.length - 20) onMore(); }, [more, last, entries.length, onMore]);
  return (
    <div className={styles['scroll']} ref={scroller} tabIndex={0} role="table" aria-label={t('privacy.ledger')} aria-rowcount={more ? -1 : entries.length + 1}>
      <div role="rowgroup" className={styles['titles']}>
        <div role="row" aria-rowindex={1} className={styles['row']}>{COLUMNS.map((column) => <span key={column} role="columnheader" data-column={column}>{t(`privacy.${column}`)}</span>)}</div>
      </div>
      <div role="rowgroup" className={styles['rows']} style={{ height: rows.getTotalSize() }}>
        {drawn.map(({ key, index, start }) => {
          const entry = entries[index];
          return entry && (
            <div key={key} role="row" aria-rowindex={index + 2} className={styles['row']} data-loopback={entry.loopback || undefined} style={{ transform: `translateY(${start}px)` }}>
              <span role="cell" data-column="host" title={entry.host}>{entry.host}{entry.loopback && <VisuallyHidden> {t('privacy.thisMachine')}</VisuallyHidden>}</span>
              <span role="cell" data-column="why" title={entry.reason}>{entry.reason}</span>
              <span role="cell" data-column="up">{byteSize(entry.sentBytes)}</span>
              <span role="cell" data-column="down">{byteSize(entry.receivedBytes)}</span>
              <span role="cell" data-column="took">{duration(entry.durationMs)}</span>
              <span role="cell" data-column="when"><time dateTime={entry.at}>{shortDate(entry.at)}, {clockTime(entry.at)}</time></span>
              <span role="cell" data-column="outcome"><Badge tone={TONES[entry.outcome]}>{entry.status !== null && entry.outcome !== 'refused-by-lock' ? t('privacy.status', { outcome: t(`privacy.outcomes.${entry.outcome}`), status: entry.status }) : t(`privacy.outcomes.${entry.outcome}`)}</Badge></span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
