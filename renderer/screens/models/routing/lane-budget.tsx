import { Wallet } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LaneView } from '../../../../core/contract/models.ts';
import { Badge, ProgressBar } from '../../../ui/index.ts';
import { dollars, monthName, wholeNumber } from './budget-words.ts';
import styles from './lane-section.module.css';

/** What a lane has used this month of what it may. A price nobody knows is said to be unknown, never counted as free. */
export function LaneBudget({ budget }: { budget: LaneView['budget'] }) {
  const { t } = useTranslation('models');
  const { month, tokens, tokenLimit, costMicroUsd, costLimitMicroUsd, unknownCalls, alert } = budget;
  return (
    <div className={styles['budget']} role="group" aria-label={t('routing.budget', { month: monthName(month) })}>
      <b>{t('routing.budget', { month: monthName(month) })}</b>
      {alert !== null && <Badge tone={alert === 100 ? 'bad' : 'warn'} icon={Wallet}>{alert === 100 ? t('routing.alertFull') : t('routing.alert', { percent: alert })}</Badge>}
      <span className={styles['amount']}>
        {tokenLimit === null ? t('routing.tokens', { used: wholeNumber(tokens) }) : t('routing.tokensOf', { used: wholeNumber(tokens), limit: wholeNumber(tokenLimit) })}
        {tokenLimit !== null && <ProgressBar thin quiet label={t('routing.tokenLimit')} value={tokens} max={tokenLimit} valueText={t('routing.tokensOf', { used: wholeNumber(tokens), limit: wholeNumber(tokenLimit) })} />}
      </span>
      <span className={styles['amount']}>
        {costLimitMicroUsd === null ? t('routing.cost', { used: dollars(costMicroUsd) }) : t('routing.costOf', { used: dollars(costMicroUsd), limit: dollars(costLimitMicroUsd) })}
        {costLimitMicroUsd !== null && <ProgressBar thin quiet label={t('routing.costLimit')} value={costMicroUsd} max={costLimitMicroUsd} valueText={t('routing.costOf', { used: dollars(costMicroUsd), limit: dollars(costLimitMicroUsd) })} />}
        {unknownCalls > 0 && <span className={styles['unknown']}>{t('routing.unknown', { count: unknownCalls })}</span>}
      </span>
    </div>
  );
}
