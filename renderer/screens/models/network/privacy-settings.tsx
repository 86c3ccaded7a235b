import { useTranslation } from 'react-i18next';
import { dismissLockFailure, setOfflineLock, useOfflineLock } from '../../../app/offline-lock.ts';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { byteSize, EngineErrorNotice, ScreenHead, Skeleton, Switch } from '../../../ui/index.ts';
import { NetworkLedger } from './network-ledger.tsx';
import styles from './privacy-settings.module.css';

/** The Offline lock, what has left since the start, and every connection in the ledger. */
export function PrivacySettings() {
  const { t } = useTranslation('models');
  const { on, failure } = useOfflineLock();
  const network = useEngineQuery(queryKeys.network, (engine, signal) => engine.models.network(undefined, { signal }), { staleMs: 0 });
  const figures = network.data && [
    { value: String(network.data.connections), words: t('privacy.connections', { count: network.data.connections }) },
    { value: byteSize(network.data.sentBytes), words: t('privacy.sent') },
    { value: byteSize(network.data.receivedBytes), words: t('privacy.received') },
    { value: String(network.data.lockedAttempts), words: t('privacy.refused', { count: network.data.lockedAttempts }) },
  ];
  return (
    <>
      <ScreenHead title={t('privacy.title')} subtitle={t('privacy.text')} />
      <div className={styles['body']}>
        <section className={styles['lock']} data-on={on || undefined} aria-label={t('privacy.lock')}>
          <Switch label={<b>{t('privacy.lock')}</b>} checked={on ?? false} disabled={on === undefined} onChange={(next) => void setOfflineLock(next)} />
          <p>{t('privacy.lockText')}</p>
        </section>
        {failure !== null && <EngineErrorNotice error={failure.error} actions={{ retry: () => void setOfflineLock(failure.wanted) }} onDismiss={dismissLockFailure} />}
        {network.error && <EngineErrorNotice error={network.error} actions={{ retry: () => void network.refetch() }} />}
        {!figures && !network.error && <Skeleton height="56px" />}
        {figures && (
          <section aria-label={t('privacy.since')}>
            <h2 className={styles['since']}>{t('privacy.since')}</h2>
            <dl className={styles['figures']}>{figures.map(({ value, words }) => <div key={words}><dt>{words}</dt><dd>{value}</dd></div>)}</dl>
          </section>
        )}
        <NetworkLedger />
      </div>
    </>
  );
}
