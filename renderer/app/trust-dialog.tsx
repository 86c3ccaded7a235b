import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { AppStatus } from '../../core/contract/app.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EngineErrorNotice } from '../ui/engine-error-notice.tsx';
import { byteSize, clockTime, longDate } from '../ui/format.ts';
import { Notice } from '../ui/notice.tsx';
import { dismissLockFailure, setOfflineLock, useOfflineLock } from './offline-lock.ts';
import { closeOverlay } from './overlays-store.ts';
import { trustText } from './trust-words.ts';
import styles from './trust-dialog.module.css';

/** Says in full what the trust indicator says in short: who answers, what leaves, and what has left since the app started. */
export function TrustDialog({ status }: { status: AppStatus | undefined }) {
  const { t } = useTranslation('app');
  const [, navigate] = useLocation();
  const { on, failure } = useOfflineLock();
  const network = useEngineQuery(queryKeys.network, (engine, signal) => engine.models.network(undefined, { signal }), { staleMs: 0 });
  const openLedger = (): void => { closeOverlay(); navigate('/settings/privacy'); };
  return (
    <Dialog open onOpenChange={closeOverlay} title={t('leaves.title')} description={status ? trustText(t, status) : t('leaves.unknown')}
      footer={<><Button icon={ScrollText} onClick={openLedger}>{t('leaves.ledger')}</Button><Button variant="primary" onClick={closeOverlay}>{t('leaves.close')}</Button></>}>
      {failure !== null && <EngineErrorNotice error={failure.error} actions={{ retry: () => void setOfflineLock(failure.wanted) }} onDismiss={dismissLockFailure} />}
      {status?.lastSwitch && <Notice tone="warn" title={t('leaves.lastSwitch', { time: clockTime(status.lastSwitch.at) })}>{status.lastSwitch.says}</Notice>}
      <section className={styles['since']} aria-label={t('leaves.since')}>
        <h3>{status ? t('leaves.sinceStart', { when: `${longDate(status.startedAt)}, ${clockTime(status.startedAt)}` }) : t('leaves.since')}</h3>
        {network.error && <EngineErrorNotice error={network.error} actions={{ retry: () => void network.refetch() }} />}
        {network.data && (
          <dl>
            <div><dt>{t('leaves.connections')}</dt><dd>{network.data.connections}</dd></div>
            <div><dt>{t('leaves.sent')}</dt><dd>{byteSize(network.data.sentBytes)}</dd></div>
            <div><dt>{t('leaves.received')}</dt><dd>{byteSize(network.data.receivedBytes)}</dd></div>
            <div><dt>{t('leaves.refused')}</dt><dd>{network.data.lockedAttempts}</dd></div>
          </dl>
        )}
        {on !== undefined && <p>{t(on ? 'leaves.lockOn' : 'leaves.lockOff')}</p>}
      </section>
      {status && <p className={styles['kept']}>{t('leaves.kept')} <code>{status.dataFolder}</code></p>}
    </Dialog>
  );
}
