import { Check, Upload, X } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { POSTING_FILE_BYTES } from './setup-choices.ts';
import { Button, byteSize, Dialog, EngineErrorNotice, Field, Icon, IconButton, Notice, Spinner, TextArea } from '../../../ui/index.ts';
import styles from './posting-drop.module.css';

export interface Posting { name: string; text: string }

/**
 * Takes a job description: a dropped or chosen text file, or pasted words. `offer` asks the engine whether it can be read
 * and says so by resolving; a refused posting changes nothing and its text stays in the dialog to be shortened.
 */
export function PostingDrop({ posting, skillCount, offer, onRemove, pasting, onPasting }: {
  posting: Posting | undefined; skillCount: number | undefined; offer: (posting: Posting) => Promise<void>; onRemove: () => void;
  pasting: boolean; onPasting: (open: boolean) => void;
}) {
  const { t } = useTranslation('interview');
  const picker = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const paste = useRef<HTMLButtonElement>(null);
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown; text: string } | null>(null);
  const [tooBig, setTooBig] = useState<File | null>(null);
  const [words, setWords] = useState('');

  const take = async (candidate: Posting): Promise<boolean> => {
    setReading(true);
    setFailure(null);
    setTooBig(null);
    try {
      await offer(candidate);
      return true;
    } catch (error) {
      setFailure({ error, text: candidate.text });
      return false;
    } finally {
      setReading(false);
    }
  };
  const takeFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > POSTING_FILE_BYTES) { setFailure(null); setTooBig(file); return; }
    await take({ name: file.name.slice(0, 200), text: await file.text() });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.getData('text/plain');
    if (event.dataTransfer.files.length > 0) void takeFile(event.dataTransfer.files[0]);
    else if (dropped) void take({ name: t('setup.pastedName'), text: dropped });
  };
  const takePasted = async (): Promise<void> => {
    if (await take({ name: t('setup.pastedName'), text: words })) { onPasting(false); setWords(''); }
  };
  const actions = {
    shorten: () => { if (!pasting && failure) setWords(failure.text); onPasting(true); text.current?.focus(); },
    'choose-another': () => picker.current?.click(),
    ...(failure ? { retry: () => void take({ name: t('setup.pastedName'), text: failure.text }) } : {}),
  };
  const error = failure && <EngineErrorNotice error={failure.error} actions={actions} onDismiss={() => setFailure(null)} />;

  return (
    <div>
      <div className={styles['drop']} data-full={posting !== undefined || undefined} data-over={over || undefined} role="group" aria-label={t('setup.posting')}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <span className={styles['sign']}>{reading ? <Spinner label={t('setup.postingReading')} /> : <Icon of={posting ? Check : Upload} />}</span>
        {posting
          ? <div className={styles['words']}><strong className={styles['clip']}>{posting.name}</strong><span className={styles['meta']}>{skillCount === undefined ? t('setup.postingRead') : t('setup.postingSkills', { count: skillCount })}</span></div>
          : <div className={styles['words']}><strong>{over ? t('setup.postingRelease') : t('setup.postingDrop')}</strong><span className={styles['meta']}>{t('setup.postingFormats')}</span></div>}
        {posting
          ? <IconButton label={t('setup.postingRemove')} icon={X} size="small" onClick={() => { onRemove(); paste.current?.focus(); }} />
          : <span className={styles['actions']}><Button size="small" onClick={() => picker.current?.click()}>{t('setup.postingChoose')}</Button><Button ref={paste} size="small" variant="plain" onClick={() => onPasting(true)}>{t('setup.postingPaste')}</Button></span>}
        <input ref={picker} type="file" hidden accept=".txt,.md,.markdown,text/plain,text/markdown" aria-label={t('setup.postingChoose')} tabIndex={-1}
          onChange={(event) => { void takeFile(event.target.files?.[0]); event.target.value = ''; }} />
      </div>
      {tooBig && <div className={styles['below']}><Notice tone="bad" alert title={t('setup.postingTooBig', { size: byteSize(tooBig.size) })} onDismiss={() => setTooBig(null)}>{t('setup.postingTooBigTodo')}</Notice></div>}
      {error && !pasting && <div className={styles['below']}>{error}</div>}
      <Dialog open={pasting} onOpenChange={onPasting} size="wide" title={t('setup.pasteTitle')} description={t('setup.pasteHelp')}
        footer={<><Button onClick={() => onPasting(false)}>{t('setup.pasteCancel')}</Button><Button variant="primary" busy={reading} disabled={!words.trim()} onClick={() => void takePasted()}>{t('setup.pasteUse')}</Button></>}>
        {error}
        <Field label={t('setup.pasteLabel')} labelHidden>{(control) => <TextArea {...control} ref={text} rows={14} value={words} onChange={(event) => setWords(event.target.value)} />}</Field>
      </Dialog>
    </div>
  );
}
