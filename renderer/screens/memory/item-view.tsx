import { MessagesSquare } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MemoryItem } from '../../../core/contract/memory.ts';
import { Badge, Button, Icon } from '../../ui/index.ts';
import { whenLong } from './item-words.ts';
import { MarkedPassage } from './marked-passage.tsx';
import { textBlocks, type Stretch } from './passage-excerpt.ts';
import styles from './item-view.module.css';

const SOURCES_FIRST = 4;

/** What is remembered, to read: the whole text, what it is, since when, and where it was said. */
export function ItemView({ item, found }: { item: MemoryItem; found: Stretch | null }) {
  const { t } = useTranslation('memory');
  const times = [t('item.remembered', { when: whenLong(item.at) }), ...(item.edited && item.updatedAt !== item.at ? [t('item.changed', { when: whenLong(item.updatedAt) })] : [])].join(', ');
  return (
    <div className={styles['view']}>
      <p className={styles['about']}><Badge>{t(`kind.${item.kind}`)}</Badge>{item.fact && <Badge tone="accent">{t(`fact.${item.fact}`)}</Badge>}<span>{times}</span></p>
      {item.text.trim() !== item.title.trim() && <ItemText text={item.text} found={found} />}
      <Sources item={item} />
    </div>
  );
}

function ItemText({ text, found: passageFound }: { text: string; found: Stretch | null }) {
  const { t } = useTranslation('memory');
  // The whole of a short text is no place to point at.
  const found = passageFound && (passageFound.start > 0 || passageFound.end < text.length) ? passageFound : null;
  const blocks = useMemo(() => textBlocks(text), [text]);
  const passage = useRef<HTMLDivElement>(null);
  const start = found?.start;
  useEffect(() => { if (start !== undefined) passage.current?.querySelector('mark')?.scrollIntoView({ block: 'start' }); }, [start]);
  const first = found === null ? -1 : blocks.findIndex(({ end }) => end > found.start);
  return (
    <section className={styles['text']} aria-label={t('item.text')} ref={passage}>
      {blocks.map((block, index) => {
        const marks = found ? [{ start: found.start - block.start, end: found.end - block.start }].filter(({ end }) => end > 0) : [];
        const words = text.slice(block.start, block.end);
        return <div key={block.start} {...(index === first ? { title: t('item.found') } : {})}>{marks.length > 0 ? <MarkedPassage text={words} marks={marks} /> : words}</div>;
      })}
    </section>
  );
}

function Sources({ item }: { item: MemoryItem }) {
  const { t } = useTranslation('memory');
  const [all, setAll] = useState(false);
  const { sources } = item;
  if (sources.length === 0) {
    const own = item.kind === 'resume' || item.kind === 'job' || item.kind === 'note';
    return <p className={styles['none']}>{t(own ? 'item.own' : item.edited ? 'item.ownKept' : 'item.noSource')}</p>;
  }
  const shown = all ? sources : sources.slice(0, SOURCES_FIRST);
  return (
    <section className={styles['sources']} aria-labelledby="memory-sources">
      <h3 id="memory-sources">{t('item.sources')}</h3>
      <ul>
        {shown.map(({ sessionId, seq, title, at }) => (
          <li key={`${sessionId} ${seq}`}><Link href={`/interview/${sessionId}`}><Icon of={MessagesSquare} size={14} /><span>{t('item.source', { title })}</span><small>{whenLong(at)}</small></Link></li>
        ))}
      </ul>
      {shown.length < sources.length && <Button size="small" variant="plain" onClick={() => setAll(true)}>{t('item.moreSources', { count: sources.length - shown.length })}</Button>}
    </section>
  );
}
