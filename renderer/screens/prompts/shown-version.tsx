import { FilePlus2, Tag } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { promptDetailSchema, PromptVersionView, PromptView, ExperimentView } from '../../../core/contract/prompts.ts';
import { queryKeys, useEngineCommand } from '../../client/index.ts';
import { Badge, Button, EngineErrorNotice, Menu, Notice, Tabs } from '../../ui/index.ts';
import { CompareView } from './compare-view.tsx';
import { CopyButton } from './copy-button.tsx';
import { PromptExperiments } from './experiments/prompt-experiments.tsx';
import type { VersionTab } from './place-kept.ts';
import { RenderedView } from './rendered-view.tsx';
import { useLabels } from './use-labels.tsx';
import { WordsView } from './words-view.tsx';
import styles from './shown-version.module.css';

/** The chosen version: its labels, another one made from it, three ways to look at it, and the experiments that it may be part of. */
export function ShownVersion({ prompt, detail, shown, experiments, ownFolder, tab, onTab, onMade }:
  { prompt: PromptView; detail: z.infer<typeof promptDetailSchema>; shown: PromptVersionView; experiments: ExperimentView[]; ownFolder: string; tab: VersionTab; onTab: (tab: VersionTab) => void; onMade: (version: string) => void }) {
  const { t } = useTranslation('prompts');
  const { version } = shown;
  const labels = useLabels(prompt, shown);
  const make = useEngineCommand((engine, from: string) => engine.prompts.newVersion({ id: prompt.id, version: from }), {
    outdates: [queryKeys.prompts, queryKeys.prompt(prompt.id)],
    onDone: (made) => onMade(made.version),
  });
  return (
    <section className={styles['shown']} aria-labelledby="prompt-shown">
      <div className={styles['head']}>
        <h2 id="prompt-shown">{t('page.shown', { version })}</h2>
        <Menu label={t('label.buttonName', { version })} items={labels.items}><Button size="small" icon={Tag} aria-label={t('label.buttonName', { version })} busy={labels.busy}>{t('label.button')}</Button></Menu>
        <Button size="small" icon={FilePlus2} busy={make.isPending} aria-label={t('make.buttonName', { version })} onClick={() => make.mutate(version)}>{t('make.button')}</Button>
      </div>
      {labels.failure}
      {make.error && <div className={styles['said']}><EngineErrorNotice error={make.error} actions={{ retry: () => make.mutate(version) }} onDismiss={() => make.reset()} /></div>}
      <div role="status">
        {make.data?.version === version && (
          <div className={styles['said']}>
            <Notice tone="good" title={t('make.done', { version: make.data.version })} onDismiss={() => make.reset()}>
              <p className={styles['path']}><code>{make.data.file}</code><CopyButton label={t('make.copy')} text={make.data.file} done={t('list.copied')} /></p>
              <p>{t('make.doneText', { from: make.variables })}</p>
            </Notice>
          </div>
        )}
      </div>
      <Tabs label={t('page.views', { version })} value={tab} onChange={onTab} tabs={[
        { value: 'rendered', label: t('page.view.rendered'), content: <RenderedView id={prompt.id} version={version} detail={detail} /> },
        { value: 'words', label: t('page.view.words'), content: <WordsView id={prompt.id} shown={shown} ownFolder={ownFolder} outputSchema={detail.outputSchema} /> },
        { value: 'compare', label: t('page.view.compare'), content: <CompareView key={version} prompt={prompt} shown={version} /> },
        { value: 'experiments', label: t('page.view.experiments'), badge: prompt.experimentId !== null && <Badge tone="accent">{t('page.running')}</Badge>, content: <div className={styles['experiments']}><PromptExperiments prompt={prompt} experiments={experiments} /></div> },
      ]} />
      {labels.dialog}
    </section>
  );
}
