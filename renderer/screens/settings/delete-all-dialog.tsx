import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { applyAppearance } from '../../app/appearance.ts';
import { queryClient, useEngineCommand } from '../../client/index.ts';
import { Button, ConfirmDialog, Dialog, Field, Notice, TextInput } from '../../ui/index.ts';
import { CONFIRM_WORDS, confirmsDelete } from './delete-words.ts';
import styles from './delete-all-dialog.module.css';

/** Deletes everything after the words were typed, and shows what was looked for afterwards. */
export function DeleteAllDialog({ interviews, onClose }: { interviews: number; onClose: () => void }) {
  const { t } = useTranslation('settings');
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const remove = useEngineCommand((engine) => engine.settings.deleteAll({ confirm: CONFIRM_WORDS }), {
    onDone: () => applyAppearance({ theme: 'system', motion: 'system' }),
  });
  const startFresh = (): void => {
    onClose();
    navigate('/');
    void queryClient.resetQueries();
  };
  if (remove.data) {
    const { verified, checks } = remove.data;
    return (
      <Dialog open onOpenChange={startFresh} title={t(verified ? 'deleteAll.doneTitle' : 'deleteAll.leftTitle')} footer={<Button variant="primary" onClick={startFresh}>{t('deleteAll.close')}</Button>}>
        <Notice tone={verified ? 'good' : 'bad'}>{t(verified ? 'deleteAll.doneText' : 'deleteAll.leftText')}</Notice>
        <table className={styles['checks']}>
          <thead><tr><th scope="col">{t('deleteAll.what')}</th><th scope="col">{t('deleteAll.left')}</th></tr></thead>
          <tbody>{checks.map((check) => <tr key={check.what}><td>{check.what}</td><td data-left={check.left > 0 || undefined}>{check.left}</td></tr>)}</tbody>
        </table>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog open onOpenChange={onClose} tone="danger" title={t('deleteAll.title')} confirm={t('deleteAll.confirm')} ready={confirmsDelete(typed)} busy={remove.isPending} error={remove.error}
      text={<>{t('deleteAll.text', { count: interviews })} {t('deleteAll.keep')}</>} onConfirm={() => remove.mutate(undefined)}>
      <Field label={t('deleteAll.label', { words: CONFIRM_WORDS })}>
        {(control) => <TextInput {...control} value={typed} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter' && confirmsDelete(typed) && !remove.isPending) remove.mutate(undefined); }} />}
      </Field>
    </ConfirmDialog>
  );
}
