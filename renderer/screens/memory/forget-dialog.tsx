import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineCommand } from '../../client/index.ts';
import { Button, ConfirmDialog, Dialog, Notice } from '../../ui/index.ts';
import { dropEdit } from './drafts-store.ts';
import type { RowSubject } from './use-memory.ts';
import styles from './forget-dialog.module.css';

/** Asks before something is forgotten and says what stays; afterwards shows what was looked for. */
export function ForgetDialog({ subject, onGone, onClose }: { subject: RowSubject; onGone: (itemId: string) => void; onClose: (gone: boolean) => void }) {
  const { t } = useTranslation('memory');
  const { itemId, kind, title } = subject;
  const forget = useEngineCommand((engine) => engine.memory.forget({ itemId }), {
    outdates: [queryKeys.memoryStatus, queryKeys.memoryListAll, ['memory', 'search']],
    onDone: () => { dropEdit(itemId); onGone(itemId); },
  });
  if (forget.data) {
    const { verified, checks } = forget.data;
    const close = (): void => onClose(true);
    return (
      <Dialog open onOpenChange={close} title={t(verified ? 'forget.done' : 'forget.left')} footer={<Button variant="primary" onClick={close}>{t('forget.close')}</Button>}>
        <Notice tone={verified ? 'good' : 'bad'} alert>{t(verified ? 'forget.doneText' : 'forget.leftText')}</Notice>
        <table className={styles['checks']}>
          <thead><tr><th scope="col">{t('forget.whatColumn')}</th><th scope="col">{t('forget.leftColumn')}</th></tr></thead>
          <tbody>{checks.map((check) => <tr key={check.what}><td>{check.what}</td><td data-left={check.left > 0 || undefined}>{check.left}</td></tr>)}</tbody>
        </table>
      </Dialog>
    );
  }
  const stays = kind === 'turn' ? t('forget.turn') : kind === 'fact' ? t('forget.fact') : kind === 'note' || kind === 'resume' || kind === 'job' ? t('forget.own') : null;
  return (
    <ConfirmDialog open onOpenChange={() => onClose(false)} tone="danger" title={t('forget.title')} confirm={t('forget.confirm')} busy={forget.isPending} error={forget.error} onConfirm={() => forget.mutate(undefined)}
      text={<><p>{t('forget.what', { title })}</p>{stays && <p className={styles['stays']}>{stays}</p>}<p className={styles['stays']}>{t('forget.backups')}</p></>} />
  );
}
