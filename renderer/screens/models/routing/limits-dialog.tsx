import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, Dialog, EngineErrorNotice, Field, TextInput } from '../../../ui/index.ts';
import { dollarsTyped, parseDollars, parseTokens } from './budget-amounts.ts';
import styles from './lane-section.module.css';

/** Sets what a lane may use in a month; an empty field is no limit. */
export function LimitsDialog({ view: { lane, budget }, name, onClose }: { view: LaneView; name: string; onClose: () => void }) {
  const { t } = useTranslation('models');
  const [tokens, setTokens] = useState(budget.tokenLimit === null ? '' : String(budget.tokenLimit));
  const [cost, setCost] = useState(dollarsTyped(budget.costLimitMicroUsd));
  const tokenLimit = parseTokens(tokens);
  const costLimitMicroUsd = parseDollars(cost);
  const save = useEngineCommand((engine, limits: { tokenLimit: number | null; costLimitMicroUsd: number | null }) => engine.models.setBudget({ lane, ...limits }), { outdates: [queryKeys.routing, queryKeys.status], onDone: onClose });
  const ready = tokenLimit !== undefined && costLimitMicroUsd !== undefined;
  return (
    <Dialog open onOpenChange={onClose} title={t('routing.limitsTitle', { lane: name })} description={t('routing.limitsText')}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" disabled={!ready} busy={save.isPending} onClick={() => { if (ready) save.mutate({ tokenLimit, costLimitMicroUsd }); }}>{t('routing.save')}</Button>
      </>}>
      <div className={styles['limits']}>
        <Field label={t('routing.tokenLimit')} help={t('routing.limitHelp')} error={tokenLimit === undefined ? t('routing.tokenWrong') : undefined}>{(control) => <TextInput {...control} inputMode="numeric" value={tokens} onChange={(event) => setTokens(event.target.value)} />}</Field>
        <Field label={t('routing.costLimit')} help={t('routing.costHelp')} error={costLimitMicroUsd === undefined ? t('routing.costWrong') : undefined}>{(control) => <TextInput {...control} inputMode="decimal" value={cost} onChange={(event) => setCost(event.target.value)} />}</Field>
      </div>
      {save.error && <EngineErrorNotice error={save.error} />}
    </Dialog>
  );
}
