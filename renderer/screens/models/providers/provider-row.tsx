import { Cloud, Laptop, KeyRound, Ellipsis, Pencil, Trash2, Unplug } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ProviderView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Badge, Button, EngineErrorNotice, Icon, IconButton, Menu, showToast, Switch, VisuallyHidden } from '../../../ui/index.ts';
import { saysMore, STATE_LOOKS } from '../provider-state.ts';
import { ProviderTest } from './provider-test.tsx';
import { useProviderTest } from './use-provider-test.ts';
import styles from './provider-row.module.css';

/** One connection: name, where it computes, whether it is ready, and what can be done with it. `testNow` asks it once, as soon as it is shown. */
export function ProviderRow({ provider, store, testNow, onEdit, onKey, onRemove }: {
  provider: ProviderView; store: string; testNow: boolean; onEdit: () => void; onKey: () => void; onRemove: () => void;
}) {
  const { t } = useTranslation('models');
  const { providerId, name } = provider;
  const outdates = [queryKeys.providers, queryKeys.routing, queryKeys.status];
  const update = useEngineCommand((engine, enabled: boolean) => engine.models.updateProvider({ providerId, change: { enabled } }), { outdates });
  const forget = useEngineCommand((engine) => engine.models.forgetKey({ providerId }), { outdates, onDone: () => showToast(t('providers.keyForgotten', { name })) });
  const test = useProviderTest(providerId);
  const testOnce = useEffectEvent(() => { if (provider.state !== 'no-key') test.start(); });
  useEffect(() => { if (testNow) testOnce(); }, [testNow]);
  const { tone, icon } = STATE_LOOKS[provider.state];
  const ownKey = provider.key === 'keychain' || provider.key === 'session';
  const isLlama = provider.kind === 'llama';
  return (
    <li className={styles['row']} aria-labelledby={`provider-${providerId}`}>
      <div className={styles['head']}>
        <div className={styles['words']}>
          <h2 id={`provider-${providerId}`}>{name}</h2>
          <p className={styles['place']} data-place={provider.place}><Icon of={provider.place === 'here' ? Laptop : Cloud} size={14} />{provider.place === 'here' ? t('providers.place.here') : hostOf(provider.baseUrl) ? t('providers.placeHost', { host: hostOf(provider.baseUrl) }) : t('providers.place.away')}</p>
        </div>
        <Badge tone={tone} icon={icon}>{t(`providers.state.${provider.state}`)}</Badge>
        <div className={styles['actions']}>
          {!isLlama && provider.key === 'none' && <Button size="small" icon={KeyRound} aria-label={t('providers.setKeyName', { name })} onClick={onKey}>{t('providers.setKey')}</Button>}
          <Button size="small" icon={Unplug} busy={test.busy} aria-label={t('providers.testName', { name })} onClick={test.start}>{t('providers.test')}</Button>
          <Switch label={<VisuallyHidden>{t('providers.enable', { name })}</VisuallyHidden>} checked={update.isPending ? update.variables : provider.enabled} onChange={(enabled) => update.mutate(enabled)} />
          <Menu label={t('providers.more', { name })} items={[
            { label: t('providers.edit'), icon: Pencil, onSelect: onEdit },
            ...(isLlama ? [] : [{ label: t(ownKey ? 'providers.changeKey' : 'providers.setKey'), icon: KeyRound, onSelect: onKey }]),
            ...(ownKey ? [{ label: t('providers.forgetKey'), icon: KeyRound, onSelect: () => forget.mutate(undefined) }] : []),
            { label: t('providers.remove'), icon: Trash2, danger: true, onSelect: onRemove },
          ]}><IconButton label={t('providers.more', { name })} icon={Ellipsis} size="small" /></Menu>
        </div>
      </div>
      <dl className={styles['facts']}>
        <div><dt>{t('providers.model')}</dt><dd>{provider.model ?? t('providers.modelNone')}{isLlama && <> · <Link href="/settings/models">{t('providers.inModels')}</Link></>}</dd></div>
        {provider.embeddingModel && <div><dt>{t('providers.embedding')}</dt><dd>{provider.embeddingModel}</dd></div>}
        {!isLlama && <div><dt>{t('providers.key')}</dt><dd>{provider.key === 'none' && provider.keyEnv ? t('providers.keyNoneEnv', { variable: provider.keyEnv }) : t(`providers.keyPlace.${provider.key}`, { store, variable: provider.keyEnv ?? '' })}</dd></div>}
        {provider.baseUrl && <div><dt>{t('providers.address')}</dt><dd><code>{provider.baseUrl}</code></dd></div>}
      </dl>
      {saysMore(provider.says, t(`providers.state.${provider.state}`)) && <p className={styles['says']}>{provider.says}</p>}
      {[update.error, forget.error].map((error, index) => error && <EngineErrorNotice key={index} error={error} />)}
      <ProviderTest provider={provider} test={test} onKey={onKey} onEdit={onEdit} />
    </li>
  );
}

function hostOf(baseUrl: string | null): string | null {
  return baseUrl && URL.canParse(baseUrl) ? new URL(baseUrl).host : null;
}
