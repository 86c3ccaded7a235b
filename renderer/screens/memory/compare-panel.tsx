import { Cloud, Laptop } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryStatus } from '../../../core/contract/memory.ts';
import { queryClient, queryKeys, useEngineCommand } from '../../client/index.ts';
import { Badge, Button, EngineErrorNotice, Icon, Notice, ProgressBar, showToast, type Tone } from '../../ui/index.ts';
import { SendAwayDialog } from './send-away-dialog.tsx';
import { embedderName } from './use-memory.ts';
import styles from './compare-panel.module.css';

export type EmbedderView = MemoryStatus['embedders'][number];
const TONES: Readonly<Record<EmbedderView['state'], Tone>> = { 'in-use': 'good', building: 'note', available: 'neutral', away: 'warn' };

/** The ways to compare meaning: which is used, which could be, and how far one has come that is being prepared. */
export function ComparePanel({ status }: { status: MemoryStatus }) {
  const { t } = useTranslation('memory');
  const [asked, setAsked] = useState<EmbedderView | null>(null);
  const { embedders, building, keywordOnly } = status;
  const choose = useEngineCommand((engine, { embedderId }: EmbedderView) => engine.memory.chooseEmbedder({ embedderId }), {
    onDone: (now, { embedderId, name }) => {
      queryClient.setQueryData(queryKeys.memoryStatus, now);
      setAsked(null);
      if (now.embedders.some((each) => each.embedderId === embedderId && each.state === 'in-use')) showToast(t('compare.chosen', { name }));
    },
  });
  const inUse = embedders.find(({ state }) => state === 'in-use');
  // The one in use can be chosen again while another one is chosen, to stay with it.
  const another = embedders.some(({ state }) => state === 'building' || state === 'away');
  return (
    <div className={styles['panel']}>
      <p className={styles['text']}>{t('compare.text')}</p>
      {keywordOnly !== null && <Notice tone="warn" title={t('compare.only')}>{keywordOnly}</Notice>}
      {building && (
        <div className={styles['building']}>
          <p><b>{t('compare.building', { name: embedderName(status, building.embedder) })}</b><span>{t('compare.buildingText', { done: building.done, of: building.of })}</span></p>
          <ProgressBar label={t('compare.building', { name: embedderName(status, building.embedder) })} value={building.done} max={building.of} valueText={t('compare.buildingText', { done: building.done, of: building.of })} />
          <p className={styles['meanwhile']}>{!inUse ? t('compare.buildingWords') : inUse.name === building.embedder ? t('compare.buildingRest') : t('compare.buildingMeanwhile', { name: inUse.name })}</p>
        </div>
      )}
      {embedders.length === 0 ? <p className={styles['text']}>{t('compare.none')}</p> : (
        <ul className={styles['list']} aria-label={t('compare.list')}>
          {embedders.map((embedder) => {
            const { embedderId, name, place, state, says } = embedder;
            const stay = state === 'in-use' && another;
            return (
              <li key={embedderId}>
                <Icon of={place === 'here' ? Laptop : Cloud} />
                <div>
                  <p className={styles['name']}><b>{name}</b><span data-place={place}>{t(`compare.${place}`)}</span>{state !== 'available' && <Badge tone={TONES[state]}>{t(`compare.state.${state}`)}</Badge>}</p>
                  <p className={styles['says']}>{says}</p>
                </div>
                {(state === 'available' || stay) && (
                  <Button size="small" busy={choose.isPending && choose.variables.embedderId === embedderId} aria-label={t(stay ? 'compare.stayName' : 'compare.useName', { name })}
                    onClick={() => (place === 'away' && !stay ? setAsked(embedder) : choose.mutate(embedder))}>{t(stay ? 'compare.stay' : 'compare.use')}</Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {choose.error && !asked && <EngineErrorNotice error={choose.error} onDismiss={() => choose.reset()} />}
      {asked && <SendAwayDialog embedder={asked} passages={status.chunks} busy={choose.isPending} error={choose.error} onConfirm={() => choose.mutate(asked)} onClose={() => { choose.reset(); setAsked(null); }} />}
    </div>
  );
}
