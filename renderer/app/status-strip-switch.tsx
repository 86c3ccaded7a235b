import { ArrowLeftRight, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Switch } from '../../core/contract/models.ts';
import { Icon } from '../ui/icon.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import { switchNoteLeftMs } from './switch-note.ts';
import styles from './status-strip.module.css';

/** For ten minutes after another provider took over: that it did and why, spoken once, with the way to Routing. */
export function StripSwitch({ latest }: { latest: Switch | null }) {
  const { t } = useTranslation('app');
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [now, setNow] = useState(() => Date.now());
  const at = latest?.at ?? null;
  const leftMs = at === null ? 0 : switchNoteLeftMs(at, now);
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const left = switchNoteLeftMs(at, Date.now());
    if (left <= 0) return;
    const timer = setTimeout(() => setNow(Date.now()), left + 50);
    return () => clearTimeout(timer);
  }, [at]);
  const shown = latest !== null && leftMs > 0 && dismissed !== latest.at ? latest : null;
  return (
    <>
      <VisuallyHidden live>{shown ? t('switched.spoken', { says: shown.says }) : ''}</VisuallyHidden>
      {shown && (
        <span className={styles['switched']} role="group" aria-label={t('switched.label')}>
          <Icon of={ArrowLeftRight} size={14} />
          <span className={styles['says']} title={shown.says}>{shown.says}</span>
          <Link href="/settings/routing">{t('switched.routing')}</Link>
          <button type="button" aria-label={t('switched.dismiss')} onClick={() => setDismissed(shown.at)}><Icon of={X} size={14} /></button>
        </span>
      )}
    </>
  );
}
