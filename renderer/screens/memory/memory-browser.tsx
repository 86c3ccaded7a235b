import { SearchX } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryHit, MemoryItem, MemoryKind, MemoryStatus } from '../../../core/contract/memory.ts';
import { Button, EmptyState, EngineErrorNotice, Notice, Skeleton, VisuallyHidden } from '../../ui/index.ts';
import { isChanged, useMemoryDrafts } from './drafts-store.ts';
import { FindBar } from './find-bar.tsx';
import { HitRow } from './hit-row.tsx';
import { ItemRow } from './item-row.tsx';
import type { MemoryPlace } from './memory-place.ts';
import { MemoryRows } from './memory-rows.tsx';
import { UnsavedNotice } from './unsaved-notice.tsx';
import { embedderName, HIT_LIMIT, useFirst, useMemoryList, useMemorySearch, usePaused, usePin, type RowSubject } from './use-memory.ts';
import styles from './memory-browser.module.css';

const KEEP_SCROLL_AFTER_MS = 250;
const ROW_PX = 98;
const HIT_PX = 160;

/** The search and what it finds; without one, everything of the kind chosen. */
export function MemoryBrowser({ status, place, field, onGo, onForget }: {
  status: MemoryStatus; place: MemoryPlace; field: RefObject<HTMLInputElement | null>; onGo: (next: Partial<MemoryPlace>) => void; onForget: (subject: RowSubject) => void;
}) {
  const [typed, setTyped] = useState(place.query);
  const scroller = useRef<HTMLDivElement>(null);
  const pin = usePin();
  // A kind of which the last one was forgotten is no longer there to choose.
  const kind = status.kinds.some((each) => each.kind === place.kind && each.items > 0) ? place.kind : null;
  const search = useMemorySearch(place.query, kind);
  usePaused(typed, (query) => { if (query !== place.query) { if (scroller.current) scroller.current.scrollTop = 0; onGo({ query, scrolled: 0 }); } });
  const chooseKind = (next: MemoryKind | null): void => { if (scroller.current) scroller.current.scrollTop = 0; onGo({ kind: next, scrolled: 0 }); };
  useEffect(() => {
    const column = scroller.current;
    let timer: ReturnType<typeof setTimeout>;
    const scrolled = (): void => { clearTimeout(timer); timer = setTimeout(() => onGo({ scrolled: column?.scrollTop ?? 0 }), KEEP_SCROLL_AFTER_MS); };
    column?.addEventListener('scroll', scrolled, { passive: true });
    return () => { clearTimeout(timer); column?.removeEventListener('scroll', scrolled); };
  }, [onGo]);
  const { mutate: setPinned } = pin;
  const acts = { onPin: useCallback((subject: RowSubject) => setPinned({ itemId: subject.itemId, pinned: !subject.pinned }), [setPinned]), onForget };
  const searching = typed.trim() !== place.query || (place.query !== '' && search.isFetching);
  return (
    <div className={styles['list']} ref={scroller}>
      <FindBar typed={typed} kind={kind} status={status} busy={searching} field={field} onType={setTyped} onKind={chooseKind} />
      <UnsavedNotice opened={place.opened?.itemId} onOpen={(itemId) => onGo({ opened: { itemId, found: null } })} />
      {pin.error && <div className={styles['above']}><EngineErrorNotice error={pin.error} onDismiss={() => pin.reset()} actions={{ retry: () => { if (pin.variables) pin.mutate(pin.variables); } }} /></div>}
      {place.query === ''
        ? <Everything kind={kind} place={place} scroller={scroller} onGo={onGo} onAll={() => chooseKind(null)} {...acts} />
        : <Hits search={search} status={status} kind={kind} place={place} searching={searching} scroller={scroller} onGo={onGo} onAll={() => chooseKind(null)} {...acts} />}
    </div>
  );
}

interface ListProps {
  kind: MemoryKind | null; place: MemoryPlace; scroller: RefObject<HTMLDivElement | null>; onGo: (next: Partial<MemoryPlace>) => void; onAll: () => void;
  onPin: (subject: RowSubject) => void; onForget: (subject: RowSubject) => void;
}

function Everything({ kind, place, scroller, onGo, onAll, onPin, onForget }: ListProps) {
  const { t, i18n } = useTranslation('memory');
  const { list, items, total } = useMemoryList(kind, true);
  const drafts = useMemoryDrafts((all) => all.items);
  const scrolled = useFirst(place.scrolled);
  const open = useCallback((itemId: string) => onGo({ opened: { itemId, found: null } }), [onGo]);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = list;
  const more = useCallback(() => { if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage(); }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  if (list.error && !list.data) return <div className={styles['above']}><EngineErrorNotice error={list.error} actions={{ retry: () => void list.refetch() }} /></div>;
  if (!list.data) return <div className={styles['above']} aria-busy="true">{[0, 1, 2, 3, 4].map((row) => <Skeleton key={row} height="72px" />)}</div>;
  if (items.length === 0) return <div className={styles['above']}><EmptyState icon={SearchX} title={t('list.none')} action={<Button onClick={onAll}>{t('list.all')}</Button>} /></div>;
  return (
    <>
      <p className={styles['count']}>{t('list.count', { count: total, items: new Intl.NumberFormat(i18n.language).format(total) })}</p>
      <MemoryRows<MemoryItem> key={kind ?? 'all'} label={t('list.label')} rows={items} total={total} keyOf={(item) => item.itemId} height={ROW_PX} scroller={scroller} scrolled={scrolled} onMore={more}>
        {(item, tab) => {
          const draft = drafts[item.itemId];
          return <ItemRow item={item} tab={tab} open={place.opened?.itemId === item.itemId} unsaved={draft !== undefined && isChanged(draft)} onOpen={open} onPin={onPin} onForget={onForget} />;
        }}
      </MemoryRows>
      {list.error && <div className={styles['above']}><EngineErrorNotice error={list.error} actions={{ retry: () => void (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch()) }} /></div>}
      <VisuallyHidden live>{list.isFetchingNextPage ? t('list.more') : ''}</VisuallyHidden>
    </>
  );
}

function Hits({ search, status, kind, place, searching, scroller, onGo, onAll, onPin, onForget }: ListProps & { search: ReturnType<typeof useMemorySearch>; status: MemoryStatus; searching: boolean }) {
  const { t } = useTranslation('memory');
  const [why, setWhy] = useState<ReadonlySet<string>>(new Set());
  const scrolled = useFirst(place.scrolled);
  const open = useCallback(({ itemId, start, end }: MemoryHit) => onGo({ opened: { itemId, found: { start, end } } }), [onGo]);
  const toggle = useCallback((hit: MemoryHit) => setWhy((before) => { const after = new Set(before); if (!after.delete(keyOf(hit))) after.add(keyOf(hit)); return after; }), []);
  const nameOf = useCallback((embedder: string) => embedderName(status, embedder), [status]);
  const { data, error } = search;
  if (error) return <div className={styles['above']}><EngineErrorNotice error={error} actions={{ retry: () => void search.refetch() }} /></div>;
  if (!data) return <div className={styles['above']} aria-busy="true">{[0, 1, 2].map((row) => <Skeleton key={row} height="112px" />)}</div>;
  const { hits, keywordOnly } = data;
  const found = hits.length > 0 && hits.every(({ why: reason }) => reason.keyword === null) ? t('search.near', { count: hits.length }) : hits.length === HIT_LIMIT ? t('search.full', { count: hits.length }) : t('search.found', { count: hits.length });
  return (
    <>
      {keywordOnly !== null && <div className={styles['above']}><Notice title={t('search.keywordOnly')}>{keywordOnly}</Notice></div>}
      {hits.length === 0 && !searching
        ? (
          <div className={styles['above']}>
            <EmptyState icon={SearchX} title={t('search.none', { query: place.query })} action={kind && <Button onClick={onAll}>{t('search.everywhere')}</Button>}>
              {kind ? t('search.noneKind', { kind: t(`kinds.${kind}`) }) : t(keywordOnly === null ? 'search.noneText' : 'search.noneTextWords')}
            </EmptyState>
          </div>
        )
        : (
          <>
            <p className={styles['count']}>{searching && hits.length === 0 ? t('search.busy') : found}</p>
            <div className={styles['hits']} data-earlier={search.isPlaceholderData || undefined}>
              <MemoryRows<MemoryHit> label={t('search.results')} rows={hits} total={hits.length} keyOf={keyOf} height={HIT_PX} scroller={scroller} scrolled={scrolled} busy={searching}>
                {(hit, tab) => <HitRow hit={hit} tab={tab} open={place.opened?.itemId === hit.itemId} why={why.has(keyOf(hit))} nameOf={nameOf} onOpen={open} onWhy={toggle} onPin={onPin} onForget={onForget} />}
              </MemoryRows>
            </div>
          </>
        )}
      <VisuallyHidden live>{searching ? '' : hits.length === 0 ? t('search.none', { query: place.query }) : found}</VisuallyHidden>
    </>
  );
}

/** An item may be found with several of its passages. */
const keyOf = ({ itemId, start }: MemoryHit): string => `${itemId} ${start}`;
