import { Plus, Waypoints } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryStatus } from '../../../core/contract/memory.ts';
import { queryClient, queryKeys, useEngineQuery } from '../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, ScreenHead, Skeleton, Spinner, showToast } from '../../ui/index.ts';
import { AddDialog } from './add-dialog.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { changeAdded } from './drafts-store.ts';
import { ForgetDialog } from './forget-dialog.tsx';
import { MemoryBrowser } from './memory-browser.tsx';
import { MemoryEmpty } from './memory-empty.tsx';
import { keepMemoryPlace, memoryPlaceKept, type MemoryPlace } from './memory-place.ts';
import './memory-strings.ts';
import { OpenedItemPanel } from './opened-item.tsx';
import { useMemoryStatus, useWide, type RowSubject } from './use-memory.ts';
import styles from './memory-settings.module.css';

/** Everything that is remembered of the person: searched, read, changed, pinned, forgotten, added to; and how meaning is compared. */
export function MemorySettings() {
  const { t } = useTranslation('memory');
  const { data, error, refetch } = useMemoryStatus();
  const [over, setOver] = useState<'add' | 'compare' | null>(null);
  const wide = useWide();
  return (
    <>
      <ScreenHead ruled title={t('head.title')} subtitle={useWhereKept(data)}
        actions={<>
          {!wide && data && <Button icon={Waypoints} onClick={() => setOver('compare')}>{t('head.compared')}</Button>}
          <Button variant={data && data.items > 0 ? 'primary' : 'normal'} icon={Plus} onClick={() => setOver('add')}>{t('head.add')}</Button>
        </>} />
      {!data && (
        <div className={styles['alone']}>
          {error ? <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} /> : <div className={styles['waiting']} aria-busy="true" aria-label={t('head.loading')}>{[0, 1, 2, 3, 4].map((row) => <Skeleton key={row} height="64px" />)}</div>}
        </div>
      )}
      {data && <Loaded status={data} wide={wide} over={over} onOver={setOver} />}
    </>
  );
}

/** What this is and where it goes, in a line; where it goes is said once it is known. */
function useWhereKept(status: MemoryStatus | undefined): string {
  const { t } = useTranslation('memory');
  const { data } = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  if (!status || !data) return t('head.what');
  const compares = status.embedders.find(({ place, state }) => place === 'away' && state !== 'available');
  const { leaves, host, name } = data.answering;
  const told = leaves === 'nothing' ? null : { host: host ?? name };
  return [t('head.what'), ...(compares ? [t('head.sent', { name: compares.name })] : []), ...(told ? [t(compares ? 'head.toldToo' : 'head.told', told)] : []), ...(compares || told ? [] : [t('head.stays')])].join(' ');
}

function Loaded({ status, wide, over, onOver }: { status: MemoryStatus; wide: boolean; over: 'add' | 'compare' | null; onOver: (over: 'add' | 'compare' | null) => void }) {
  const { t } = useTranslation('memory');
  const [place, setPlace] = useState<MemoryPlace>(() => memoryPlaceKept(history.state));
  const [forgetting, setForgetting] = useState<RowSubject | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const { opened } = place;
  const go = useCallback((next: Partial<MemoryPlace>): void => setPlace((before) => ({ ...before, ...next })), []);
  useEffect(() => keepMemoryPlace(place), [place]);
  /** Back to the row it was opened from; it may be gone by then. */
  const focusRow = (itemId: string): void => {
    setTimeout(() => (document.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`) ?? field.current)?.focus());
  };
  const close = (unsaved: boolean): void => {
    if (opened && wide) focusRow(opened.itemId);
    go({ opened: null });
    if (unsaved) showToast(t('edit.kept'));
  };
  // What is gone is not read once more: it leaves the screen before its last answer does.
  const leave = (itemId: string): void => { if (opened?.itemId === itemId) go({ opened: null }); queryClient.removeQueries({ queryKey: queryKeys.memoryItem(itemId) }); };
  const endForgetting = (gone: boolean): void => { setForgetting(null); if (gone) setTimeout(() => field.current?.focus()); };
  const item = opened && <OpenedItemPanel key={opened.itemId} opened={opened} beside={wide} onClose={close} onForget={setForgetting} />;
  return (
    <>
      {status.interviewsToRead > 0 && <p className={styles['reading']}><Spinner /><span><b role="status">{t('head.reading', { count: status.interviewsToRead })}</b> {t('head.readingText')}</span></p>}
      <div className={styles['columns']} data-beside={wide || undefined}>
        {status.items === 0 && place.query === ''
          ? <div className={styles['list']}><MemoryEmpty onAdd={() => { changeAdded({ kind: 'resume' }); onOver('add'); }} /></div>
          : <MemoryBrowser status={status} place={place} field={field} onGo={go} onForget={setForgetting} />}
        {wide && (
          <div className={styles['side']}>
            {item ?? <section className={styles['compare']} aria-labelledby="memory-compare" tabIndex={0}><h2 id="memory-compare">{t('compare.title')}</h2><ComparePanel status={status} /></section>}
          </div>
        )}
      </div>
      {!wide && item}
      {over === 'compare' && !wide && <Dialog open onOpenChange={() => onOver(null)} size="wide" title={t('compare.title')}><ComparePanel status={status} /></Dialog>}
      {over === 'add' && <AddDialog onClose={() => onOver(null)} onShow={(itemId) => go({ opened: { itemId, found: null } })} />}
      {forgetting && <ForgetDialog subject={forgetting} onGone={leave} onClose={endForgetting} />}
    </>
  );
}
