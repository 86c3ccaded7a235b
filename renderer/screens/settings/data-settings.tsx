import { Copy, Download, FileDown, Trash2, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataSummary } from '../../../core/contract/settings.ts';
import { queryKeys, saveFile, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { Button, EngineErrorNotice, IconButton, ScreenHead, Skeleton, byteSize, clockTime, shortDate, showToast, VisuallyHidden } from '../../ui/index.ts';
import { DeleteAllDialog } from './delete-all-dialog.tsx';
import { Panel, PanelRow } from './panel.tsx';
import { RestoreDialog, type RestoreSource } from './restore-dialog.tsx';
import styles from './data-settings.module.css';

/** What is stored, and taking it out, bringing it in, and removing it. */
export function DataSettings() {
  const { t } = useTranslation('settings');
  const [source, setSource] = useState<RestoreSource | null>(null);
  const [deleting, setDeleting] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  const chooseFile = (): void => fileInput.current?.click();
  const summary = useEngineQuery(queryKeys.dataSummary, (engine, signal) => engine.settings.dataSummary(undefined, { signal }), { staleMs: 0 });
  return (
    <>
      <ScreenHead title={t('data.title')} subtitle={t('data.text')} />
      <Panel>
        {summary.error && <EngineErrorNotice error={summary.error} actions={{ retry: () => void summary.refetch() }} />}
        {!summary.data && !summary.error && <Skeleton height="120px" />}
        {summary.data && <Stored summary={summary.data} />}
        <FileRow title={t('data.backupTitle')} text={t('data.backupText')} action={t('data.backup')} kind="backup" />
        <input ref={fileInput} type="file" hidden data-testid="restore-file" onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = '';
          if (file) setSource({ file });
        }} />
        <RestoreRow snapshots={summary.data?.snapshots ?? []} onChooseFile={chooseFile} onChoose={setSource} />
        <FileRow title={t('data.exportTitle')} text={t('data.exportText')} action={t('data.export')} kind="exportAll" />
        <PanelRow title={t('data.deleteTitle')} text={t('data.deleteText')} aside={<Button variant="danger" icon={Trash2} onClick={() => setDeleting(true)}>{t('data.delete')}</Button>} />
      </Panel>
      {source && <RestoreDialog source={source} onClose={() => setSource(null)} onChooseAnother={chooseFile} />}
      {deleting && <DeleteAllDialog interviews={summary.data?.interviews ?? 0} onClose={() => setDeleting(false)} />}
    </>
  );
}

function Stored({ summary }: { summary: DataSummary }) {
  const { t } = useTranslation('settings');
  const copy = (): void => { void navigator.clipboard.writeText(summary.folder).then(() => showToast(t('data.copied'))); };
  const figures = [
    { value: String(summary.interviews), words: t('data.interviews', { count: summary.interviews }) },
    { value: String(summary.answers), words: t('data.answers', { count: summary.answers }) },
    { value: byteSize(summary.databaseBytes), words: t('data.size') },
    { value: byteSize(summary.freeBytes), words: t('data.free') },
  ];
  return (
    <section className={styles['stored']} aria-label={t('data.summary')}>
      <dl>{figures.map(({ value, words }) => <div key={words}><dt>{words}</dt><dd>{value}</dd></div>)}</dl>
      <p className={styles['folder']}><span>{t('data.folder')}</span><code>{summary.folder}</code><IconButton label={t('data.copyFolder')} icon={Copy} size="small" onClick={copy} /></p>
    </section>
  );
}

function FileRow({ title, text, action, kind }: { title: string; text: string; action: string; kind: 'backup' | 'exportAll' }) {
  const { t } = useTranslation('settings');
  const write = useEngineCommand((engine) => (kind === 'backup' ? engine.settings.backup() : engine.settings.exportAll()), {
    onDone: (file) => {
      saveFile(file);
      showToast(t(kind === 'backup' ? 'data.backupDone' : 'data.exportDone', { name: file.name, size: byteSize(file.size) }));
    },
  });
  return (
    <PanelRow title={title} text={text} aside={<Button icon={kind === 'backup' ? Download : FileDown} busy={write.isPending} onClick={() => write.mutate(undefined)}>{action}</Button>}>
      {write.error && <EngineErrorNotice error={write.error} actions={{ retry: () => write.mutate(undefined) }} />}
    </PanelRow>
  );
}

function RestoreRow({ snapshots, onChooseFile, onChoose }: { snapshots: DataSummary['snapshots']; onChooseFile: () => void; onChoose: (source: RestoreSource) => void }) {
  const { t } = useTranslation('settings');
  return (
    <PanelRow title={t('data.restoreTitle')} text={t('data.restoreText')} aside={<Button icon={Upload} onClick={onChooseFile}>{t('data.restoreFile')}</Button>}>
      <h3 className={styles['copies']}>{t('data.snapshots')}</h3>
      {snapshots.length === 0 ? <p className={styles['none']}>{t('data.snapshotsNone')}</p> : (
        <table className={styles['table']}>
          <thead><tr><th scope="col">{t('data.snapshotWhen')}</th><th scope="col">{t('data.snapshotReason')}</th><th scope="col">{t('data.snapshotSize')}</th><th scope="col"><VisuallyHidden>{t('data.snapshotRestore')}</VisuallyHidden></th></tr></thead>
          <tbody>
            {snapshots.map((snapshot) => {
              const when = `${shortDate(snapshot.at)}, ${clockTime(snapshot.at)}`;
              return (
                <tr key={snapshot.name}>
                  <td>{when}</td><td>{snapshot.reason}</td><td>{byteSize(snapshot.bytes)}</td>
                  <td><Button size="small" variant="plain" aria-label={t('data.snapshotRestoreName', { when })} onClick={() => onChoose({ snapshot: snapshot.name })}>{t('data.snapshotRestore')}</Button></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </PanelRow>
  );
}
