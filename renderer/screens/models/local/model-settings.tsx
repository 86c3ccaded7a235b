import { Boxes, Copy, ShieldCheck, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocalModel } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { Button, byteSize, EmptyState, EngineErrorNotice, Icon, IconButton, ScreenHead, showToast, Skeleton } from '../../../ui/index.ts';
import { Panel } from '../../settings/panel.tsx';
import { ConfigProblems } from '../config-problems.tsx';
import { DownloadSource } from './download-source.tsx';
import { ImportModel } from './import-model.tsx';
import { startImport, useImport } from './import-store.ts';
import { MachineCard } from './machine-card.tsx';
import { ModelFacts } from './model-facts.tsx';
import { ModelRemoval } from './model-removal.tsx';
import { ModelTable } from './model-table.tsx';
import styles from './model-settings.module.css';

/** Models that run inside this machine: what fits, getting, importing, using, measuring and deleting them. */
export function ModelSettings() {
  const { t } = useTranslation('models');
  const picker = useRef<HTMLInputElement>(null);
  const [facts, setFacts] = useState<LocalModel | null>(null);
  const [removing, setRemoving] = useState<{ model: LocalModel; what: 'file' | 'download' } | null>(null);
  const { data, error, refetch } = useEngineQuery(queryKeys.localModels, (engine, signal) => engine.models.local(undefined, { signal }), { staleMs: 0 });
  const importing = useImport(({ busy }) => busy);
  const choose = (): void => picker.current?.click();
  return (
    <>
      <ScreenHead title={t('local.title')} subtitle={t('local.text')} actions={<Button icon={Upload} disabled={importing} onClick={choose}>{t('local.import')}</Button>} />
      <Panel label={t('local.title')}>
        {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <div aria-busy="true" aria-label={t('local.loading')} className={styles['waiting']}><Skeleton height="92px" /><Skeleton height="240px" /></div>}
        {data && (
          <>
            <ConfigProblems problems={data.problems} />
            <MachineCard machine={data.machine} models={data.models} />
            {data.models.length === 0
              ? <div className={styles['below']}><EmptyState icon={Boxes} title={t('local.empty')}>{t('local.emptyText')}</EmptyState></div>
              : <ModelTable models={data.models} onFacts={setFacts} onDelete={(model) => setRemoving({ model, what: 'file' })} onCancel={(model) => setRemoving({ model, what: 'download' })} />}
            <p className={styles['checked']}>
              <Icon of={ShieldCheck} size={14} /><span>{t('local.total', { size: byteSize(data.machine.modelsOnDiskBytes) })} <code>{data.machine.folder}</code></span>
              <IconButton label={t('local.facts.copyFolder')} icon={Copy} size="small" onClick={() => void navigator.clipboard.writeText(data.machine.folder).then(() => showToast(t('local.facts.copied')))} />
            </p>
            <ImportModel onChoose={choose}><DownloadSource mirror={data.mirror} /></ImportModel>
          </>
        )}
      </Panel>
      <input ref={picker} type="file" hidden accept=".gguf" aria-label={t('local.import')} tabIndex={-1} data-testid="model-file" onChange={({ target }) => {
        const file = target.files?.[0];
        target.value = '';
        if (file) void startImport(file);
      }} />
      {facts && <ModelFacts model={data?.models.find(({ modelId }) => modelId === facts.modelId) ?? facts} onClose={() => setFacts(null)} />}
      {removing && <ModelRemoval {...removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
