import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { VisuallyHidden } from '../../ui/index.ts';
import { stepTo } from './row-steps.ts';
import styles from './memory-rows.module.css';

const subscribeToNothing = () => () => undefined;

/**
 * Rows of which only those in view are drawn: there may be thousands. The list is one stop of the tabulator: arrows go through it,
 * and Tab through what can be done with the row one is at. A row marks what takes focus with `data-row-main`.
 */
export function MemoryRows<Row>({ label, rows, total, keyOf, height, scroller, scrolled, onMore, busy = false, children }: {
  label: string; rows: readonly Row[];
  /** How many there are, of which `rows` are known. */
  total: number;
  keyOf: (row: Row) => string;
  /** About how high a row is, in px. */
  height: number;
  /** What scrolls; its first child may stay above the rows. */
  scroller: RefObject<HTMLDivElement | null>; scrolled: number; onMore?: (() => void) | undefined; busy?: boolean;
  children: (row: Row, tab: 0 | -1) => ReactNode;
}) {
  const { t } = useTranslation('memory');
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState<{ key: string; index: number } | null>(null);
  const toFocus = useRef(false);
  const held = useRef(false);
  const found = at === null ? -1 : rows.findIndex((row) => keyOf(row) === at.key);
  const active = Math.max(0, found === -1 ? Math.min(at?.index ?? 0, rows.length - 1) : found);
  // What stands above the list may come and go: measured at each drawing, and drawn again where it moved.
  const covered = useSyncExternalStore(subscribeToNothing, () => (scroller.current?.firstElementChild instanceof HTMLElement ? scroller.current.firstElementChild.offsetHeight : 0));
  const margin = useSyncExternalStore(subscribeToNothing, () => list.current?.offsetTop ?? 0);
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => scroller.current, overscan: 6, scrollMargin: margin, scrollPaddingStart: covered, initialOffset: scrolled,
    estimateSize: () => height, getItemKey: (index) => { const row = rows[index]; return row ? keyOf(row) : index; },
    // The row one is at stays in the page however far it is scrolled, with its focus.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), ...(active < rows.length ? [active] : [])])].toSorted((a, b) => a - b),
  });
  const shown = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => { if (onMore && last >= rows.length - 20) onMore(); }, [onMore, last, rows.length]);
  const focusRow = (index: number): void => list.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-main]`)?.focus({ preventScroll: true });
  // A row that goes, as in another window, leaves the focus to the one that takes its place.
  useEffect(() => {
    if (!toFocus.current && !(held.current && document.activeElement === document.body)) return;
    toFocus.current = false;
    focusRow(active);
  });
  const press = (event: KeyboardEvent): void => {
    const next = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey ? null : stepTo(event.key, active, rows.length);
    const row = next === null ? undefined : rows[next];
    if (next === null || !row) return;
    event.preventDefault();
    toFocus.current = true;
    setAt({ key: keyOf(row), index: next });
    virtual.scrollToIndex(next);
  };
  return (
    <>
      <ul ref={list} className={styles['rows']} style={{ height: virtual.getTotalSize() }} aria-label={label} aria-describedby="memory-rows-keys" aria-busy={busy || undefined} onKeyDown={press}>
        {shown.map(({ key, index, start }) => {
          const row = rows[index];
          return row && (
            <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={total} aria-posinset={index + 1} style={{ transform: `translateY(${start - margin}px)` }} onFocus={() => { held.current = true; setAt({ key: keyOf(row), index }); }} onBlur={({ target }) => { held.current = !target.isConnected; }}>
              {children(row, index === active ? 0 : -1)}
            </li>
          );
        })}
      </ul>
      <VisuallyHidden id="memory-rows-keys">{t('list.keys')}</VisuallyHidden>
    </>
  );
}
