import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryItem } from '../../../core/contract/memory.ts';
import { queryKeys, useEngineCommand } from '../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, Field, Notice, Segments, showToast, TextArea, TextInput } from '../../ui/index.ts';
import { changeAdded, clearAdded, useMemoryDrafts, type AddedDraft } from './drafts-store.ts';
import { charactersOf } from './item-form.tsx';
import { KIND_ICONS, whenLong } from './item-words.ts';
import { isTooLong, refusalOf, titleFrom } from './text-limit.ts';
import styles from './item-form.module.css';

/** On a small window it would come below the edge. */
const intoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });
const KINDS = ['note', 'resume', 'job'] as const;

/** Takes a note, a résumé or a job description by paste. What is typed stays when the dialog is closed, until it is remembered or cleared. */
export function AddDialog({ onClose, onShow }: { onClose: () => void; onShow: (itemId: string) => void }) {
  const { t, i18n } = useTranslation('memory');
  const { kind, title, text } = useMemoryDrafts(({ added }) => added);
  const [tried, setTried] = useState(false);
  const [kept, setKept] = useState(text.trim() !== '');
  const [same, setSame] = useState<MemoryItem | null>(null);
  const add = useEngineCommand((engine, draft: AddedDraft) => engine.memory.add(draft), {
    outdates: [queryKeys.memoryStatus, queryKeys.memoryListAll, ['memory', 'search']],
    onDone: (result) => {
      if (result.same) return setSame(result.item);
      clearAdded();
      showToast(t('add.done', { title: result.item.title }));
      onClose();
    },
  });
  const change = (draft: Partial<AddedDraft>): void => { if (add.error) add.reset(); setSame(null); changeAdded(draft); };
  const figures = charactersOf(text, i18n.language);
  const { ofText, other } = refusalOf(add.error);
  const error = isTooLong(text) ? t('edit.tooLong', figures) : tried && text.trim() === '' ? t('add.empty') : ofText ? t('edit.refused', ofText) : undefined;
  const submit = (): void => {
    setTried(true);
    if (text.trim() !== '' && !isTooLong(text)) add.mutate({ kind, title: title.trim() || titleFrom(text), text });
  };
  return (
    <Dialog open onOpenChange={onClose} size="wide" title={t('add.title')} description={t('add.text')}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" busy={add.isPending} onClick={submit}>{t('add.confirm')}</Button>
      </>}>
      <form className={styles['form']} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        {kept && <Notice actions={<Button size="small" onClick={() => { clearAdded(); setKept(false); setTried(false); }}>{t('add.clear')}</Button>}>{t('add.keptDraft')}</Notice>}
        <Segments label={t('add.kind')} value={kind} onChange={(next) => change({ kind: next })} options={KINDS.map((value) => ({ value, label: t(`kind.${value}`), icon: KIND_ICONS[value] }))} />
        <Field label={t('add.name')} optional help={t('add.nameHelp')}>{(control) => <TextInput {...control} value={title} maxLength={200} autoComplete="off" placeholder={titleFrom(text)} onChange={({ target }) => change({ title: target.value })} />}</Field>
        <Field label={t('add.body')} error={error} help={t('edit.characters', figures)}>
          {(control) => <TextArea {...control} className={styles['added'] ?? ''} value={text} placeholder={t(`add.placeholder.${kind}`)} onChange={({ target }) => change({ text: target.value })} />}
        </Field>
        {same && (
          <div ref={intoView}><Notice tone="note" alert title={t('add.same')} actions={<Button size="small" onClick={() => { clearAdded(); onClose(); onShow(same.itemId); }}>{t('add.show')}</Button>}>
            {t('add.sameText', { title: same.title, when: whenLong(same.at) })}
          </Notice></div>
        )}
        {other !== null && <EngineErrorNotice error={other} actions={{ retry: submit }} />}
      </form>
    </Dialog>
  );
}
