import { useTranslation } from 'react-i18next';
import type { LocalModel } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { byteSize, ConfirmDialog, showToast } from '../../../ui/index.ts';
import { useDownloads } from '../downloads-store.ts';

/** Asks before a model's file, or what there is of it, is deleted. */
export function ModelRemoval({ model, what, onClose }: { model: LocalModel; what: 'file' | 'download'; onClose: () => void }) {
  const { t } = useTranslation('models');
  const { modelId, name } = model;
  const outdates = [queryKeys.localModels, queryKeys.status, queryKeys.providers, queryKeys.routing];
  const received = useDownloads(({ downloads }) => downloads?.find((download) => download.modelId === modelId)?.receivedBytes) ?? model.download?.receivedBytes ?? 0;
  const remove = useEngineCommand((engine) => engine.models.deleteModel({ modelId }), { outdates, onDone: ({ freedBytes }) => { onClose(); showToast(t('local.deleted', { name, size: byteSize(freedBytes) })); } });
  const cancel = useEngineCommand((engine) => engine.models.cancelDownload({ modelId }), { outdates, onDone: onClose });
  if (what === 'download') {
    return (
      <ConfirmDialog open onOpenChange={onClose} tone="danger" title={t('local.cancelTitle')} text={t('local.cancelText', { name, size: byteSize(received) })} confirm={t('local.cancelConfirm')} cancel={t('local.cancelKeep')}
        busy={cancel.isPending} error={cancel.error ?? undefined} onConfirm={() => cancel.mutate(undefined)} />
    );
  }
  return (
    <ConfirmDialog open onOpenChange={onClose} tone="danger" title={t('local.deleteTitle')} confirm={t('local.deleteConfirm')} busy={remove.isPending} error={remove.error ?? undefined} onConfirm={() => remove.mutate(undefined)}
      text={t(model.origin === 'imported' ? 'local.deleteImportedText' : 'local.deleteText', { name, size: byteSize(model.fileBytes ?? 0) })} />
  );
}
