import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Download } from '../../../../core/contract/models.ts';
import { byteSize, clockTime, Icon, ProgressBar } from '../../../ui/index.ts';
import { downloadPercent } from '../downloads-store.ts';
import { timeLeft } from '../duration-words.ts';
import styles from './model-table.module.css';

/** How far a download is: percent, what is on disk and checked, time left; or why it stands still and what to do. */
export function DownloadProgress({ download }: { download: Download }) {
  const { t } = useTranslation('models');
  const percent = downloadPercent(download);
  const { name, state, problem } = download;
  const still = state === 'paused' || state === 'failed';
  return (
    <div className={styles['download']}>
      <div className={styles['track']}>
        <ProgressBar label={t('local.download.bar', { name })} value={percent ?? 0} quiet={still} valueText={describe(t, download)} />
        <b>{percent === null ? '–' : t('local.download.percent', { percent })}</b>
      </div>
      {problem
        ? <p data-state={state}><Icon of={TriangleAlert} size={14} /><span><b>{problem.happened}</b> {problem.kept} {problem.todo} {t('local.download.since', { time: clockTime(problem.at) })}</span></p>
        : <p>{describe(t, download)}</p>}
    </div>
  );
}

function describe(t: ReturnType<typeof useTranslation<'models'>>['t'], { state, receivedBytes, totalBytes, bytesPerSecond, secondsLeft, from }: Download): string {
  const done = byteSize(receivedBytes);
  const total = totalBytes === null ? null : byteSize(totalBytes);
  if (state === 'waiting') return t('local.download.waiting');
  if (state === 'checking') return t('local.download.checking');
  if (state === 'paused' || state === 'failed') return total === null ? t('local.download.pausedUnknown') : t('local.download.paused', { done, total });
  if (total === null) return receivedBytes === 0 ? t('local.download.starting', { from }) : t('local.download.runningUnknown', { done });
  const words = t('local.download.running', { done, total });
  if (bytesPerSecond === null || secondsLeft === null) return words;
  const left = timeLeft(secondsLeft);
  const leftWords = left.unit === 'hours' ? t('local.download.left.hours', left) : t(`local.download.left.${left.unit}`, { count: left.count });
  return `${words} ${t('local.download.rate', { rate: byteSize(bytesPerSecond), left: leftWords })}`;
}
