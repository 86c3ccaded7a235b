import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderPreset, ProviderView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, Field, TextInput } from '../../../ui/index.ts';
import { ModelField } from './model-field.tsx';

/** Changes a connection's name, address and models. The key has a dialog of its own. */
export function EditProviderDialog({ provider, presets, onClose }: { provider: ProviderView; presets: readonly ProviderPreset[]; onClose: () => void }) {
  const { t } = useTranslation('models');
  const [name, setName] = useState(provider.name);
  const [baseUrl, setBaseUrl] = useState(provider.baseUrl ?? '');
  const [model, setModel] = useState(provider.model ?? '');
  const [embeddingModel, setEmbeddingModel] = useState(provider.embeddingModel ?? '');
  const hasAddress = provider.kind === 'openai-compatible';
  const hasModels = provider.kind !== 'llama';
  const known = [...new Set([...(provider.lastTest?.models ?? []), ...presets.filter(({ kind, baseUrl: address }) => kind === provider.kind && address === provider.baseUrl).flatMap(({ suggestedModels }) => suggestedModels)])];
  const save = useEngineCommand((engine) => engine.models.updateProvider({
    providerId: provider.providerId,
    change: { name: name.trim(), ...(hasAddress ? { baseUrl: baseUrl.trim() } : {}), ...(hasModels ? { model: model.trim() || null, embeddingModel: embeddingModel.trim() || null } : {}) },
  }), { outdates: [queryKeys.providers, queryKeys.routing, queryKeys.status], onDone: onClose });
  return (
    <Dialog open onOpenChange={onClose} title={t('providers.dialog.editTitle', { name: provider.name })}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" disabled={name.trim() === '' || (hasAddress && baseUrl.trim() === '')} busy={save.isPending} onClick={() => save.mutate(undefined)}>{t('providers.dialog.save')}</Button>
      </>}>
      <Field label={t('providers.dialog.name')} help={t('providers.dialog.nameHelp')}>{(control) => <TextInput {...control} value={name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} />}</Field>
      {hasAddress && <Field label={t('providers.dialog.baseUrl')} help={t('providers.dialog.baseUrlHelp')}>{(control) => <TextInput {...control} type="url" value={baseUrl} maxLength={500} autoComplete="off" spellCheck={false} onChange={(event) => setBaseUrl(event.target.value)} />}</Field>}
      {hasModels && <ModelField label={t('providers.dialog.model')} help={t('providers.dialog.modelHelp')} value={model} onChange={setModel} known={known} />}
      {hasModels && provider.kind !== 'anthropic' && <ModelField label={t('providers.dialog.embeddingModel')} value={embeddingModel} onChange={setEmbeddingModel} known={known} />}
      {save.error && <EngineErrorNotice error={save.error} />}
    </Dialog>
  );
}
