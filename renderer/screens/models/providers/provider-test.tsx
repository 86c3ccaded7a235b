import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, clockTime, EngineErrorNotice, Field, Notice, Select, shortDate, Spinner } from '../../../ui/index.ts';
import type { ProviderTestRun } from './use-provider-test.ts';
import styles from './provider-test.module.css';

/** How the last test went: latency and models, or why not and what to do; and a model to pick while none is chosen. */
export function ProviderTest({ provider, test, onKey, onEdit }: { provider: ProviderView; test: ProviderTestRun; onKey: () => void; onEdit: () => void }) {
  const { t } = useTranslation('models');
  const { lastTest } = provider;
  if (test.busy) {
    return <p className={styles['asking']} role="status"><Spinner size={14} />{t('providers.testing', { name: provider.name })}<Button size="small" variant="plain" onClick={test.stop}>{t('providers.testCancel')}</Button></p>;
  }
  if (test.error) return <EngineErrorNotice error={test.error} actions={{ retry: test.start }} onDismiss={test.reset} />;
  if (!lastTest) return null;
  const when = t('providers.tested', { when: `${shortDate(lastTest.at)}, ${clockTime(lastTest.at)}` });
  if (!lastTest.ok) {
    return (
      <div role="status">
        <Notice tone="bad" title={t('providers.testFailed')} actions={<>
          {provider.key === 'none' && <Button size="small" onClick={onKey}>{t('providers.setKey')}</Button>}
          <Button size="small" onClick={onEdit}>{t('providers.edit')}</Button>
        </>}>{lastTest.says} <small className={styles['when']}>{when}</small></Notice>
      </div>
    );
  }
  return (
    <div className={styles['worked']} role="status">
      <p><b>{t('providers.testOk')}</b> {lastTest.latencyMs !== null && t('providers.latency', { ms: Math.round(lastTest.latencyMs) })} {lastTest.models.length > 0 && t('providers.models', { count: lastTest.models.length })} <small className={styles['when']}>{when}</small></p>
      {provider.model === null && lastTest.models.length > 0 && <PickModel provider={provider} models={lastTest.models} />}
    </div>
  );
}

function PickModel({ provider, models }: { provider: ProviderView; models: readonly string[] }) {
  const { t } = useTranslation('models');
  const [model, setModel] = useState('');
  const save = useEngineCommand((engine) => engine.models.updateProvider({ providerId: provider.providerId, change: { model } }), { outdates: [queryKeys.providers, queryKeys.routing, queryKeys.status] });
  return (
    <>
      <div className={styles['pick']}>
        <Field label={t('providers.pick', { name: provider.name })} labelHidden>
          {(control) => <Select {...control} value={model} onChange={(event) => setModel(event.target.value)} options={[{ value: '', label: t('providers.pickNone') }, ...models.map((value) => ({ value, label: value }))]} />}
        </Field>
        <Button disabled={model === ''} busy={save.isPending} onClick={() => save.mutate(undefined)}>{t('providers.pickSave')}</Button>
      </div>
      {save.error && <EngineErrorNotice error={save.error} />}
    </>
  );
}
