import { Download as DownloadIcon, Pause, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { downloadPercent, downloadToShow, useDownloads } from '../screens/models/downloads-store.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './status-strip.module.css';

/** The download that runs or stands still, in a few words; leads to Models. */
export function StripDownload() {
  const { t } = useTranslation('app');
  const download = useDownloads(({ downloads }) => downloads && downloadToShow(downloads));
  if (!download) return null;
  const { name, state } = download;
  const percent = downloadPercent(download);
  const words = state === 'checking' || state === 'waiting' ? t(`download.${state}`)
    : percent === null ? t(`download.${state === 'running' ? 'runningUnknown' : 'stoppedUnknown'}`)
      : t(`download.${state === 'running' ? 'running' : state === 'failed' ? 'failed' : 'paused'}`, { percent });
  return (
    <>
      <Link href="/settings/models" className={styles['download']} data-state={state} title={`${name} ${words}`}>
        <Icon of={state === 'paused' ? Pause : state === 'failed' ? TriangleAlert : DownloadIcon} size={14} /><span>{name}</span> <b>{words}</b>
      </Link>
      <i className={styles['divider']} />
    </>
  );
}
