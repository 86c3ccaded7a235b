import { useTranslation } from 'react-i18next';
import type { Turn } from '../../../../core/contract/interview.ts';
import { InlineCode } from '../evidence/inline-code.tsx';
import { isSpoken, type Heard } from './speech-words.ts';
import styles from './spoken-words.module.css';

/**
 * What the interviewer says, also while it is being said: with a caret behind it, and with `now` with room from the start, so that
 * nothing moves when the words come. Assistive technology hears the turn when it is whole, not word by word.
 */
export function SpokenWords({ as: Element, turn, now = false, className = '' }: { as: 'h2' | 'p'; turn: Turn; now?: boolean; className?: string | undefined }) {
  const { t } = useTranslation('interview');
  const speaking = turn.state === 'speaking';
  return (
    <Element className={`${styles['words']} ${className}`} data-roomy={(now && isSpoken(turn)) || undefined} aria-busy={speaking || undefined} aria-live={speaking ? 'off' : undefined}
      aria-label={speaking && turn.text === '' ? t('room.thinking') : undefined}>
      <InlineCode text={turn.text} />
      {speaking && <i className={styles['caret']} aria-hidden="true" />}
    </Element>
  );
}

/** Words that broke off before somebody else began again. */
export function SpokenCut({ turn }: { turn: Turn }) {
  const { t } = useTranslation('interview');
  if (!turn.cut) return null;
  return <p className={styles['cut']}><s>{turn.cut}</s> <em>{t('room.brokeOff')}</em></p>;
}

/** Who was to have spoken and why it was somebody else. */
export function SpokenInstead({ turn, heard }: { turn: Turn; heard: Heard | null }) {
  const says = turn.state === 'speaking' && heard?.seq === turn.seq ? heard.switches.join(' ') : turn.madeBy?.instead;
  return says ? <p className={styles['instead']}>{says}</p> : null;
}
