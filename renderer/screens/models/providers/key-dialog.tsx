import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, showToast } from '../../../ui/index.ts';
import { KeyFields, noKey, type KeyStore } from './key-fields.tsx';

/** Takes a key for one connection. What is typed lives in this dialog only and is gone with it. */
export function KeyDialog({ provider, keyStore, onClose }: { provider: ProviderView; keyStore: KeyStore; onClose: () => void }) {
  const { t } = useTranslation('models');
  const [typed, setTyped] = useState(() => noKey(keyStore));
  const { providerId, name } = provider;
  const save = useEngineCommand((engine, { key, keep }: typeof typed) => engine.models.setKey({ providerId, key, keep }), {
    secret: true, outdates: [queryKeys.providers, queryKeys.routing, queryKeys.status],
    onDone: () => { save.reset(); onClose(); showToast(t('providers.keySaved', { name })); },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t('providers.dialog.keyTitle', { name })}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" disabled={typed.key === ''} busy={save.isPending} onClick={() => save.mutate(typed)}>{t('providers.dialog.setKey')}</Button>
      </>}>
      <KeyFields store={keyStore} typed={typed} onChange={setTyped} keyEnv={provider.keyEnv} />
      {save.error && <EngineErrorNotice error={save.error} />}
    </Dialog>
  );
}
