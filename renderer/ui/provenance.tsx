import { BookOpen, Cloud, Cpu, ThumbsDown, ThumbsUp, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { Who } from '../../core/contract/vocabulary.ts';
import { Icon } from './icon.tsx';
import { clockTime } from './format.ts';
import styles from './provenance.module.css';

/** A prompt that went into a text; `hash` leads to its exact words. */
export interface UsedPrompt { id: string; version: string; hash: string }

/** Who made a text, as the contract says it. */
export interface MadeBy {
  who: Who; part: string; version: string;
  model?: { provider: string; name: string; inputTokens: number | null; outputTokens: number | null } | undefined;
  /** What a model's words were made from, the instruction first. */
  prompts?: readonly UsedPrompt[] | undefined;
  instead?: string | undefined;
}
export type Rating = 'up' | 'down' | null;

const WHO_ICONS: Readonly<Record<Who, LucideIcon>> = { coach: BookOpen, local: Cpu, cloud: Cloud };

/** A prompt is named without the folder it is in: the reader knows where they are. */
const shortPart = (part: string): string => part.split('/').at(-1) ?? part;

interface ProvenanceProps {
  madeBy: MadeBy;
  at?: string | undefined;
  rating?: Rating;
  onRate?: ((rating: Rating) => void) | undefined;
  /** Shows the exact words in place; without it they are a link to their own page. */
  onWords?: ((prompts: readonly UsedPrompt[]) => void) | undefined;
  /** The thumbs come with the pointer or the focus; one that was given stays. */
  quiet?: boolean;
  /** False in long lists, where only one line is in the Tab order and arrows lead to the others. */
  tabStops?: boolean;
}

/** The small line under every machine-made text: who made it, with what, when; and, with `onRate`, whether it was any good. The prompt leads to its exact words. */
export function Provenance({ madeBy, at, rating = null, onRate, onWords, quiet = false, tabStops = true }: ProvenanceProps) {
  const { t } = useTranslation('ui');
  const stop = tabStops ? {} : { tabIndex: -1 };
  return (
    <span className={styles['made']} data-marks="">
      <span className={styles['who']}><Icon of={WHO_ICONS[madeBy.who]} size={14} />{t(`madeBy.${madeBy.who}`)}</span>
      <span>· <MadeWith madeBy={madeBy} onWords={onWords} stop={stop} /></span>
      {madeBy.model && <span className={styles['model']} title={madeBy.model.provider}>· {madeBy.model.name}</span>}
      {madeBy.model?.outputTokens != null && <span>· {t('madeTokens', { count: madeBy.model.outputTokens })}</span>}
      {at && <span>· <time dateTime={at}>{clockTime(at)}</time></span>}
      {onRate && (
        <span className={styles['rate']} data-quiet={quiet || undefined}>
          <button type="button" aria-label={t('rateUp')} aria-pressed={rating === 'up'} onClick={() => onRate(rating === 'up' ? null : 'up')} {...stop}><Icon of={ThumbsUp} size={14} /></button>
          <button type="button" aria-label={t('rateDown')} aria-pressed={rating === 'down'} onClick={() => onRate(rating === 'down' ? null : 'down')} {...stop}><Icon of={ThumbsDown} size={14} /></button>
        </span>
      )}
    </span>
  );
}

/** The prompt's name and version; when its words are on record, the way to them. */
function MadeWith({ madeBy: { part, version, prompts }, onWords, stop }: { madeBy: MadeBy; onWords: ProvenanceProps['onWords']; stop: { tabIndex?: number } }) {
  const { t } = useTranslation('ui');
  const [location] = useLocation();
  const words = t('madeWith', { part: shortPart(part), version });
  const first = prompts?.[0];
  if (!prompts || !first) return words;
  const title = t('madeWords', { id: first.id, version: first.version });
  return onWords
    ? <button type="button" className={styles['words']} title={title} aria-haspopup="dialog" onClick={() => onWords(prompts)} {...stop}>{words}</button>
    : <Link className={styles['words']} href={`/settings/prompts/words/${first.hash}`} state={{ from: location }} title={title} {...stop}>{words}</Link>;
}
