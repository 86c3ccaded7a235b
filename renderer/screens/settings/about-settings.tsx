import { Cloud, Power, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../../core/contract/app.ts';
import { openOverlay } from '../../app/overlays-store.ts';
import { trustWords } from '../../app/trust-words.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { Button, EngineErrorNotice, Icon, Notice, ScreenHead, Skeleton, clockTime, longDate } from '../../ui/index.ts';
import { Panel } from './panel.tsx';
import styles from './about-settings.module.css';

/** What is running, where its data is, and the way out. */
export function AboutSettings() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  return (
    <>
      <ScreenHead title={t('about.title')} subtitle={t('about.text')} actions={<Button icon={Power} onClick={() => openOverlay('quit')}>{t('about.quit')}</Button>} />
      <Panel>
        {error && !data && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
        {!data && !error && <Skeleton height="160px" />}
        {data?.testMode && <Notice tone="warn" title={t('about.testMode')}>{t('about.testModeText')}</Notice>}
        {data && (
          <dl className={styles['facts']}>
            <div><dt>{t('about.version')}</dt><dd>{data.version}</dd></div>
            <div><dt>{t('about.shell')}</dt><dd>{t(`about.shells.${data.shell}`)}</dd></div>
            <div><dt>{t('about.answering')}</dt><dd><TrustLine status={data} /></dd></div>
            <div><dt>{t('about.folder')}</dt><dd><code>{data.dataFolder}</code></dd></div>
            <div><dt>{t('about.started')}</dt><dd>{longDate(data.startedAt)}, {clockTime(data.startedAt)}</dd></div>
          </dl>
        )}
      </Panel>
    </>
  );
}

function TrustLine({ status }: { status: AppStatus }) {
  const { t } = useTranslation('app');
  const { who, what, leaves } = trustWords(t, status);
  return <span className={styles['trust']} data-leaves={leaves}><Icon of={leaves === 'nothing' ? ShieldCheck : Cloud} />{who} <span>{what}</span></span>;
}
