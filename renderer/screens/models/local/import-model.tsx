import { ChevronRight, Upload } from 'lucide-react';
import { useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, byteSize, EngineErrorNotice, Field, Icon, ProgressBar, showToast, TextInput } from '../../../ui/index.ts';
import { PanelRow } from '../../settings/panel.tsx';
import { cancelImport, dismissImport, startImport, useImport, type ImportRun } from './import-store.ts';
import styles from './import-model.module.css';

/** A model file of one's own: dropped or chosen and copied in, or used where it lies. `children` stand below. */
export function ImportModel({ onChoose, children }: { onChoose: () => void; children?: ReactNode }) {
  const { t } = useTranslation('models');
  const [over, setOver] = useState(false);
  const { busy, file, progress, failure } = useImport();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) void startImport(dropped);
  };
  const retry = (): void => { if (file) void startImport(file); };
  return (
    <PanelRow title={t('local.importing.title')}>
      {busy && file ? <Copying progress={progress} name={file.name} /> : (
        <div className={styles['drop']} data-over={over || undefined} role="group" aria-label={t('local.importing.title')}
          onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
          <Icon of={Upload} />
          <p><strong>{t(over ? 'local.importing.release' : 'local.importing.drop')}</strong><small>{t('local.importing.formats')}</small></p>
          <Button size="small" onClick={onChoose}>{t('local.importing.choose')}</Button>
        </div>
      )}
      {busy && progress && progress.resumedBytes > 0 && <p className={styles['note']}>{t('local.importing.resumed', { done: byteSize(progress.resumedBytes) })}</p>}
      {failure !== null && <div className={styles['failure']}><EngineErrorNotice error={failure} actions={{ retry, 'choose-another': onChoose }} onDismiss={dismissImport} /></div>}
      <WhereItIs />
      {children}
    </PanelRow>
  );
}

function Copying({ progress, name }: { progress: ImportRun['progress']; name: string }) {
  const { t } = useTranslation('models');
  const checking = progress?.phase === 'checking';
  const done = progress?.receivedBytes ?? 0;
  const total = progress?.totalBytes ?? 0;
  const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
  return (
    <div className={styles['copying']} role="group" aria-label={t(checking ? 'local.importing.checking' : 'local.importing.copying', { name })}>
      <p className={styles['name']}><strong>{t(checking ? 'local.importing.checking' : 'local.importing.copying', { name })}</strong>{!checking && <Button size="small" onClick={cancelImport}>{t('local.importing.cancel')}</Button>}</p>
      <div className={styles['track']}><ProgressBar label={t('local.importing.copying', { name })} value={percent} /><b>{t('local.download.percent', { percent })}</b></div>
      <p className={styles['note']} role="status">{checking ? t('local.importing.checkingText') : t('local.importing.progress', { done: byteSize(done), total: byteSize(total) })}</p>
    </div>
  );
}

function WhereItIs() {
  const { t } = useTranslation('models');
  const [path, setPath] = useState('');
  const add = useEngineCommand((engine, file: string) => engine.models.addFile({ path: file }), {
    outdates: [queryKeys.localModels, queryKeys.providers, queryKeys.routing],
    onDone: ({ name }) => { setPath(''); showToast(t('local.importing.done', { name })); },
  });
  const send = (): void => { if (path.trim() !== '' && !add.isPending) add.mutate(path.trim()); };
  return (
    <details className={styles['more']}>
      <summary><Icon of={ChevronRight} size={14} />{t('local.importing.where')}</summary>
      <div className={styles['line']}>
        <Field label={t('local.importing.where')} labelHidden help={t('local.importing.whereHelp')}>
          {(control) => <TextInput {...control} value={path} maxLength={4096} autoComplete="off" spellCheck={false} placeholder="/home/…/model.gguf" onChange={(event) => setPath(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') send(); }} />}
        </Field>
        <Button busy={add.isPending} disabled={path.trim() === ''} onClick={send}>{t('local.importing.whereAdd')}</Button>
      </div>
      {add.error && <EngineErrorNotice error={add.error} onDismiss={add.reset} />}
    </details>
  );
}
