import { useTranslation } from 'react-i18next';
import type { LocalModel, Machine } from '../../../../core/contract/models.ts';
import { byteSize, memorySize } from '../../../ui/index.ts';
import styles from './machine-card.module.css';

/** The machine's memory as one bar: others, the loaded model, its context, free; with a key and the same in words. */
export function MachineCard({ machine, models }: { machine: Machine; models: readonly LocalModel[] }) {
  const { t } = useTranslation('models');
  const loaded = models.filter(({ load }) => load === 'loaded');
  const name = loaded.length === 1 ? loaded[0]?.name : undefined;
  const free = Math.max(0, machine.memoryBytes - machine.usedByOthersBytes - machine.loadedModelBytes - machine.loadedContextBytes);
  const about = t('local.machine.about', { count: machine.cores, memory: memorySize(machine.memoryBytes), disk: byteSize(machine.diskFreeBytes) });
  const model = memorySize(machine.loadedModelBytes);
  const parts = [
    { part: 'others', bytes: machine.usedByOthersBytes, words: t('local.machine.others', { size: memorySize(machine.usedByOthersBytes) }) },
    { part: 'model', bytes: machine.loadedModelBytes, words: name ? t('local.machine.model', { name, size: model }) : t('local.machine.modelAny', { size: model }) },
    { part: 'context', bytes: machine.loadedContextBytes, words: t('local.machine.context', { size: memorySize(machine.loadedContextBytes) }) },
    { part: 'free', bytes: free, words: t('local.machine.free', { size: memorySize(free) }) },
  ].filter(({ part, bytes }) => bytes > 0 || part === 'free');
  return (
    <section className={styles['machine']} aria-labelledby="this-machine">
      <div className={styles['head']}>
        <h2 id="this-machine">{t('local.machine.title')}</h2>
        <span className={styles['about']}>{machine.accelerator ? t('local.machine.accelerator', { about, accelerator: machine.accelerator }) : about}</span>
        <span className={styles['usable']}><b>{memorySize(machine.forModelsBytes)}</b> {t('local.machine.forModels')}</span>
      </div>
      <div className={styles['bar']} role="img" aria-label={t('local.machine.alt', { others: memorySize(machine.usedByOthersBytes), model, talk: memorySize(machine.loadedContextBytes), free: memorySize(free) })}>
        {parts.map(({ part, bytes }) => <i key={part} data-part={part} style={{ flexGrow: bytes }} />)}
      </div>
      <ul className={styles['key']}>{parts.map(({ part, words }) => <li key={part}><i data-part={part} />{words}</li>)}</ul>
    </section>
  );
}
