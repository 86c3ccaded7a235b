import { ChevronDown, ChevronRight, FlaskConical } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExperimentView, PromptView } from '../../../../core/contract/prompts.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Badge, Button, ConfirmDialog, Icon, showToast } from '../../../ui/index.ts';
import { versionsToCompare } from './arm-choice.ts';
import { experimentDates } from './experiment-dates.ts';
import { ExperimentResults } from './experiment-results.tsx';
import { StartExperimentDialog } from './start-experiment-dialog.tsx';
import styles from './prompt-experiments.module.css';

/** The experiments on one prompt: the one that runs with what came of it, the earlier ones folded, and the way to start another. Of `experiments` only those on this prompt are shown. */
export function PromptExperiments({ prompt, experiments }: { prompt: PromptView; experiments: readonly ExperimentView[] }) {
  const { t } = useTranslation('prompts');
  const [starting, setStarting] = useState(false);
  const own = experiments.filter(({ promptId }) => promptId === prompt.id).toSorted((a, b) => b.from.localeCompare(a.from));
  const now = own.filter(({ state }) => state !== 'ended');
  const earlier = own.filter(({ state }) => state === 'ended');
  const running = now.some(({ state }) => state === 'running');
  // The button that started or stopped one is gone afterwards: what changed takes the focus, once the dialog has let go of it.
  const section = useRef<HTMLElement>(null);
  const focusHere = (): void => void requestAnimationFrame(() => section.current?.focus());
  const comparable = versionsToCompare(prompt).length >= 2;
  return (
    <section className={styles['experiments']} aria-label={t('experiments.title')} ref={section} tabIndex={-1}>
      <div className={styles['head']}>
        <p>{t(running ? 'experiments.oneAtATime' : comparable ? 'experiments.text' : 'experiments.oneVersion')}</p>
        {!running && comparable && <Button icon={FlaskConical} onClick={() => setStarting(true)}>{t('experiments.start')}</Button>}
      </div>
      {now.map((experiment) => <OpenExperiment key={experiment.experimentId} prompt={prompt} experiment={experiment} onStopped={focusHere} />)}
      {earlier.length > 0 && <Earlier experiments={earlier} />}
      {starting && <StartExperimentDialog prompt={prompt} onStarted={focusHere} onClose={() => setStarting(false)} />}
    </section>
  );
}

/** The one that runs, or one that will. */
function OpenExperiment({ prompt, experiment, onStopped }: { prompt: PromptView; experiment: ExperimentView; onStopped: () => void }) {
  const { t } = useTranslation('prompts');
  const id = useId();
  const { experimentId, state, about } = experiment;
  const [stopping, setStopping] = useState(false);
  const stop = useEngineCommand((engine) => engine.prompts.stopExperiment({ experimentId }), {
    outdates: [queryKeys.prompts, queryKeys.prompt(prompt.id), queryKeys.experimentResults(experimentId)], onDone: () => { setStopping(false); showToast(t('experiments.stopped')); onStopped(); },
  });
  return (
    <section className={styles['open']} aria-labelledby={id}>
      <header>
        <div>
          <h3 id={id}>{about} <Badge tone={state === 'running' ? 'accent' : 'neutral'}>{t(`experiments.${state}`)}</Badge></h3>
          <p>{experimentDates(t, experiment)}</p>
        </div>
        <Button variant="danger" aria-label={t('experiments.stopName', { about })} onClick={() => setStopping(true)}>{t('experiments.stop')}</Button>
      </header>
      {state === 'running' ? <ExperimentResults experiment={experiment} /> : <p className={styles['planned']}>{armsInWords(t, experiment)}</p>}
      <ConfirmDialog open={stopping} onOpenChange={setStopping} title={t('experiments.stopTitle')} text={state === 'running' ? t('experiments.stopText', { version: prompt.inUse }) : t('experiments.stopPlanned')} confirm={t('experiments.stopConfirm')} tone="danger" busy={stop.isPending} error={stop.error} onConfirm={() => stop.mutate(undefined)} />
    </section>
  );
}

/** Those that are over, newest first; one of them open at a time. */
function Earlier({ experiments }: { experiments: readonly ExperimentView[] }) {
  const { t } = useTranslation('prompts');
  const id = useId();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section className={styles['earlier']} aria-labelledby={id}>
      <h3 id={id}>{t('experiments.earlier', { count: experiments.length })}</h3>
      <ul>
        {experiments.map((experiment) => {
          const isOpen = experiment.experimentId === open;
          const body = `${id}-${experiment.experimentId}`;
          return (
            <li key={experiment.experimentId}>
              <button type="button" aria-expanded={isOpen} aria-controls={isOpen ? body : undefined} onClick={() => setOpen(isOpen ? null : experiment.experimentId)}>
                <Icon of={isOpen ? ChevronDown : ChevronRight} /><b>{experiment.about}</b><span>{armsInWords(t, experiment)}</span><span>{experimentDates(t, experiment)}</span>
              </button>
              {isOpen && <div id={body}><ExperimentResults experiment={experiment} /></div>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function armsInWords(t: ReturnType<typeof useTranslation<'prompts'>>['t'], { arms }: ExperimentView): string {
  return new Intl.ListFormat('en').format(arms.map(({ version, weight }) => t('experiments.arm', { version, share: t('experiments.unit.share', { value: Math.round(weight * 1000) / 10 }) })));
}
