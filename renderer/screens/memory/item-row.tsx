import { Pin, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryItem } from '../../../core/contract/memory.ts';
import { Badge, Icon, IconButton } from '../../ui/index.ts';
import { isSaidByText, KIND_ICONS, whenShort } from './item-words.ts';
import type { RowSubject } from './use-memory.ts';
import styles from './item-row.module.css';

/** Longer beginnings of a text are never drawn in a row. */
const BEGINNING = 400;

export interface RowActs { onOpen: (itemId: string) => void; onPin: (subject: RowSubject) => void; onForget: (subject: RowSubject) => void }

/** Something remembered, as a line of the list: its title, how it begins, what it is and since when. */
export const ItemRow = memo(function ItemRow({ item, open, unsaved, tab, onOpen, onPin, onForget }: { item: MemoryItem; open: boolean; unsaved: boolean; tab: 0 | -1 } & RowActs) {
  const { t } = useTranslation('memory');
  const said = isSaidByText(item.title, item.text);
  const beginning = item.text.slice(0, BEGINNING);
  const about = [t(`kind.${item.kind}`), ...(item.fact ? [t(`fact.${item.fact}`)] : []), whenShort(item.at), ...(item.edited ? [t('list.edited')] : [])].join(' · ');
  return (
    <div className={styles['row']} data-open={open || undefined}>
      <span className={styles['icon']}><Icon of={KIND_ICONS[item.kind]} /></span>
      <button type="button" className={styles['main']} data-row-main="" data-item={item.itemId} tabIndex={tab} aria-current={open || undefined} onClick={() => onOpen(item.itemId)}>
        <span className={styles['title']} data-whole={said || undefined}><span>{said ? beginning : item.title}</span>{unsaved && <Badge tone="warn">{t('list.unsaved')}</Badge>}</span>
        {!said && <span className={styles['below']}>{beginning}</span>}
        <span className={styles['about']}>{about}</span>
      </button>
      <RowButtons subject={item} tab={tab} onPin={onPin} onForget={onForget} />
    </div>
  );
});

/** Pin and forget, named for readers by what they are about. */
export function RowButtons({ subject, tab, onPin, onForget }: { subject: RowSubject; tab: 0 | -1 } & Pick<RowActs, 'onPin' | 'onForget'>) {
  const { t } = useTranslation('memory');
  const { title } = subject;
  return (
    <span className={styles['acts']}>
      <span className={styles['pin']} data-pinned={subject.pinned || undefined}><IconButton label={t(subject.pinned ? 'list.unpin' : 'list.pin', { title })} icon={Pin} size="small" tabIndex={tab} onClick={() => onPin(subject)} /></span>
      <IconButton label={t('list.forget', { title })} icon={Trash2} size="small" tabIndex={tab} onClick={() => onForget(subject)} />
    </span>
  );
}
