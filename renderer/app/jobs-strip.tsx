import { Check, Clock, TriangleAlert } from 'lucide-react';
import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Jobs } from '../../core/contract/jobs.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';
import { Icon } from '../ui/icon.tsx';
import { Ring } from '../ui/ring.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import { useJobsSpoken } from './jobs-spoken.ts';
import { shareOf } from './jobs-words.ts';
import { openOverlay, useOverlays } from './overlays-store.ts';
import stripStyles from './status-strip.module.css';
import styles from './jobs-strip.module.css';

const JobsDialog = lazy(async () => ({ default: (await import('./jobs-dialog.tsx')).JobsDialog }));

/** What takes less is not worth a flicker; and "done" stays long enough to be read. */
const SHOW_AFTER_MS = 500;
const DONE_FOR_MS = 1_500;

/** Background work in a few words: nothing while there is none, a quiet warning when some failed. Opens the list. */
export function StripJobs() {
  const { t } = useTranslation('app');
  const list = useEngineQuery(queryKeys.jobs, (engine, signal) => engine.jobs.list(undefined, { signal }));
  const open = useOverlays((overlays) => overlays.open === 'jobs');
  const active = list.data !== undefined && list.data.running + list.data.waiting > 0;
  const shown = useSteady(active, SHOW_AFTER_MS, DONE_FOR_MS);
  const spoken = useJobsSpoken(list.data, shown);
  const { button, kept, keep } = useKeptForFocus(open);
  const failed = list.data?.failed ?? 0;
  return (
    <>
      <VisuallyHidden live>{spoken}</VisuallyHidden>
      {(shown || failed > 0 || kept) && (
        <>
          <button ref={button} type="button" className={styles['tasks']} aria-haspopup="dialog" onClick={() => { keep(); openOverlay('jobs'); }}>
            {list.data && active ? <Going jobs={list.data} /> : (shown || failed === 0) && <><Icon of={Check} size={14} />{t(shown ? 'jobs.strip.done' : 'jobs.strip.none')}</>}
            {failed > 0 && <span className={styles['failed']}><Icon of={TriangleAlert} size={14} />{t(active ? 'jobs.strip.alsoFailed' : 'jobs.strip.failed', { count: failed })}</span>}
            <VisuallyHidden>{t('jobs.strip.background')}</VisuallyHidden>
          </button>
          <i className={stripStyles['divider']} />
        </>
      )}
      {open && <Suspense fallback={null}><JobsDialog list={list} /></Suspense>}
    </>
  );
}

function Going({ jobs }: { jobs: Jobs }) {
  const { t } = useTranslation('app');
  const share = shareOf(jobs);
  return (
    <>
      {jobs.running === 0 ? <Icon of={Clock} size={14} /> : share === null ? <Spinner size={12} /> : <Ring value={share * 100} size={14} thickness={3} />}
      {jobs.running === 0 ? t('jobs.strip.waiting', { count: jobs.waiting }) : t('jobs.strip.tasks', { count: jobs.running + jobs.waiting })}
    </>
  );
}

/** Follows `now` once it has stayed the same for so long. */
function useSteady(now: boolean, onAfterMs: number, offAfterMs: number): boolean {
  const [steady, setSteady] = useState(false);
  useEffect(() => {
    if (now === steady) return;
    const timer = setTimeout(() => setSteady(now), now ? onAfterMs : offAfterMs);
    return () => clearTimeout(timer);
  }, [now, steady, onAfterMs, offAfterMs]);
  return steady;
}

/** The button that opened the list stays as long as the list may give focus back to it, and while it has it. */
function useKeptForFocus(open: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const [kept, setKept] = useState(false);
  useEffect(() => {
    if (!kept || open) return;
    const look = setInterval(() => { if (document.activeElement !== button.current) setKept(false); }, 500);
    return () => clearInterval(look);
  }, [kept, open]);
  return { button, kept, keep: () => setKept(true) };
}
