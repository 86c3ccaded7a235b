import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { AppNotices } from './app-notices.tsx';
import { Rail } from './rail.tsx';
import { StatusStrip } from './status-strip.tsx';
import styles from './layout.module.css';

/** True in the room, where the rail makes way for the conversation. */
const isRoom = (location: string): boolean => /^\/interview\/[^/]+$/.test(location);

/** A sheet on a desk: the rail at its side, the strip below, and one screen on the sheet. */
export function Layout({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  const [location] = useLocation();
  return (
    <div className={styles['shell']} data-compact={isRoom(location) || undefined}>
      <button type="button" className={styles['skip']} onClick={() => document.getElementById('main')?.focus()}>{t('skipToContent')}</button>
      <Rail compact={isRoom(location)} />
      <main className={styles['sheet']} id="main" tabIndex={-1}>
        <AppNotices />
        {children}
      </main>
      <StatusStrip />
    </div>
  );
}
