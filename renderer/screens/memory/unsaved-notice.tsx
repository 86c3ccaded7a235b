import { useTranslation } from 'react-i18next';
import { Button, Notice } from '../../ui/index.ts';
import { isChanged, useMemoryDrafts } from './drafts-store.ts';
import styles from './memory-browser.module.css';

/** Names changes that are neither saved nor open, and leads back to them. */
export function UnsavedNotice({ opened, onOpen }: { opened: string | undefined; onOpen: (itemId: string) => void }) {
  const { t } = useTranslation('memory');
  const drafts = useMemoryDrafts(({ items }) => items);
  const unsaved = Object.entries(drafts).filter(([itemId, draft]) => itemId !== opened && isChanged(draft));
  return unsaved.map(([itemId, draft]) => (
    <div key={itemId} className={styles['above']}>
      <Notice tone="warn" title={t('edit.unsavedTitle')} actions={<Button size="small" aria-label={t('edit.continueName', { title: draft.before.title })} onClick={() => onOpen(itemId)}>{t('edit.continue')}</Button>}>{draft.before.title}</Notice>
    </div>
  ));
}
