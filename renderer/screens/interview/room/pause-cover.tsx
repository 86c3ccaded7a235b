import { Pause, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Icon } from '../../../ui/index.ts';
import styles from './pause-cover.module.css';

/** Covers the question while the clock stands, so that a pause is no time to think. */
export function PauseCover({ onResume, busy, draftWords }: { onResume: () => void; busy: boolean; draftWords: number }) {
  const { t } = useTranslation('interview');
  const resume = useRef<HTMLButtonElement>(null);
  useEffect(() => { resume.current?.focus(); }, []);
  return (
    <section className={styles['cover']} aria-labelledby="paused-title">
      <span className={styles['sign']}><Icon of={Pause} size={24} /></span>
      <h2 id="paused-title">{t('room.pausedTitle')}</h2>
      <p>{t('room.pausedText')} {draftWords > 0 && t('room.pausedDraft', { count: draftWords })}</p>
      <Button ref={resume} variant="primary" size="large" icon={Play} busy={busy} onClick={onResume}>{t('room.resume')}</Button>
    </section>
  );
}
