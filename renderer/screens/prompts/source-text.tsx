import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';
import { linesOf } from './diff-rows.ts';
import styles from './source-text.module.css';

/** A file's words as they are, with the numbers of its lines, under its name. */
export function SourceText({ name, title = name, about, text }: { name: string; title?: string; about?: ReactNode; text: string }) {
  const { t } = useTranslation('prompts');
  const lines = linesOf(text);
  return (
    <section className={styles['source']} aria-label={t('source.label', { name })}>
      <div className={styles['head']}>
        <h3>{title}</h3><span>{t('source.lines', { count: lines.length })}</span>
        <CopyButton label={t('source.copy', { name })} text={text} done={t('source.copied')} />
      </div>
      {about && <div className={styles['about']}>{about}</div>}
      <ol className={styles['lines']}>{lines.map((line, at) => <li key={at} value={at + 1}><span aria-hidden="true">{at + 1}</span><code>{line === '' ? '\u200b' : line}</code></li>)}</ol>
    </section>
  );
}
