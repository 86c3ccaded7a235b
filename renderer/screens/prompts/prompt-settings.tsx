import { FlaskConical, Search, SearchX, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { PromptsView, PromptView } from '../../../core/contract/prompts.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { Badge, EmptyState, EngineErrorNotice, Field, ScreenHead, Skeleton, TextInput, VisuallyHidden } from '../../ui/index.ts';
import { ConfigProblems } from '../models/config-problems.tsx';
import { Panel } from '../settings/panel.tsx';
import { CopyButton } from './copy-button.tsx';
import './prompt-strings.ts';
import { ProblemCount } from './problem-count.tsx';
import { headingOf, namesOf, notableStates, promptGroups, promptsFound } from './prompt-groups.ts';
import { STATE_TONES } from './state-tones.ts';
import styles from './prompt-settings.module.css';

/** From so many prompts on there is a field to find one in. */
const SEARCHED_FROM = 16;

/** Every prompt by folder, with the version in use and what is going on with it; files with a problem come first. */
export function PromptSettings() {
  const { t } = useTranslation('prompts');
  const { data, error, refetch } = useEngineQuery(queryKeys.prompts, (engine, signal) => engine.prompts.list(undefined, { signal }), { staleMs: 0 });
  return (
    <>
      <ScreenHead title={t('list.title')} subtitle={t('list.text')} />
      <Panel label={t('list.title')}>
        {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <div className={styles['waiting']} aria-busy="true" aria-label={t('list.loading')}><Skeleton height="32px" /><Skeleton height="320px" /></div>}
        {data && <Shelf view={data} />}
      </Panel>
    </>
  );
}

function Shelf({ view }: { view: PromptsView }) {
  const { t } = useTranslation('prompts');
  const [typed, setTyped] = useState('');
  const found = promptsFound(view.prompts, typed);
  return (
    <>
      <ProblemCount count={view.problems.length} />
      <ConfigProblems problems={view.problems} />
      <p className={styles['own']}><span>{t('list.own')}</span><code>{view.ownFolder}</code><CopyButton label={t('list.copyOwn')} text={view.ownFolder} done={t('list.copied')} /></p>
      {view.prompts.length === 0 && <EmptyState icon={SquareTerminal} title={t('list.empty')}>{t('list.emptyText')}</EmptyState>}
      {view.prompts.length >= SEARCHED_FROM && (
        <div className={styles['search']} role="search">
          <Field label={t('list.search')} labelHidden>{(control) => <TextInput {...control} type="search" icon={Search} placeholder={t('list.search')} value={typed} maxLength={120} onChange={({ target }) => setTyped(target.value)} />}</Field>
          <VisuallyHidden live>{typed.trim() === '' ? '' : t('list.found', { count: found.length })}</VisuallyHidden>
        </div>
      )}
      {view.prompts.length > 0 && found.length === 0 && <EmptyState icon={SearchX} title={t('list.noneFound', { typed: typed.trim() })} />}
      {promptGroups(found).map(({ folder, prompts }) => (
        <section key={folder} className={styles['group']} aria-labelledby={`prompts-${folder}`}>
          <h2 id={`prompts-${folder}`}>{headingOf(folder)}</h2>
          <ul>{prompts.map((prompt) => <PromptRow key={prompt.id} prompt={prompt} />)}</ul>
        </section>
      ))}
    </>
  );
}

function PromptRow({ prompt }: { prompt: PromptView }) {
  const { t } = useTranslation('prompts');
  return (
    <li className={styles['row']}>
      <div className={styles['words']}>
        <div className={styles['name']}>
          <Link href={`/settings/prompts/${prompt.id}`}>{namesOf(prompt.id).name}</Link>
          {notableStates(prompt.versions).map(({ state, count }) => <Badge key={state} tone={STATE_TONES[state]}>{t(`list.states.${state}`, { count })}</Badge>)}
          {prompt.experimentId !== null && <Badge tone="accent" icon={FlaskConical}>{t('list.experiment')}</Badge>}
        </div>
        <p>{prompt.about}</p>
      </div>
      <div className={styles['figures']}>
        <span>{t('list.inUse', { version: prompt.inUse })}</span>
        <span>{t('list.versions', { count: prompt.versions.length })} · {t('list.cases', { count: prompt.cases })}</span>
      </div>
    </li>
  );
}
