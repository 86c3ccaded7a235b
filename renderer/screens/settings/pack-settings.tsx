import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineQuery } from '../../client/index.ts';
import { EngineErrorNotice, Notice, ScreenHead, Skeleton } from '../../ui/index.ts';
import { Panel, PanelRow } from './panel.tsx';
import styles from './pack-settings.module.css';

/** The packs in use, and every pack file that could not be read, with its line and the reason. */
export function PackSettings() {
  const { t } = useTranslation('settings');
  const packs = useEngineQuery(queryKeys.packs, (engine, signal) => engine.interview.packs(undefined, { signal }), { staleMs: 0 });
  return (
    <>
      <ScreenHead title={t('packs.title')} subtitle={t('packs.text')} />
      <Panel label={t('packs.title')}>
        {packs.error && <EngineErrorNotice error={packs.error} actions={{ retry: () => void packs.refetch() }} />}
        {!packs.data && !packs.error && <Skeleton height="240px" />}
        {packs.data && (
          <>
            {packs.data.problems.length === 0 ? <div className={styles['fine']}><Notice tone="good">{t('packs.fine')}</Notice></div> : (
              <PanelRow title={t('packs.problems')}>
                <ul className={styles['problems']}>
                  {packs.data.problems.map((problem) => (
                    <li key={`${problem.file}:${problem.line}`}>
                      <Notice tone={problem.lastGoodInUse ? 'warn' : 'bad'} title={t('packs.problem', { file: problem.file, line: problem.line })}>
                        <p>{problem.reason}</p>
                        <p className={styles['kept']}>{t(problem.lastGoodInUse ? 'packs.lastGood' : 'packs.noLastGood')}</p>
                      </Notice>
                    </li>
                  ))}
                </ul>
              </PanelRow>
            )}
            <PanelRow title={t('packs.loaded')}>
              <table className={styles['table']}>
                <thead><tr><th scope="col">{t('packs.pack')}</th><th scope="col">{t('packs.questions')}</th><th scope="col">{t('packs.unseen')}</th></tr></thead>
                <tbody>
                  {packs.data.packs.map((pack) => (
                    <tr key={pack.packId}>
                      <td><b>{pack.title}</b> <span className={styles['version']}>{t('packs.version', { version: pack.version })}</span><small>{pack.about}</small></td>
                      <td>{pack.questions}</td><td>{pack.unseen}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </PanelRow>
          </>
        )}
      </Panel>
    </>
  );
}
