import { useDeferredValue, useEffect, useEffectEvent, useState } from 'react';
import { Dices, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { PackSummary, Setup } from '../../../core/contract/interview.ts';
import { engine, queryClient, queryKeys, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { Button, ButtonLink, EngineErrorNotice, Notice, ScreenHead, Segments, shortDate, Skeleton, Switch } from '../../ui/index.ts';
import { PlanPreview } from './setup/plan-preview.tsx';
import { PostingDrop, type Posting } from './setup/posting-drop.tsx';
import { RolePicker } from './setup/role-picker.tsx';
import { kindObstacle, SETUP_KINDS, SETUP_LEVELS, SETUP_MINUTES, SETUP_PRESSURES, surpriseSetup, withServableKind } from './setup/setup-choices.ts';
import { presentSetup, useSetupDraft } from './setup/setup-store.ts';
import { TrustLine } from './setup/trust-line.tsx';
import styles from './setup-screen.module.css';

/** Where an interview is put together: choices on the left, what they lead to on the right. */
export function SetupScreen() {
  const { t } = useTranslation('interview');
  const packs = useEngineQuery(queryKeys.packs, (it) => it.interview.packs());
  const defaults = useEngineQuery(queryKeys.setupDefaults, (it) => it.interview.setupDefaults());
  const setup = useSetupDraft((state) => state.setup);
  useEffect(() => { if (!setup && defaults.data) presentSetup(defaults.data.setup); }, [setup, defaults.data]);
  const usedAt = defaults.data?.usedAt;
  const failed = packs.error ?? defaults.error;
  const ready = setup && packs.data && defaults.data ? { setup, packs: packs.data.packs, lastUsedId: defaults.data.setup.packId } : null;
  return (
    <div className={styles['screen']}>
      <ScreenHead ruled title={t('setup.title')} subtitle={usedAt ? t('setup.asOn', { date: shortDate(usedAt) }) : t('setup.firstTime')}
        actions={<>
          <ButtonLink href="/history" variant="plain" icon={History}>{t('setup.history')}</ButtonLink>
          <Button icon={Dices} disabled={!ready} onClick={() => ready && presentSetup(surpriseSetup(ready.setup, ready.packs, Math.random))}>{t('setup.surprise')}</Button>
        </>} />
      {failed
        ? <div className={styles['alone']}><EngineErrorNotice error={failed} actions={{ retry: () => { void packs.refetch(); void defaults.refetch(); } }} /></div>
        : ready ? <SetupForm {...ready} problems={packs.data?.problems ?? []} /> : <div className={styles['alone']} aria-busy="true"><Skeleton height="320px" /></div>}
    </div>
  );
}

type Problem = { file: string; line: number; reason: string; lastGoodInUse: boolean };

function SetupForm({ setup, packs, lastUsedId, problems }: { setup: Setup; packs: readonly PackSummary[]; lastUsedId: string; problems: readonly Problem[] }) {
  const { t } = useTranslation('interview');
  const [, navigate] = useLocation();
  const [pasting, setPasting] = useState(false);
  const change = (part: Partial<Setup>): void => presentSetup({ ...setup, ...part });
  const pack = packs.find(({ packId }) => packId === setup.packId);
  // The preview follows the choices without holding them up.
  const shown = useDeferredValue(setup);
  const plan = useEngineQuery(queryKeys.preview(shown), (it) => it.interview.preview(shown), { keepPrevious: true });
  const start = useEngineCommand((it, chosen: Setup) => it.interview.start(chosen), {
    onDone: (view) => { queryClient.setQueryData(queryKeys.session(view.sessionId), view); navigate(`/interview/${view.sessionId}`); },
  });
  const begin = useEffectEvent(() => { if (!start.isPending && !document.querySelector('[role="dialog"]')) start.mutate(setup); });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => { if (event.key === 'Enter' && !event.repeat && (event.ctrlKey || event.metaKey)) { event.preventDefault(); begin(); } };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  const offerPosting = async (posting: Posting): Promise<void> => {
    const next: Setup = { ...setup, posting, kind: setup.kind };
    queryClient.setQueryData(queryKeys.preview(next), await engine.interview.preview(next));
    presentSetup(next);
  };
  const removePosting = (): void => {
    const { posting: _removed, ...rest } = setup;
    presentSetup(withServableKind(rest, pack));
  };
  const obstacles = SETUP_KINDS.map((kind) => ({ kind, obstacle: kindObstacle(kind, pack, setup.posting !== undefined) }));
  const reasons = obstacles.flatMap(({ kind, obstacle }) => (obstacle ? [t(`setup.obstacle.${obstacle}`, { kind: t(`kind.${kind}`) })] : []));
  const skills = setup.posting ? plan.data?.skills ?? [] : [];
  const asked = skills.filter(({ questions }) => questions > 0).toSorted((a, b) => b.questions - a.questions);
  const without = skills.filter(({ questions }) => questions === 0);

  return (
    <form className={styles['columns']} aria-label={t('setup.form')} onSubmit={(event) => { event.preventDefault(); start.mutate(setup); }}>
      <div className={styles['choices']}>
        {problems.map((problem) => (
          <Notice key={problem.file} tone="warn" title={t('setup.packProblem', { file: problem.file, line: problem.line })}>
            {problem.reason} {problem.lastGoodInUse ? t('setup.lastGood') : t('setup.packLeftOut')}
          </Notice>
        ))}
        <RolePicker packs={packs} lastUsedId={lastUsedId} value={setup.packId} onFromPosting={() => setPasting(true)}
          onChange={(packId) => presentSetup(withServableKind({ ...setup, packId }, packs.find((each) => each.packId === packId)))} />
        <div className={styles['two']}>
          <Segments label={t('setup.level')} fill value={setup.level} onChange={(level) => change({ level })} options={SETUP_LEVELS.map((level) => ({ value: level, label: t(`level.${level}`) }))} />
          <Segments label={t('setup.length')} fill value={String(setup.minutes)} onChange={(minutes) => change({ minutes: Number(minutes) as Setup['minutes'] })}
            options={SETUP_MINUTES.map((minutes) => ({ value: String(minutes), label: t('shortMinutes', { count: minutes }) }))} />
        </div>
        <Segments label={t('setup.kind')} fill value={setup.kind} onChange={(kind) => change({ kind })} help={reasons.join(' ') || undefined}
          options={obstacles.map(({ kind, obstacle }) => ({ value: kind, label: t(`kind.${kind}`), disabled: obstacle !== null }))} />
        <div className={styles['two']}>
          <Segments label={t('setup.pressure')} fill value={setup.pressure} onChange={(pressure) => change({ pressure })} help={t(`setup.pressureHelp.${setup.pressure}`)}
            options={SETUP_PRESSURES.map((pressure) => ({ value: pressure, label: t(`pressure.${pressure}`) }))} />
          <Segments label={t('setup.feedback')} fill value={setup.mode} onChange={(mode) => change({ mode })} help={t(`setup.modeHelp.${setup.mode}`)}
            options={(['practice', 'exam'] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))} />
        </div>
        <section aria-labelledby="make-it-yours">
          <h2 id="make-it-yours" className={styles['legend']}>{t('setup.yours')} <span>{t('setup.optional')}</span></h2>
          <PostingDrop posting={setup.posting} skillCount={plan.data && !plan.isPlaceholderData ? skills.length : undefined} offer={offerPosting} onRemove={removePosting} pasting={pasting} onPasting={setPasting} />
          {asked.length > 0 && (
            <ul className={styles['skills']} aria-label={t('setup.skills')}>
              {asked.map((skill) => <li key={skill.skill}><strong>{skill.skill}</strong> <q>{skill.quote}</q> <span>{t('questions', { count: skill.questions })}</span></li>)}
            </ul>
          )}
          {without.length > 0 && <p className={styles['without']}>{t('setup.skillsWithout', { skills: without.map(({ skill }) => skill).join(', ') })}</p>}
        </section>
        <fieldset>
          <legend className={styles['legend']}>{t('setup.along')}</legend>
          <div className={styles['switches']}>
            <Switch label={t('setup.followUps')} checked={setup.followUps} onChange={(followUps) => change({ followUps })} />
            <Switch label={t('setup.hints')} checked={setup.hints} onChange={(hints) => change({ hints })} />
            <Switch label={t('setup.clock')} checked={setup.clock} onChange={(clock) => change({ clock })} />
          </div>
        </fieldset>
      </div>
      <aside className={styles['preview']} aria-label={t('setup.plan')}>
        <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('setup.planQuestions')}>
          {plan.error && !plan.isPlaceholderData
            ? <div className={styles['planError']}><EngineErrorNotice error={plan.error} actions={{ retry: () => void plan.refetch(), 'choose-another': () => change({ kind: 'mixed' }) }} /></div>
            : <PlanPreview plan={plan.data} stale={plan.isPlaceholderData || shown !== setup} />}
        </div>
        <div className={styles['foot']}>
          {start.error && <EngineErrorNotice error={start.error} actions={{ retry: () => start.mutate(setup), 'choose-another': () => change({ kind: 'mixed' }) }} />}
          <TrustLine className={styles['trust']} />
          <Button type="submit" variant="primary" size="large" shortcut="mod+Enter" busy={start.isPending}>{t('setup.start')}</Button>
        </div>
      </aside>
    </form>
  );
}
