import { ArrowLeftRight, GitCompare } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PromptView, PromptWords } from '../../../core/contract/prompts.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { EmptyState, EngineErrorNotice, Field, IconButton, Notice, Select, Skeleton } from '../../ui/index.ts';
import { comparedFiles } from './compared-files.ts';
import { DiffTable } from './diff-table.tsx';
import { comparedFirst } from './prompt-groups.ts';
import styles from './compare-view.module.css';

/** Two versions of a prompt beside each other, with the parts that they take in. */
export function CompareView({ prompt, shown }: { prompt: PromptView; shown: string }) {
  const { t } = useTranslation('prompts');
  const [sides, setSides] = useState(() => comparedFirst(prompt, shown));
  const left = useWords(prompt.id, sides.left);
  const right = useWords(prompt.id, sides.right);
  const error = left.error ?? right.error;
  if (prompt.versions.length < 2) return <EmptyState icon={GitCompare} title={t('compare.one')}>{t('compare.oneText')}</EmptyState>;
  const options = prompt.versions.toReversed().map(({ version, labels }) => ({ value: version, label: labels.length === 0 ? t('compare.option', { version }) : t('compare.optionLabels', { version, labels: labels.join(', ') }) }));
  return (
    <div className={styles['compare']}>
      <div className={styles['pickers']}>
        <Field label={t('compare.left')}>{(control) => <Select {...control} value={sides.left} options={options} onChange={({ target }) => setSides({ ...sides, left: target.value })} />}</Field>
        <IconButton label={t('compare.swap')} icon={ArrowLeftRight} onClick={() => setSides({ left: sides.right, right: sides.left })} />
        <Field label={t('compare.right')}>{(control) => <Select {...control} value={sides.right} options={options} onChange={({ target }) => setSides({ ...sides, right: target.value })} />}</Field>
      </div>
      {error ? <EngineErrorNotice error={error} actions={{ retry: () => { void left.refetch(); void right.refetch(); } }} />
        : sides.left === sides.right ? <Notice>{t('compare.same')}</Notice>
          : left.data && right.data ? <Differences left={left.data} right={right.data} /> : <Skeleton height="280px" />}
    </div>
  );
}

function Differences({ left, right }: { left: PromptWords; right: PromptWords }) {
  const { t } = useTranslation('prompts');
  if (left.hash === right.hash) return <Notice>{t('compare.equal')}</Notice>;
  return comparedFiles(left, right, t('source.file')).map((file) => <DiffTable key={`${left.hash} ${right.hash} ${file.name}`} file={file} left={left.version} right={right.version} />);
}

const useWords = (id: string, version: string) => useEngineQuery(queryKeys.promptWords(id, version), (engine, signal) => engine.prompts.words({ id, version }, { signal }));
