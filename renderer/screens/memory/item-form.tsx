import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MEMORY_TEXT_LIMIT, type MemoryItem } from '../../../core/contract/memory.ts';
import { queryClient, queryKeys, useEngineCommand } from '../../client/index.ts';
import { ConfirmDialog, EngineErrorNotice, Field, Notice, showToast, TextArea, TextInput } from '../../ui/index.ts';
import { changeEdit, dropEdit, isChanged, type ItemDraft } from './drafts-store.ts';
import { isCounted, isTooLong, refusalOf } from './text-limit.ts';
import styles from './item-form.module.css';

type Words = Pick<ItemDraft, 'title' | 'text'>;
/** An item while it is changed; what is typed stays until it is saved or discarded. */
export interface ItemFormState {
  draft: ItemDraft; titleError: string | undefined; textError: string | undefined; failure: unknown; changedElsewhere: boolean; saving: boolean; discarding: boolean;
  change: (words: Partial<Words>) => void; submit: () => void;
  /** Stops changing it; asks first when something would be lost. */
  leave: () => void;
  end: () => void; stay: () => void;
}

/** The form of an item, or null while it is only read. */
export function useItemForm(item: MemoryItem, draft: ItemDraft | undefined): ItemFormState | null {
  const { t, i18n } = useTranslation('memory');
  const [tried, setTried] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const { itemId } = item;
  const end = (): void => { setTried(false); setDiscarding(false); save.reset(); dropEdit(itemId); };
  const save = useEngineCommand((engine, words: Words) => engine.memory.edit({ itemId, ...words }), {
    outdates: [queryKeys.memoryListAll, ['memory', 'search']],
    onDone: (now) => { queryClient.setQueryData(queryKeys.memoryItem(itemId), now); end(); showToast(t('edit.saved')); },
  });
  if (!draft) return null;
  const { title, text, before } = draft;
  const figures = charactersOf(text, i18n.language);
  const { ofText, other } = refusalOf(save.error);
  const submit = (): void => {
    setTried(true);
    if (title.trim() === '' || text.trim() === '' || isTooLong(text)) return;
    if (isChanged(draft)) save.mutate({ title, text });
    else end();
  };
  return {
    draft, submit, end, saving: save.isPending, discarding, failure: other,
    titleError: tried && title.trim() === '' ? t('edit.titleEmpty') : undefined,
    textError: isTooLong(text) ? t('edit.tooLong', figures) : tried && text.trim() === '' ? t('edit.empty') : ofText ? t('edit.refused', ofText) : undefined,
    changedElsewhere: !save.isPending && (before.title !== item.title || before.text !== item.text),
    change: (words) => { if (save.error) save.reset(); changeEdit(itemId, words); },
    leave: () => (isChanged(draft) ? setDiscarding(true) : end()),
    stay: () => setDiscarding(false),
  };
}

/** How many characters a text has, and may have, as figures to read. */
export function charactersOf(text: string, language: string): { characters: string; limit: string } {
  const figure = new Intl.NumberFormat(language);
  return { characters: figure.format(text.length), limit: figure.format(MEMORY_TEXT_LIMIT) };
}

/** Title and text of an item, to be changed. */
export function ItemForm({ draft, titleError, textError, failure, changedElsewhere, discarding, change, submit, end, stay }: ItemFormState) {
  const { t, i18n } = useTranslation('memory');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []); // the button that was pressed is gone
  return (
    <form className={styles['form']} onSubmit={(event) => { event.preventDefault(); submit(); }}>
      {changedElsewhere && <Notice tone="warn" title={t('edit.elsewhere')}>{t('edit.elsewhereText')}</Notice>}
      <Field label={t('edit.title')} error={titleError}>{(control) => <TextInput {...control} ref={first} value={draft.title} maxLength={200} autoComplete="off" onChange={({ target }) => change({ title: target.value })} />}</Field>
      <Field label={t('edit.text')} error={textError} help={isCounted(draft.text) ? t('edit.characters', charactersOf(draft.text, i18n.language)) : undefined}>
        {(control) => <TextArea {...control} rows={10} className={styles['text'] ?? ''} value={draft.text} onChange={({ target }) => change({ text: target.value })} />}
      </Field>
      {failure !== null && <EngineErrorNotice error={failure} actions={{ retry: submit }} />}
      <ConfirmDialog open={discarding} onOpenChange={stay} tone="danger" title={t('edit.discardTitle')} text={t('edit.discardText', { title: draft.before.title })} confirm={t('edit.discardConfirm')} cancel={t('edit.discardCancel')} onConfirm={end} />
    </form>
  );
}
