import { Cloud, Shield, ShieldAlert, ShieldCheck } from 'lucide-react';
import { Suspense, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../core/contract/app.ts';
import { useConnection } from '../client/engine.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';
import { useWatchDownloads } from '../screens/models/downloads-store.ts';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Switch } from '../ui/switch.tsx';
import { StripJobs } from './jobs-strip.tsx';
import { setOfflineLock, useOfflineLock } from './offline-lock.ts';
import { openOverlay, useOverlays } from './overlays-store.ts';
import { StripDownload } from './status-strip-download.tsx';
import { StripSwitch } from './status-strip-switch.tsx';
import { comparedWords, trustWords } from './trust-words.ts';
import styles from './status-strip.module.css';

const TrustDialog = lazy(async () => ({ default: (await import('./trust-dialog.tsx')).TrustDialog }));
const TRUST_ICONS = { nothing: ShieldCheck, answers: Cloud, unknown: Shield } as const;

/** The strip along the bottom: first who answers and what leaves this machine, then the Offline lock; last how to find the shortcuts. */
export function StatusStrip() {
  const { t } = useTranslation('app');
  const { state } = useConnection();
  const trustOpen = useOverlays(({ open }) => open === 'trust');
  const status = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  useWatchDownloads();
  return (
    <footer className={styles['strip']} aria-label={t('status')}>
      <Trust status={status.data} />
      <i className={styles['divider']} />
      <Lock />
      <StripSwitch latest={status.data?.lastSwitch ?? null} />
      <span className={styles['end']}>
        <StripJobs />
        <StripDownload />
        <span className={styles['state']} role="status" data-state={state}>
          {state === 'away' && <Spinner size={12} />}
          {t(`connection.${state}`)}
        </span>
        <i className={styles['divider']} />
        <button type="button" className={styles['shortcuts']} aria-haspopup="dialog" aria-keyshortcuts="?" onClick={() => openOverlay('shortcuts')}><Kbd shortcut="?" decorative /><span>{t('shortcuts')}</span></button>
      </span>
      {trustOpen && <Suspense fallback={null}><TrustDialog status={status.data} /></Suspense>}
    </footer>
  );
}

function Trust({ status }: { status: AppStatus | undefined }) {
  const { t } = useTranslation('app');
  const { who, what, leaves } = trustWords(t, status);
  const compared = comparedWords(t, status?.comparing);
  return (
    <button type="button" className={styles['trust']} data-leaves={leaves} onClick={() => openOverlay('trust')} aria-haspopup="dialog" title={what ? [`${who}: ${what}`, ...(compared ? [compared] : [])].join('. ') : undefined}>
      <Icon of={TRUST_ICONS[leaves]} size={14} />
      <b>{who}</b> {what && <span>{what}</span>}
    </button>
  );
}

function Lock() {
  const { t } = useTranslation('app');
  const { on, failure } = useOfflineLock();
  return (
    <>
      <span className={styles['lock']} data-on={on || undefined}>
        <Switch checked={on ?? false} disabled={on === undefined} onChange={(next) => void setOfflineLock(next)}
          label={<span className={styles['lockWords']}>{t('lock.name')} <span aria-hidden="true">{on === undefined ? '' : t(on ? 'lock.on' : 'lock.off')}</span></span>} />
      </span>
      {failure !== null && (
        <span className={styles['failed']} role="alert">
          <button type="button" aria-haspopup="dialog" onClick={() => openOverlay('trust')}><Icon of={ShieldAlert} size={14} />{t(failure.wanted ? 'lock.notTurnedOn' : 'lock.notTurnedOff')}</button>
        </span>
      )}
    </>
  );
}
