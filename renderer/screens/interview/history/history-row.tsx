import { Trash2 } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { HistoryItem } from '../../../../core/contract/interview.ts';
import { Badge, clockTime, IconButton, shortDate } from '../../../ui/index.ts';
import { splitByMarks } from '../evidence/marked-text.ts';
import { findWords } from './found-words.ts';
import { rangeWords } from '../report/score-words.ts';
import styles from './history-row.module.css';

/** One interview of the history: opens its report, or the room when it is unfinished. */
export function HistoryRow({ item, search, compared, canCompare, onCompare, onDelete }:
  { item: HistoryItem; search: string; compared: boolean; canCompare: boolean; onCompare: (on: boolean) => void; onDelete: () => void }) {
  const { t } = useTranslation('interview');
  const finished = item.endedAt !== null;
  const when = `${shortDate(item.startedAt)}, ${clockTime(item.startedAt)}`;
  const about = [when, t(`kindLower.${item.kind}`), t(`pressureLower.${item.pressure}`), t(`modeLower.${item.mode}`), t('history.answered', { answered: item.answered, count: item.questionCount }), t('shortMinutes', { count: Math.max(1, Math.round(item.activeMs / 60_000)) })].join(' · ');
  return (
    <div className={styles['row']}>
      <input type="checkbox" className={styles['check']} checked={compared} disabled={!finished || (!canCompare && !compared)} aria-label={t('history.compareThis', { title: item.title, when })} title={finished ? t('history.compareHint') : t('history.compareUnfinished')} onChange={(event) => onCompare(event.target.checked)} />
      <Link className={styles['open']} href={finished ? `/interview/${item.sessionId}/report` : `/interview/${item.sessionId}`}>
        <span className={styles['title']}><span>{item.title}</span>{!finished && <Badge tone="note">{t('history.unfinished')}</Badge>}</span>
        <span className={styles['about']}>{about}</span>
        {item.excerpt && <span className={styles['excerpt']}>{splitByMarks(item.excerpt, findWords(item.excerpt, search)).map((piece) => <Fragment key={piece.start}>{piece.marks.length > 0 ? <mark>{piece.text}</mark> : piece.text}</Fragment>)}</span>}
      </Link>
      <span className={styles['score']}>
        {!finished ? <Link href={`/interview/${item.sessionId}`}>{t('history.continue')}</Link>
          : item.score === null ? <span className={styles['quiet']}>{t('score.notEnoughShort')}</span>
            : <><strong>{item.score}</strong> <span className={styles['quiet']}>{rangeWords(item)}</span></>}
      </span>
      <IconButton label={t('history.deleteThis', { title: item.title, when })} icon={Trash2} size="small" onClick={onDelete} />
    </div>
  );
}
