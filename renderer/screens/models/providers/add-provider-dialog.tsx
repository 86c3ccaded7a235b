import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderPreset, ProviderView } from '../../../../core/contract/models.ts';
import { queryClient, queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, Field, Notice, Select, TextInput } from '../../../ui/index.ts';
import { KeyFields, noKey, type KeyStore } from './key-fields.tsx';
import { ModelField } from './model-field.tsx';

/**
 * Connects a provider: what it is, where, which model, with which key. When only the key is refused, the connection stays
 * and the key can be tried again here.
 */
export function AddProviderDialog({ presets, keyStore, onClose, onAdded }: { presets: readonly ProviderPreset[]; keyStore: KeyStore; onClose: () => void; onAdded: (providerId: string) => void }) {
  const { t } = useTranslation('models');
  const [presetId, setPresetId] = useState(presets[0]?.presetId ?? '');
  const preset = presets.find((each) => each.presetId === presetId);
  const [name, setName] = useState('');
  const [baseUrl, setBaseUrl] = useState<string | null>(null);
  const [model, setModel] = useState('');
  const [typed, setTyped] = useState(() => noKey(keyStore));
  const [added, setAdded] = useState<ProviderView | null>(null);
  const outdated = (): void => { for (const queryKey of [queryKeys.providers, queryKeys.routing, queryKeys.status]) void queryClient.invalidateQueries({ queryKey }); };

  const hasAddress = preset?.kind === 'openai-compatible';
  const address = (baseUrl ?? preset?.baseUrl ?? '').trim();
  const add = useEngineCommand(async (engine) => {
    const provider = added ?? await engine.models.addProvider({ presetId, ...(name.trim() ? { name: name.trim() } : {}), ...(hasAddress ? { baseUrl: address } : {}), ...(model.trim() ? { model: model.trim() } : {}) });
    if (!added) { setAdded(provider); outdated(); }
    if (typed.key !== '') await engine.models.setKey({ providerId: provider.providerId, ...typed });
    return provider;
  }, { onDone: (provider) => { add.reset(); outdated(); onAdded(provider.providerId); } });
  const choose = (next: string): void => { setPresetId(next); setBaseUrl(null); setModel(''); };
  const wantsKey = preset && preset.kind !== 'llama' && (preset.needsKey || preset.keyHint !== '');

  return (
    <Dialog open onOpenChange={() => { if (added) onAdded(added.providerId); else onClose(); }} title={t('providers.dialog.addTitle')} description={t('providers.dialog.addText')}
      footer={<>
        <Button onClick={() => { if (added) onAdded(added.providerId); else onClose(); }}>{t(added ? 'close' : 'cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" disabled={!preset || (hasAddress && address === '') || (added !== null && typed.key === '')} busy={add.isPending} onClick={() => add.mutate(undefined)}>{t(added ? 'providers.dialog.setKey' : 'providers.dialog.add')}</Button>
      </>}>
      {!added && (
        <>
          <Field label={t('providers.dialog.preset')} help={preset?.about}>
            {(control) => <Select {...control} value={presetId} onChange={(event) => choose(event.target.value)} options={presets.map((each) => ({ value: each.presetId, label: each.name }))} />}
          </Field>
          {hasAddress && (
            <Field label={t('providers.dialog.baseUrl')} help={t('providers.dialog.baseUrlHelp')}>
              {(control) => <TextInput {...control} type="url" value={baseUrl ?? preset.baseUrl ?? ''} maxLength={500} autoComplete="off" spellCheck={false} onChange={(event) => setBaseUrl(event.target.value)} />}
            </Field>
          )}
          {preset?.kind !== 'llama' && <ModelField label={t('providers.dialog.model')} help={t('providers.dialog.modelHelp')} value={model} onChange={setModel} known={preset?.suggestedModels ?? []} />}
        </>
      )}
      {added && <Notice tone="warn">{t('providers.dialog.addedNoKey', { name: added.name })}</Notice>}
      {wantsKey && <KeyFields optional={!preset.needsKey} store={keyStore} typed={typed} onChange={setTyped} hint={preset.keyHint || undefined} keyEnv={added?.keyEnv ?? null} />}
      {!added && <Field label={t('providers.dialog.name')} optional help={t('providers.dialog.nameHelp')}>{(control) => <TextInput {...control} value={name} placeholder={preset?.name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} />}</Field>}
      {add.error && <EngineErrorNotice error={add.error} />}
    </Dialog>
  );
}
