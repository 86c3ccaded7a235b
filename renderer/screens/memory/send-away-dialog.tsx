import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../../core/contract/models.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { ConfirmDialog } from '../../ui/index.ts';
import type { EmbedderView } from './compare-panel.tsx';
import styles from './forget-dialog.module.css';

/** Asks before what is remembered goes to another machine, and names whose it is. */
export function SendAwayDialog({ embedder, passages, busy, error, onConfirm, onClose }: { embedder: EmbedderView; passages: number; busy: boolean; error: unknown; onConfirm: () => void; onClose: () => void }) {
  const { t } = useTranslation('memory');
  const { data } = useEngineQuery(queryKeys.providers, (engine, signal) => engine.models.providers(undefined, { signal }));
  const host = hostOf(embedder, data?.providers ?? []);
  const where = host === null ? embedder.name : t('compare.ask.where', { name: embedder.name, host });
  return (
    <ConfirmDialog open onOpenChange={onClose} title={t('compare.ask.title', { name: embedder.name })} confirm={t('compare.ask.confirm')} cancel={t('compare.ask.cancel')} busy={busy} error={error} onConfirm={onConfirm}
      text={<><p>{t('compare.ask.text', { count: passages, where })}</p><p className={styles['stays']}>{t('compare.ask.list')}</p><p className={styles['stays']}>{t('compare.ask.keep')}</p></>} />
  );
}

/** The host of the provider an embedder belongs to, with whose id its own begins; null for one that has no address of its own. */
function hostOf({ embedderId }: EmbedderView, providers: readonly ProviderView[]): string | null {
  const address = providers.find(({ providerId }) => embedderId.startsWith(`${providerId}/`))?.baseUrl;
  return address && URL.canParse(address) ? new URL(address).host : null;
}
