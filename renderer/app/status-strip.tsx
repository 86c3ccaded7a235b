import { ShieldCheck } from 'lucide-react';
import { Suspense, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../client/engine.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { openOverlay, useOverlays } from './overlays-store.ts';
import styles from './status-strip.module.css';

const TrustDialog = lazy(async () => ({ default: (await import('./trust-dialog.tsx')).TrustDialog }));

/** The strip along the bottom: first what leaves this machine, last how to find the shortcuts. */
export function StatusStrip() {
  const { t } = useTranslation('app');
  const { state } = useConnection();
  const trustOpen = useOverlays(({ open }) => open === 'trust');
  const status = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  const who = status.data?.answering.who ?? 'coach';
  return (
    <footer className={styles['strip']} aria-label={t('status')}>
      <button type="button" className={styles['leaves']} onClick={() => openOverlay('trust')} aria-haspopup="dialog">
        <Icon of={ShieldCheck} size={14} />
        <b>{t(`leaves.who.${who}`, { name: status.data?.answering.name ?? '' })}</b> <span>{t('leaves.nothing')}</span>
      </button>
      <span className={styles['state']} role="status" data-state={state}>
        {state === 'away' && <Spinner size={12} />}
        {t(`connection.${state}`)}
      </span>
      <i className={styles['divider']} />
      <button type="button" className={styles['shortcuts']} aria-haspopup="dialog" aria-keyshortcuts="?" onClick={() => openOverlay('shortcuts')}><Kbd shortcut="?" decorative />{t('shortcuts')}</button>
      {trustOpen && <Suspense fallback={null}><TrustDialog folder={status.data?.dataFolder} /></Suspense>}
    </footer>
  );
}
