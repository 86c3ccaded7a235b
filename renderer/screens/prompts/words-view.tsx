import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { PromptVersionView } from '../../../core/contract/prompts.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { EngineErrorNotice, Skeleton } from '../../ui/index.ts';
import { CopyButton } from './copy-button.tsx';
import { namesOf, pathOf } from './prompt-groups.ts';
import { SourceText } from './source-text.tsx';
import styles from './source-text.module.css';

/** The file of one version as it is in force, and under it each part that it takes in and the shape that its answer has to have. */
export function WordsView({ id, shown, ownFolder, outputSchema }: { id: string; shown: PromptVersionView; ownFolder: string; outputSchema: string | null }) {
  const { t } = useTranslation('prompts');
  const [, navigate] = useLocation();
  const { version } = shown;
  const path = pathOf(id, shown, ownFolder);
  const { data, error, refetch } = useEngineQuery(queryKeys.promptWords(id, version), (engine, signal) => engine.prompts.words({ id, version }, { signal }));
  if (error && !data) return <EngineErrorNotice error={error} actions={{ 'retry': () => void refetch(), 'choose-another': () => navigate('/settings/prompts') }} />;
  if (!data) return <Skeleton height="280px" />;
  return (
    <div className={styles['sources']}>
      <SourceText name={`${namesOf(id).name}.v${version}.prompt`} about={<span className={styles['path']}><code>{path}</code><CopyButton label={t('page.copyFile', { version })} text={path} done={t('list.copied')} /></span>} text={data.source} />
      {data.partials.map(({ name, text }) => <SourceText key={name} name={name} title={t('source.partial', { name })} about={t('source.partialText')} text={text} />)}
      {outputSchema !== null && <SourceText name={t('source.output')} about={t('source.outputText')} text={outputSchema} />}
    </div>
  );
}
