import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../core/contract/settings.ts';
import { queryClient, queryKeys, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { EngineErrorNotice, Field, Icon, ScreenHead, Segments, Skeleton, TextInput } from '../../ui/index.ts';
import { applyAppearance } from '../../app/appearance.ts';
import { Panel, PanelRow } from './panel.tsx';
import styles from './appearance-settings.module.css';

const SAVE_AFTER_MS = 400;

/** Theme, motion and the name shown in transcripts; each applies as soon as it is chosen. */
export function AppearanceSettings() {
  const { t } = useTranslation('settings');
  const settings = useEngineQuery(queryKeys.settings, (engine, signal) => engine.settings.get(undefined, { signal }));
  const update = useEngineCommand((engine, change: Partial<Settings>) => engine.settings.update(change), {
    onDone: (now) => { queryClient.setQueryData(queryKeys.settings, now); },
  });
  const change = (part: Partial<Settings>): void => {
    if (settings.data) applyAppearance({ ...settings.data, ...part });
    update.mutate(part);
  };
  return (
    <>
      <ScreenHead title={t('appearance.title')} subtitle={t('appearance.text')} />
      <Panel>
        {settings.error && <EngineErrorNotice error={settings.error} actions={{ retry: () => void settings.refetch() }} />}
        {update.error && <EngineErrorNotice error={update.error} actions={{ retry: () => { if (update.variables) update.mutate(update.variables); } }} />}
        {!settings.data && !settings.error && <Skeleton height="180px" />}
        {settings.data && (
          <>
            <PanelRow title={t('appearance.theme')}>
              <Segments label={t('appearance.theme')} labelHidden value={(update.isPending ? update.variables.theme : undefined) ?? settings.data.theme} onChange={(theme) => change({ theme })}
                options={[
                  { value: 'system', label: t('appearance.themes.system'), icon: Monitor },
                  { value: 'light', label: t('appearance.themes.light'), icon: Sun },
                  { value: 'dark', label: t('appearance.themes.dark'), icon: Moon },
                ]} />
            </PanelRow>
            <PanelRow title={t('appearance.motion')}>
              <Segments label={t('appearance.motion')} labelHidden help={t('appearance.motionHelp')} value={(update.isPending ? update.variables.motion : undefined) ?? settings.data.motion} onChange={(motion) => change({ motion })}
                options={[{ value: 'system', label: t('appearance.motions.system') }, { value: 'reduced', label: t('appearance.motions.reduced') }]} />
            </PanelRow>
            <PanelRow title={t('appearance.name')}>
              <NameField saved={settings.data.displayName} onSave={(displayName) => update.mutate({ displayName })} />
            </PanelRow>
          </>
        )}
      </Panel>
    </>
  );
}

function NameField({ saved, onSave }: { saved: string; onSave: (name: string) => void }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(saved);
  const saveNow = useEffectEvent(() => { if (name.trim() !== saved) onSave(name.trim()); });
  useEffect(() => {
    const timer = setTimeout(() => saveNow(), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [name]);
  useEffect(() => () => saveNow(), []); // leaving within the wait still saves
  return (
    <div className={styles['name']}>
      <Field label={t('appearance.name')} labelHidden help={t('appearance.nameHelp')}>
        {(control) => <TextInput {...control} value={name} maxLength={60} placeholder={t('appearance.namePlaceholder')} autoComplete="off" onChange={(event) => setName(event.target.value)} />}
      </Field>
      <span className={styles['saved']} role="status">{name.trim() === saved && saved !== '' && <><Icon of={Check} size={14} />{t('appearance.saved')}</>}</span>
    </div>
  );
}
