import { useTranslation } from 'react-i18next';
import { useConnection } from '../client/engine.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineCommand, useEngineQuery } from '../client/use-engine.ts';
import { Notice } from '../ui/notice.tsx';
import styles from './app-notices.module.css';

/** What has to be told outside of any call: data restored from a copy, a session that is over. Each stays until dismissed. */
export function AppNotices() {
  const { t } = useTranslation('app');
  const { state } = useConnection();
  const { data } = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  const dismiss = useEngineCommand((engine, id: string) => engine.app.dismissNotice({ id }), { outdates: [queryKeys.status] });
  const notices = data?.notices ?? [];
  if (notices.length === 0 && state !== 'signed-out') return null;
  return (
    <div className={styles['notices']} role="status">
      {state === 'signed-out' && <Notice tone="warn" title={t('signedOut.title')}>{t('signedOut.text')}</Notice>}
      {notices.map((notice) => (
        <Notice key={notice.id} tone={notice.tone} title={notice.title} onDismiss={() => dismiss.mutate(notice.id)}><p>{notice.text}</p></Notice>
      ))}
    </div>
  );
}
