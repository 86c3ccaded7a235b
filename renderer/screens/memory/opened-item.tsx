import { Pencil, Pin, Trash2, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryItem } from '../../../core/contract/memory.ts';
import { Button, Dialog, EngineErrorNotice, IconButton, Skeleton, VisuallyHidden } from '../../ui/index.ts';
import { beginEdit, isChanged, useMemoryDrafts } from './drafts-store.ts';
import { ItemForm, useItemForm } from './item-form.tsx';
import { ItemView } from './item-view.tsx';
import type { OpenedItem } from './memory-place.ts';
import { useMemoryItem, usePin, type RowSubject } from './use-memory.ts';
import styles from './opened-item.module.css';

interface OpenedProps { opened: OpenedItem; beside: boolean; onClose: (unsaved: boolean) => void; onForget: (subject: RowSubject) => void }

/** One item with all there is to do with it: beside the list where there is room, over it otherwise. */
export function OpenedItemPanel({ opened, beside, onClose, onForget }: OpenedProps) {
  const { t } = useTranslation('memory');
  const { data, error, refetch } = useMemoryItem(opened.itemId);
  const close = (): void => onClose(false);
  if (data) return <Loaded item={data} error={error} opened={opened} beside={beside} onClose={onClose} onForget={onForget} />;
  const title = t(error ? 'item.notRead' : 'item.reading');
  const body = error ? <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} /> : <div aria-busy="true" aria-label={t('item.reading')}><Skeleton height="160px" /></div>;
  return beside
    ? <Beside title={title} onClose={close}>{body}</Beside>
    : <Dialog open onOpenChange={close} size="wide" title={title}>{body}</Dialog>;
}

function Loaded({ item, error, opened, beside, onClose, onForget }: OpenedProps & { item: MemoryItem; error: unknown }) {
  const { t } = useTranslation('memory');
  const draft = useMemoryDrafts(({ items }) => items[item.itemId]);
  const form = useItemForm(item, draft);
  const pin = usePin();
  const { title } = item;
  const close = (): void => onClose(draft !== undefined && isChanged(draft));
  const buttons = form ? (
    <>
      <Button onClick={form.leave}>{t('edit.discard')}</Button>
      <Button variant="primary" busy={form.saving} onClick={form.submit}>{t('edit.save')}</Button>
    </>
  ) : (
    <>
      <Button size="small" icon={Pencil} aria-label={t('item.editName', { title })} onClick={() => beginEdit(item)}>{t('item.edit')}</Button>
      <Button size="small" icon={Pin} busy={pin.isPending} aria-label={t(item.pinned ? 'list.unpin' : 'list.pin', { title })} onClick={() => pin.mutate({ itemId: item.itemId, pinned: !item.pinned })}>{t(item.pinned ? 'item.unpin' : 'item.pin')}</Button>
      <Button size="small" variant="danger" icon={Trash2} aria-label={t('list.forget', { title })} onClick={() => onForget(item)}>{t('item.forget')}</Button>
    </>
  );
  const body = (
    <>
      {error !== null && error !== undefined && <EngineErrorNotice error={error} />}
      {pin.error && <EngineErrorNotice error={pin.error} actions={{ retry: () => { if (pin.variables) pin.mutate(pin.variables); } }} />}
      {form ? <ItemForm {...form} /> : <ItemView item={item} found={opened.found} />}
      <VisuallyHidden live>{pin.isSuccess ? t(item.pinned ? 'item.pinned' : 'item.unpinned') : ''}</VisuallyHidden>
    </>
  );
  return beside
    ? <Beside title={title} focus={opened.itemId} onClose={close} buttons={buttons} editing={form !== null}>{body}</Beside>
    : <Dialog open onOpenChange={close} size="wide" title={title} footer={buttons}><div className={styles['over']} {...(form ? {} : { tabIndex: 0, role: 'group', 'aria-label': title })}>{body}</div></Dialog>;
}

/** The column beside the list. Its title takes focus when another item is opened, and when it is no longer changed. */
function Beside({ title, focus, buttons, editing = false, onClose, children }: { title: string; focus?: string; buttons?: ReactNode; editing?: boolean; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation('memory');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!editing) heading.current?.focus({ preventScroll: true });
  }, [focus, editing]);
  return (
    <div className={styles['beside']} role="group" aria-label={title} onKeyDown={(event) => { if (event.key === 'Escape' && !event.defaultPrevented) { event.preventDefault(); onClose(); } }}>
      <div className={styles['head']}>
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        <IconButton label={t('item.closeName', { title })} icon={X} size="small" onClick={onClose} />
      </div>
      <div className={styles['body']} tabIndex={0} role="region" aria-label={title}>{children}</div>
      {buttons && <div className={styles['foot']}>{buttons}</div>}
    </div>
  );
}
