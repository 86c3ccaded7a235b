import { Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand, useEngineQuery } from '../../../client/index.ts';
import { Button, ConfirmDialog, EmptyState, EngineErrorNotice, ScreenHead, showToast, Skeleton } from '../../../ui/index.ts';
import { Panel } from '../../settings/panel.tsx';
import { ConfigProblems } from '../config-problems.tsx';
import { AddProviderDialog } from './add-provider-dialog.tsx';
import { EditProviderDialog } from './edit-provider-dialog.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { ProviderRow } from './provider-row.tsx';
import styles from './provider-settings.module.css';

type Open = { dialog: 'add' } | { dialog: 'edit' | 'key' | 'remove'; provider: ProviderView };

/** The connections: who they are, whether they work, and adding, mending and removing them. */
export function ProviderSettings() {
  const { t } = useTranslation('models');
  const [open, setOpen] = useState<Open | null>(null);
  /** Just connected: is asked at once whether it works. */
  const [testFirst, setTestFirst] = useState<string | null>(null);
  const { data, error, refetch } = useEngineQuery(queryKeys.providers, (engine, signal) => engine.models.providers(undefined, { signal }), { staleMs: 0 });
  const remove = useEngineCommand((engine, provider: ProviderView) => engine.models.removeProvider({ providerId: provider.providerId }), {
    outdates: [queryKeys.providers, queryKeys.routing, queryKeys.status],
    onDone: (_output, { name }) => { setOpen(null); showToast(t('providers.removed', { name })); },
  });
  const close = (): void => { setOpen(null); remove.reset(); };
  const add = <Button icon={Plus} onClick={() => setOpen({ dialog: 'add' })} disabled={!data}>{t('providers.add')}</Button>;
  return (
    <>
      <ScreenHead title={t('providers.title')} subtitle={t('providers.text')} actions={add} />
      <Panel label={t('providers.title')}>
        {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <div aria-busy="true" aria-label={t('providers.loading')} className={styles['waiting']}>{[0, 1, 2].map((row) => <Skeleton key={row} height="76px" />)}</div>}
        {data && <ConfigProblems problems={data.problems} />}
        {data?.providers.length === 0 && <EmptyState icon={Plug} title={t('providers.empty')} action={add}>{t('providers.emptyText')}</EmptyState>}
        {data && data.providers.length > 0 && (
          <ul className={styles['list']} aria-label={t('providers.list')}>
            {data.providers.map((provider) => (
              <ProviderRow key={provider.providerId} provider={provider} store={data.keyStore.name} testNow={testFirst === provider.providerId}
                onEdit={() => setOpen({ dialog: 'edit', provider })} onKey={() => setOpen({ dialog: 'key', provider })} onRemove={() => setOpen({ dialog: 'remove', provider })} />
            ))}
          </ul>
        )}
      </Panel>
      {data && open?.dialog === 'add' && <AddProviderDialog presets={data.presets} keyStore={data.keyStore} onClose={close} onAdded={(providerId) => { close(); setTestFirst(providerId); }} />}
      {data && open?.dialog === 'edit' && <EditProviderDialog provider={open.provider} presets={data.presets} onClose={close} />}
      {data && open?.dialog === 'key' && <KeyDialog provider={open.provider} keyStore={data.keyStore} onClose={close} />}
      {open?.dialog === 'remove' && (
        <ConfirmDialog open onOpenChange={close} tone="danger" title={t('providers.removeTitle')} text={t('providers.removeText', { name: open.provider.name })} confirm={t('providers.removeConfirm')}
          busy={remove.isPending} error={remove.error ?? undefined} onConfirm={() => remove.mutate(open.provider)} />
      )}
    </>
  );
}
