import { ArrowLeftRight, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneView } from '../../../../core/contract/models.ts';
import { Button, clockTime, Icon, shortDate } from '../../../ui/index.ts';
import { LaneBudget } from './lane-budget.tsx';
import { LimitsDialog } from './limits-dialog.tsx';
import { RouteList } from './route-list.tsx';
import styles from './lane-section.module.css';

/** One lane: its order, its last switch, its budget and its experiment. */
export function LaneSection({ view }: { view: LaneView }) {
  const { t } = useTranslation('models');
  const { lane, lastSwitch, experiment } = view;
  const [limiting, setLimiting] = useState(false);
  const name = t(`routing.lane.${lane}`);
  return (
    <section className={styles['lane']} aria-labelledby={`lane-${lane}`}>
      <div className={styles['head']}>
        <div><h2 id={`lane-${lane}`}>{name} <code>{lane}</code></h2><p>{view.about}</p></div>
        <Button size="small" variant="plain" aria-label={t('routing.setLimitsName', { lane: name })} onClick={() => setLimiting(true)}>{t('routing.setLimits')}</Button>
      </div>
      <RouteList view={view} name={name} />
      {lastSwitch && <p className={styles['switch']}><Icon of={ArrowLeftRight} size={14} /><span><b>{t('routing.lastSwitch', { time: `${shortDate(lastSwitch.at)}, ${clockTime(lastSwitch.at)}` })}</b> {lastSwitch.says}</span></p>}
      {experiment && <p className={styles['switch']}><Icon of={FlaskConical} size={14} /><span><b>{t('routing.experiment', { name: experiment.name })}</b> {t('routing.experimentText', { arms: armsOf(t, view) })}</span></p>}
      <LaneBudget budget={view.budget} />
      {limiting && <LimitsDialog view={view} name={name} onClose={() => setLimiting(false)} />}
    </section>
  );
}

function armsOf(t: ReturnType<typeof useTranslation<'models'>>['t'], { experiment, routes }: LaneView): string {
  const arms = experiment?.arms ?? [];
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  return new Intl.ListFormat('en').format(arms.map(({ providerId, model, weight }) => {
    const share = Math.round((weight / whole) * 100);
    const provider = routes.find((route) => route.providerId === providerId)?.name ?? providerId;
    return model === null ? t('routing.arm', { provider, share }) : t('routing.armModel', { provider, model, share });
  }));
}
