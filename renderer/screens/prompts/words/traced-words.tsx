import { Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PromptWords } from '../../../../core/contract/prompts.ts';
import { IconButton, Notice, showToast } from '../../../ui/index.ts';
import styles from './words-of.module.css';

/** Whether the version still has these words, then the file and the partials that made a text, letter by letter. */
export function TracedWords({ words: { version, hash, source, partials, now } }: { words: PromptWords }) {
  const { t } = useTranslation('prompts');
  return (
    <div className={styles['words']}>
      {now === version ? <Notice tone="good" title={t('words.still', { version })} />
        : <Notice tone="note" title={now === null ? t('words.edited', { version }) : t('words.other', { version, now })} />}
      <ExactText title={t('words.file')} detail={`${t('words.hash')} ${hash}`} text={source} />
      {partials.map(({ name, text }) => <ExactText key={name} title={t('words.partial', { name })} text={text} />)}
    </div>
  );
}

function ExactText({ title, detail, text }: { title: string; detail?: string; text: string }) {
  const { t } = useTranslation('prompts');
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => showToast(t('words.copied')), () => showToast(t('words.notCopied')));
  return (
    <div className={styles['text']}>
      <header><h2>{title}</h2>{detail && <span>{detail}</span>}<IconButton size="small" icon={Copy} label={t('words.copyName', { what: title })} onClick={copy} /></header>
      <pre tabIndex={0} role="region" aria-label={title}>{text}</pre>
    </div>
  );
}
