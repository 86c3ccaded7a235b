import { ChevronLeft, FlaskConical, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { ConfigProblem } from '../../../core/contract/models.ts';
import type { ExperimentView, PromptView } from '../../../core/contract/prompts.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { Badge, ButtonLink, EmptyState, EngineErrorNotice, Icon, ScreenHead, Skeleton } from '../../ui/index.ts';
import { ConfigProblems } from '../models/config-problems.tsx';
import './prompt-strings.ts';
import { ProblemCount } from './problem-count.tsx';
import { problemsOf } from './prompt-groups.ts';
import { keepPlace, placeKept } from './place-kept.ts';
import { ShownVersion } from './shown-version.tsx';
import { VersionTable } from './version-table.tsx';
import styles from './prompt-page.module.css';

/** One prompt: its versions, its experiments, and one version rendered, in its words, or beside another. */
export function PromptPage({ id }: { id: string }) {
  const { t } = useTranslation('prompts');
  const { data, error, refetch } = useEngineQuery(queryKeys.prompts, (engine, signal) => engine.prompts.list(undefined, { signal }), { staleMs: 0 });
  const prompt = data?.prompts.find((candidate) => candidate.id === id);
  return (
    <>
      <p className={styles['back']}><Link href="/settings/prompts"><Icon of={ChevronLeft} size={14} />{t('page.back')}</Link></p>
      <ScreenHead title={id} subtitle={prompt?.about} />
      <div className={styles['panel']}>
        <div className={styles['fit']}>
          {error && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
          {!data && !error && <div className={styles['waiting']} aria-busy="true" aria-label={t('list.loading')}><Skeleton height="120px" /><Skeleton height="320px" /></div>}
          {data && !prompt && (
            <>
              <ConfigProblems problems={problemsOf(id, data.problems)} />
              <EmptyState icon={SearchX} title={t(problemsOf(id, data.problems).length > 0 ? 'page.unusable' : 'page.missing', { id })} action={<ButtonLink href="/settings/prompts">{t('page.missingAction')}</ButtonLink>}>{t(problemsOf(id, data.problems).length > 0 ? 'page.unusableText' : 'page.missingText')}</EmptyState>
            </>
          )}
          {data && prompt && <Page prompt={prompt} problems={problemsOf(id, data.problems)} experiments={data.experiments.filter(({ promptId }) => promptId === id)} ownFolder={data.ownFolder} />}
        </div>
      </div>
    </>
  );
}

function Page({ prompt, problems, experiments, ownFolder }: { prompt: PromptView; problems: readonly ConfigProblem[]; experiments: ExperimentView[]; ownFolder: string }) {
  const { t } = useTranslation('prompts');
  const [, navigate] = useLocation();
  const [place, setPlace] = useState(() => placeKept(history.state));
  const go = (next: Partial<typeof place>): void => { setPlace({ ...place, ...next }); keepPlace({ ...place, ...next }); };
  const choose = (version: string): void => go({ version });
  const { tab } = place;
  const chosen = place.version ?? prompt.inUse;
  const detail = useEngineQuery(queryKeys.prompt(prompt.id), (engine, signal) => engine.prompts.detail({ id: prompt.id }, { signal }));
  // A version just written is not on the list yet, and one may go: something is always shown.
  const shown = prompt.versions.find(({ version }) => version === chosen) ?? prompt.versions.find(({ version }) => version === prompt.inUse) ?? prompt.versions.at(-1);
  return (
    <>
      <ProblemCount count={problems.length} />
      <ConfigProblems problems={problems} />
      <Facts prompt={prompt} json={detail.data ? detail.data.outputSchema !== null : undefined} onExperiments={() => go({ tab: 'experiments' })} />
      <section className={styles['section']} aria-labelledby="prompt-versions">
        <div className={styles['sectionHead']}><h2 id="prompt-versions">{t('page.versions')}</h2><p>{t('page.versionsText')}</p></div>
        <VersionTable prompt={prompt} problems={problems} shown={shown?.version} onChoose={choose} />
      </section>
      {detail.error && <EngineErrorNotice error={detail.error} actions={{ 'retry': () => void detail.refetch(), 'choose-another': () => navigate('/settings/prompts') }} />}
      {!detail.data && !detail.error && <Skeleton height="280px" />}
      {detail.data && shown && <ShownVersion prompt={prompt} detail={detail.data} shown={shown} experiments={experiments} ownFolder={ownFolder} tab={tab} onTab={(next) => go({ tab: next })} onMade={choose} />}
    </>
  );
}

function Facts({ prompt, json, onExperiments }: { prompt: PromptView; json: boolean | undefined; onExperiments: () => void }) {
  const { t } = useTranslation('prompts');
  const { t: words } = useTranslation('models');
  return (
    <dl className={styles['facts']} aria-label={t('page.facts')}>
      <div><dt>{t('page.inUse')}</dt><dd>{t('page.inUseVersion', { version: prompt.inUse })}{prompt.experimentId !== null && <button type="button" className={styles['experiment']} onClick={onExperiments}><Badge tone="accent" icon={FlaskConical}>{t('list.experiment')}</Badge></button>}</dd></div>
      <div><dt>{t('page.lane')}</dt><dd>{words(`routing.lane.${prompt.lane}`)}</dd></div>
      {json !== undefined && <div><dt>{t('page.output')}</dt><dd>{t(json ? 'page.outputJson' : 'page.outputText')}</dd></div>}
      <div><dt>{t('page.cases')}</dt><dd>{prompt.cases === 0 ? t('page.casesNone') : t('list.cases', { count: prompt.cases })}</dd></div>
    </dl>
  );
}
