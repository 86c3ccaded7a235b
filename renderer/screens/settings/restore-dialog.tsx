import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { RestorePreview } from '../../../core/contract/settings.ts';
import { queryClient, useEngineCommand } from '../../client/index.ts';
import { Badge, Button, Dialog, EngineErrorNotice, Notice, Spinner, clockTime, shortDate, type Tone } from '../../ui/index.ts';
import styles from './restore-dialog.module.css';

export type RestoreSource = { file: File } | { snapshot: string };
type Effect = RestorePreview['items'][number]['effect'];

const EFFECTS: readonly Effect[] = ['added', 'continued', 'copied', 'kept'];
const TONES: Record<Effect, Tone> = { added: 'good', continued: 'accent', copied: 'note', kept: 'neutral' };

/** Shows what a restore would change, changes it only when asked, and then says what was done. */
export function RestoreDialog({ source, onClose, onChooseAnother }: { source: RestoreSource; onClose: () => void; onChooseAnother: () => void }) {
  const { t } = useTranslation('settings');
  const preview = useEngineCommand((engine, from: RestoreSource) => engine.settings.previewRestore(from));
  const restore = useEngineCommand((engine, token: string) => engine.settings.restore({ token }), { onDone: () => void queryClient.invalidateQueries() });
  const { mutate: read } = preview;
  useEffect(() => read(source), [read, source]);

  if (restore.data) {
    return (
      <Dialog key="done" open onOpenChange={onClose} title={t('restore.doneTitle')} footer={<Button variant="primary" onClick={onClose}>{t('restore.close')}</Button>}>
        <Notice tone="good">{t('restore.done', restore.data)}</Notice>
        <p className={styles['after']}>{t('restore.doneSnapshot', { name: restore.data.snapshotBefore })}</p>
      </Dialog>
    );
  }
  const changes = preview.data ? preview.data.added + preview.data.continued + preview.data.copied : 0;
  return (
    <Dialog open onOpenChange={onClose} size="wide" title={t('restore.title')}
      description={preview.data && t('restore.from', { from: preview.data.from, date: `${shortDate(preview.data.createdAt)}, ${clockTime(preview.data.createdAt)}` })}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" disabled={changes === 0} busy={restore.isPending} onClick={() => { if (preview.data) restore.mutate(preview.data.token); }}>{t('restore.confirm', { count: changes })}</Button>
      </>}>
      {preview.isPending && <p className={styles['reading']} role="status"><Spinner />{t('restore.reading')}</p>}
      {preview.error && <EngineErrorNotice error={preview.error} actions={{ retry: () => read(source), 'choose-another': onChooseAnother }} />}
      {preview.data && <Preview preview={preview.data} changes={changes} />}
      {restore.error && <EngineErrorNotice error={restore.error} actions={{ retry: () => { restore.reset(); read(source); } }} />}
    </Dialog>
  );
}

function Preview({ preview, changes }: { preview: RestorePreview; changes: number }) {
  const { t } = useTranslation('settings');
  const order = (effect: Effect): number => EFFECTS.indexOf(effect);
  const items = preview.items.toSorted((a, b) => order(a.effect) - order(b.effect) || b.startedAt.localeCompare(a.startedAt));
  return (
    <>
      <Notice tone={changes === 0 ? 'note' : 'good'}>{changes === 0 ? t('restore.nothing') : t('restore.safe')}</Notice>
      <dl className={styles['effects']} aria-label={t('restore.what')}>
        {EFFECTS.map((effect) => <div key={effect}><dt>{t(`restore.effect.${effect}`)}</dt><dd>{preview[effect]}</dd></div>)}
        <div><dt>{t('restore.effect.onlyHere')}</dt><dd>{preview.onlyHere}</dd></div>
      </dl>
      {items.length > 0 && (
        <div className={styles['list']} tabIndex={0} role="region" aria-label={t('restore.list')}>
          <table>
            <thead><tr><th scope="col">{t('restore.interview')}</th><th scope="col">{t('restore.started')}</th><th scope="col">{t('restore.effectHead')}</th></tr></thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.sessionId}><td>{item.title}</td><td>{shortDate(item.startedAt)}</td><td><Badge tone={TONES[item.effect]}>{t(`restore.effectShort.${item.effect}`)}</Badge></td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
