import { ChevronRight } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MemoryHit } from '../../../core/contract/memory.ts';
import { Icon } from '../../ui/index.ts';
import { RowButtons, type RowActs } from './item-row.tsx';
import { isSaidByText, KIND_ICONS, whenShort } from './item-words.ts';
import { MarkedPassage } from './marked-passage.tsx';
import { excerptOf } from './passage-excerpt.ts';
import { WhyHere } from './why-here.tsx';
import row from './item-row.module.css';
import styles from './hit-row.module.css';

/** Characters of a passage that are shown, about three lines. */
const MOST_SHOWN = 260;

/** One hit: the passage with the found words, where it was said, and why it stands where it does. */
export const HitRow = memo(function HitRow({ hit, open, why, nameOf, tab, onOpen, onWhy, onPin, onForget }: {
  hit: MemoryHit; open: boolean; why: boolean; nameOf: (embedder: string) => string; tab: 0 | -1; onOpen: (hit: MemoryHit) => void; onWhy: (hit: MemoryHit) => void;
} & Pick<RowActs, 'onPin' | 'onForget'>) {
  const { t } = useTranslation('memory');
  const excerpt = useMemo(() => excerptOf(hit.passage, hit.marks, MOST_SHOWN), [hit]);
  const { source, title } = hit;
  const said = isSaidByText(title, hit.passage);
  const about = [t(`kind.${hit.kind}`), ...(hit.fact ? [t(`fact.${hit.fact}`)] : []), ...(source ? [] : [whenShort(hit.at)])].join(' · ');
  const marked = <>{excerpt.cutBefore && '… '}<MarkedPassage text={excerpt.text} marks={excerpt.marks} />{excerpt.cutAfter && ' …'}</>;
  return (
    <div className={row['row']} data-open={open || undefined}>
      <span className={row['icon']}><Icon of={KIND_ICONS[hit.kind]} /></span>
      <button type="button" className={`${row['main']} ${styles['main']}`} data-row-main="" data-item={hit.itemId} tabIndex={tab} aria-current={open || undefined} onClick={() => onOpen(hit)}>
        <span className={row['title']} data-whole={said || undefined}><span>{said ? marked : title}</span></span>
        {!said && <span className={styles['passage']}>{marked}</span>}
      </button>
      <RowButtons subject={hit} tab={tab} onPin={onPin} onForget={onForget} />
      <span className={styles['foot']}>
        <span className={styles['about']}>{about}</span>
        {source && <Link className={styles['from']} href={`/interview/${source.sessionId}`} tabIndex={tab} aria-label={t('search.fromName', { title: source.title, when: whenShort(source.at) })}>{t('search.from', { title: source.title, when: whenShort(source.at) })}</Link>}
        <button type="button" className={styles['why']} tabIndex={tab} aria-expanded={why} aria-label={t('why.name', { title })} onClick={() => onWhy(hit)}>{t('why.open')}<Icon of={ChevronRight} size={14} /></button>
      </span>
      {why && <span className={styles['reason']}><WhyHere hit={hit} nameOf={nameOf} /></span>}
    </div>
  );
});
