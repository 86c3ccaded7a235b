import { BookOpen, Cloud, Cpu, ThumbsDown, ThumbsUp, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Who } from '../../core/contract/vocabulary.ts';
import { Icon } from './icon.tsx';
import { clockTime } from './format.ts';
import styles from './provenance.module.css';

/** Who made a text, as the contract says it. */
export interface MadeBy { who: Who; part: string; version: string; model?: { provider: string; name: string; inputTokens: number | null; outputTokens: number | null } | undefined; instead?: string | undefined }
export type Rating = 'up' | 'down' | null;

const WHO_ICONS: Readonly<Record<Who, LucideIcon>> = { coach: BookOpen, local: Cpu, cloud: Cloud };

/** A prompt is named without the folder it is in: the reader knows where they are. */
const shortPart = (part: string): string => part.split('/').at(-1) ?? part;

/** The small line under every machine-made text: who made it, with what, when; and, with `onRate`, whether it was any good. */
export function Provenance({ madeBy, at, rating = null, onRate }: { madeBy: MadeBy; at?: string | undefined; rating?: Rating; onRate?: (rating: Rating) => void }) {
  const { t } = useTranslation('ui');
  return (
    <span className={styles['made']}>
      <span className={styles['who']}><Icon of={WHO_ICONS[madeBy.who]} size={14} />{t(`madeBy.${madeBy.who}`)}</span>
      <span>· {t('madeWith', { part: shortPart(madeBy.part), version: madeBy.version })}</span>
      {madeBy.model && <span className={styles['model']} title={madeBy.model.provider}>· {madeBy.model.name}</span>}
      {madeBy.model?.outputTokens != null && <span>· {t('madeTokens', { count: madeBy.model.outputTokens })}</span>}
      {at && <span>· <time dateTime={at}>{clockTime(at)}</time></span>}
      {onRate && (
        <span className={styles['rate']}>
          <button type="button" aria-label={t('rateUp')} aria-pressed={rating === 'up'} onClick={() => onRate(rating === 'up' ? null : 'up')}><Icon of={ThumbsUp} size={14} /></button>
          <button type="button" aria-label={t('rateDown')} aria-pressed={rating === 'down'} onClick={() => onRate(rating === 'down' ? null : 'down')}><Icon of={ThumbsDown} size={14} /></button>
        </span>
      )}
    </span>
  );
}
