import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowLeftRight, MessagesSquare, Search, SearchX } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryItem } from '../../../core/contract/interview.ts';
import { engine, queryKeys, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { Button, ButtonLink, clockTime, ConfirmDialog, EmptyState, EngineErrorNotice, Field, ScreenHead, Segments, Select, shortDate, showToast, Skeleton, TextInput } from '../../ui/index.ts';
import { CompareDialog } from './history/compare-dialog.tsx';
import { HistoryRow } from './history/history-row.tsx';
import styles from './history-screen.module.css';

const SEARCH_PAUSE_MS = 200;
type State = 'all' | 'finished' | 'unfinished';

/** Every interview held here: search, filter, reopen, compare two, delete. */
export function HistoryScreen() {
  const { t } = useTranslation('interview');
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [packId, setPackId] = useState('');
  const [state, setState] = useState<State>('all');
  const [compared, setCompared] = useState<readonly string[]>([]);
  const [comparing, setComparing] = useState(false);
  const [deleting, setDeleting] = useState<HistoryItem | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const packs = useEngineQuery(queryKeys.packs, (it) => it.interview.packs());
  const filter = useMemo(() => ({ search, state, limit: 50, ...(packId ? { packId } : {}) }), [search, state, packId]);
  const history = useInfiniteQuery({
    queryKey: queryKeys.history(filter),
    queryFn: ({ pageParam, signal }) => engine.interview.history({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  const items = useMemo(() => history.data?.pages.flatMap((page) => page.items) ?? [], [history.data]);
  const total = history.data?.pages[0]?.total ?? 0;
  const filtered = search !== '' || packId !== '' || state !== 'all';

  const remove = useEngineCommand((it, item: HistoryItem) => it.interview.delete({ sessionId: item.sessionId }), {
    outdates: [queryKeys.historyAll, queryKeys.overview],
    onDone: (_output, item) => { setDeleting(null); setCompared((ids) => ids.filter((id) => id !== item.sessionId)); showToast(t('history.deleted', { title: item.title })); },
  });
  // The button that was pressed is gone with its row.
  const searchField = useRef<HTMLInputElement>(null);
  const removed = remove.isSuccess ? remove.submittedAt : 0;
  useEffect(() => {
    if (removed === 0) return;
    const timer = setTimeout(() => searchField.current?.focus());
    return () => clearTimeout(timer);
  }, [removed]);
  const reset = (): void => { setTyped(''); setSearch(''); setPackId(''); setState('all'); };
  const [one, two] = compared;
  const packIds = new Map(packs.data?.packs.map((pack) => [pack.packId, pack.title]));

  return (
    <div className={styles['screen']}>
      <ScreenHead ruled title={t('history.title')} subtitle={history.data ? t(filtered ? 'history.found' : 'history.count', { count: total }) : undefined}
        actions={<>
          <Button icon={ArrowLeftRight} disabled={!one || !two} onClick={() => setComparing(true)}>{t('history.compare', { count: compared.length })}</Button>
          <ButtonLink href="/interview" variant="primary" icon={MessagesSquare}>{t('history.new')}</ButtonLink>
        </>}>
        <div className={styles['filters']} role="search">
          <Field label={t('history.search')} labelHidden>{(control) => <TextInput {...control} ref={searchField} type="search" icon={Search} placeholder={t('history.search')} value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />}</Field>
          <Field label={t('history.role')} labelHidden>{(control) => <Select {...control} value={packId} onChange={(event) => setPackId(event.target.value)} options={[{ value: '', label: t('history.anyRole') }, ...[...packIds].map(([value, label]) => ({ value, label }))]} />}</Field>
          <Segments label={t('history.state')} labelHidden value={state} onChange={setState} options={(['all', 'finished', 'unfinished'] as const).map((value) => ({ value, label: t(`history.states.${value}`) }))} />
        </div>
      </ScreenHead>
      {history.error
        ? <div className={styles['alone']}><EngineErrorNotice error={history.error} actions={{ retry: () => void history.refetch() }} /></div>
        : !history.data ? <div className={styles['alone']} aria-busy="true">{[0, 1, 2, 3].map((row) => <Skeleton key={row} height="56px" />)}</div>
          : items.length === 0
            ? (
              <div className={styles['alone']}>
                {filtered
                  ? <EmptyState icon={SearchX} title={t('history.noneFound')} action={<Button onClick={reset}>{t('history.clear')}</Button>}>{t('history.noneFoundText')}</EmptyState>
                  : <EmptyState icon={MessagesSquare} title={t('history.empty')} action={<ButtonLink href="/interview" variant="primary">{t('history.first')}</ButtonLink>}>{t('history.emptyText')}</EmptyState>}
              </div>
            )
            : (
              <HistoryList key={JSON.stringify(filter)} items={items} total={total} search={search} compared={compared} more={history.hasNextPage} onMore={() => { if (!history.isFetchingNextPage) void history.fetchNextPage(); }}
                onCompare={(id, on) => setCompared((ids) => (on ? [...ids, id].slice(-2) : ids.filter((each) => each !== id)))} onDelete={setDeleting} />
            )}
      {one && two && <CompareDialog sessionIds={[one, two]} open={comparing} onOpenChange={setComparing} />}
      <ConfirmDialog open={deleting !== null} onOpenChange={(open) => { if (!open) { setDeleting(null); remove.reset(); } }} tone="danger" busy={remove.isPending} error={remove.error ?? undefined}
        title={t('history.deleteTitle')} confirm={t('history.deleteConfirm')} onConfirm={() => { if (deleting) remove.mutate(deleting); }}
        text={deleting ? t('history.deleteText', { title: deleting.title, when: `${shortDate(deleting.startedAt)}, ${clockTime(deleting.startedAt)}`, count: deleting.answered }) : ''} />
    </div>
  );
}

/** Draws only the rows in view: the history may be thousands long. */
function HistoryList({ items, total, search, compared, more, onMore, onCompare, onDelete }: {
  items: readonly HistoryItem[]; total: number; search: string; compared: readonly string[]; more: boolean;
  onMore: () => void; onCompare: (sessionId: string, on: boolean) => void; onDelete: (item: HistoryItem) => void;
}) {
  const { t } = useTranslation('interview');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length, getScrollElement: () => scroller.current, overscan: 8,
    estimateSize: (index) => (items[index]?.excerpt ? 80 : 60), getItemKey: (index) => items[index]?.sessionId ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => { if (more && last >= items.length - 10) onMore(); }, [more, last, items.length, onMore]);
  return (
    <div className={styles['scroll']} ref={scroller} tabIndex={-1}>
      <ul className={styles['list']} style={{ height: rows.getTotalSize() }} aria-label={t('history.list')}>
        {shown.map((row) => {
          const item = items[row.index];
          return item && (
            <li key={row.key} ref={rows.measureElement} data-index={row.index} aria-setsize={total} aria-posinset={row.index + 1} style={{ transform: `translateY(${row.start}px)` }}>
              <HistoryRow item={item} search={search} compared={compared.includes(item.sessionId)} canCompare={compared.length < 2} onCompare={(on) => onCompare(item.sessionId, on)} onDelete={() => onDelete(item)} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
